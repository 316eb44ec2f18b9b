"""Two photographs of one phantom with exact truth: what registration is judged by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.vision.face.places import bring_mask, sample
from analysis.vision.face.pose import Pose
from analysis.vision.face.registration import SIDE, FaceInPhoto, Registration
from analysis.vision.phantom import Person, Photograph, Scene, Vitiligo, take_photo
from analysis.vision.phantom.correspondence import Correspondence, correspondence
from analysis.vision.terms import Array, Modality, View

HEIGHT_OF_LIMITS = 1024
"""The picture height that limits in pixels are declared for."""


@dataclass(frozen=True)
class PhantomPair:
    """Two captures of one person, and where the skin of the first lies in the second."""

    first: Photograph
    second: Photograph
    truth: Correspondence

    def shares(self) -> dict[str, float]:
        """Repigmented and newly depigmented, in per cent of the first face, by the true correspondence."""
        face, before = self.first.truth.face > 0, self.first.truth.vitiligo > 0
        after = self._seen(self.second.truth.vitiligo) & self.visible
        gone, came = before & ~after & self.visible, after & ~before
        return {"repigmented": 100 * gone.sum() / face.sum(), "new": 100 * came.sum() / face.sum()}

    @property
    def visible(self) -> Array:
        return (self.truth.visible > 0) & (self.first.truth.face > 0) & self._seen(self.second.truth.face)

    def errors(self, found: Registration) -> Array:
        """Distances (n,) in pixels of a picture of HEIGHT_OF_LIMITS between found and true places."""
        rows, columns = np.nonzero(self.visible)
        at = (np.c_[columns, rows] + 0.5).astype(np.float32)
        inside = found.first.to_crop(at, SIDE) - 0.5
        places = sample(found.places, inside)
        there = found.second.to_photo(places + 0.5, SIDE)
        away = np.linalg.norm(there - self.truth.places[rows, columns], axis=1)
        return np.asarray(away * HEIGHT_OF_LIMITS / self.first.image.shape[0])

    def _seen(self, mask: Array) -> Array:
        return bring_mask(mask, np.nan_to_num(self.truth.places, nan=-99) - 0.5) > 0


def take_pair(seed: int, view: View, amount: float, *, size: tuple[int, int]) -> PhantomPair:
    """Photograph one person twice; between the two `amount` (0 to 1) of the lesions repigments.

    size: (width, height) in pixels. The same seed gives the same pair.
    """
    person, before = Person.from_seed(seed), Vitiligo.from_seed(seed, extent=0.2)
    scenes = [
        Scene(view=view, modality=Modality.UV_REFLECTANCE, capture_seed=seed * 10 + capture)
        for capture in (1, 2)
    ]
    photos = [
        take_photo(person, state, scene, size=size)
        for state, scene in zip((before, before.repigmented(amount)), scenes, strict=True)
    ]
    return PhantomPair(photos[0], photos[1], correspondence(person, *scenes, size=size))


def true_side(photo: Photograph) -> FaceInPhoto:
    """A photograph as registration gets it, with the masks, landmarks and pose that are true."""
    truth = photo.truth
    pose = Pose(truth.yaw, truth.pitch, truth.roll)
    return FaceInPhoto(photo.image, truth.face, truth.vitiligo, truth.landmarks, truth.box, pose)
