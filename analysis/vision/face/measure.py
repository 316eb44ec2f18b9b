"""Counting: F-Vitiligo = N_vitiligo / N_face, the share of visible face pixels marked as vitiligo."""

from dataclasses import dataclass

import numpy as np

from analysis.vision.terms import Mask


class NoFacePixels(ValueError):
    """The face mask is empty: a share of nothing is not measurable, and is not 0 %."""


@dataclass(frozen=True)
class Counts:
    """Pixels of one photo. Raises NoFacePixels for an empty face and ValueError for impossible numbers."""

    n_face: int
    n_vitiligo: int
    n_glare: int = 0
    """Pixels of the face that are burnt out: nobody can tell what skin is under them."""
    n_vitiligo_glare: int = 0
    """Pixels that are both."""

    def __post_init__(self) -> None:
        if self.n_face == 0:
            raise NoFacePixels("The face mask has no pixel.")
        if not 0 <= self.n_vitiligo <= self.n_face:
            raise ValueError(f"{self.n_vitiligo} of {self.n_face} pixels cannot be.")
        both = self.n_vitiligo_glare
        if not 0 <= both <= min(self.n_vitiligo, self.n_glare) or self.n_glare > self.n_face:
            raise ValueError(f"{both} of {self.n_glare} pixels under glare cannot be.")

    @property
    def f_vitiligo(self) -> float:
        """Percent, 0 to 100."""
        return 100 * self.n_vitiligo / self.n_face

    @property
    def f_vitiligo_without_glare(self) -> float | None:
        """The same share of the face that is not burnt out, in percent; None when nothing else is left."""
        left = self.n_face - self.n_glare
        return 100 * (self.n_vitiligo - self.n_vitiligo_glare) / left if left else None


@dataclass(frozen=True)
class Span:
    """Between how many and how many pixels of one photo are vitiligo, when its borders are uncertain.

    Raises ValueError for impossible numbers.
    """

    n_face: int
    least: int
    most: int

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most <= self.n_face or self.n_face == 0:
            raise ValueError(f"{self.least} to {self.most} of {self.n_face} pixels cannot be.")

    @property
    def f_vitiligo(self) -> tuple[float, float]:
        """Lower and upper end of F-Vitiligo in percent, 0 to 100."""
        return 100 * self.least / self.n_face, 100 * self.most / self.n_face


def count(face: Mask, vitiligo: Mask, glare: Mask | None = None) -> Counts:
    """Count the masks (H, W) of one photo; what lies outside of the face does not count.

    Raises NoFacePixels, or ValueError for masks of two sizes.
    """
    masks = [vitiligo] if glare is None else [vitiligo, glare]
    if any(mask.shape != face.shape for mask in masks):
        shapes = [face.shape, *(mask.shape for mask in masks)]
        raise ValueError(f"The masks do not lie on one grid: {shapes}.")
    inside = face > 0
    lesion = inside & (vitiligo > 0)
    burnt = inside & (glare > 0) if glare is not None else np.zeros_like(inside)
    parts = (inside, lesion, burnt, lesion & burnt)
    return Counts(*(int(np.count_nonzero(part)) for part in parts))


def count_span(face: Mask, vitiligo: Mask, uncertain: Mask) -> Span:
    """The span of F-Vitiligo from three masks (H, W) of one photo.

    At least what is vitiligo and not uncertain, at most what is either. Raises ValueError for an empty face
    or masks of different sizes.
    """
    if not face.shape == vitiligo.shape == uncertain.shape:
        raise ValueError(f"The masks do not lie on one grid: {vitiligo.shape} and {uncertain.shape}.")
    inside, doubtful = (face > 0) & (vitiligo > 0), (face > 0) & (uncertain > 0)
    least, most = np.count_nonzero(inside & ~doubtful), np.count_nonzero(inside | doubtful)
    return Span(int(np.count_nonzero(face)), int(least), int(most))
