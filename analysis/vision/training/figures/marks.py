"""How a marker of vitiligo does on faces with truth: pixels, lesions, shares."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from analysis.vision.cards import Metric
from analysis.vision.face.crop import Crop
from analysis.vision.face.vitiligo import bounds
from analysis.vision.terms import Image, Mask
from analysis.vision.training.data import FaceSample
from analysis.vision.training.evaluation import Confusion, confusion
from analysis.vision.training.figures.bands import view_of
from analysis.vision.training.figures.figure import Figure, Target
from analysis.vision.training.figures.resampling import Statistic, agreement_icc, mean, measured, share
from analysis.vision.training.judgement import percent
from analysis.vision.training.parts import decided, face_of
from analysis.vision.training.sheets import beside, compared

SMALLEST = 0.1
"""Lesions count from this share of the face, in percent."""
FOUND = 0.5
"""Share of a lesion's pixels that must be marked for it to count as found."""
PICTURE = 240
"""Height of the pictures that are kept for the sheets."""


class Marker(Protocol):
    """Whatever marks vitiligo inside a face mask, all (H, W) on the picture's grid."""

    def mask(self, image: Image, face: Mask) -> Mask:
        """Values {0, 1}, a subset of `face`."""


@dataclass(frozen=True)
class Remembering:
    """A marker that marks each picture once, for parts of the report that share pictures.

    Pictures are told apart by identity, so they must live as long as it does.
    """

    marker: Marker
    _packed: dict[int, NDArray[np.uint8]] = field(default_factory=dict)

    def mask(self, image: Image, face: Mask) -> Mask:
        """As every marker; a picture has one face."""
        if id(image) not in self._packed:
            self._packed[id(image)] = np.packbits(self.marker.mask(image, face))
        return np.unpackbits(self._packed[id(image)], count=face.size).reshape(face.shape)


@dataclass(frozen=True)
class Case:
    """A face with truth, and the subgroup that cannot be read from it."""

    sample: FaceSample
    tone: str


@dataclass(frozen=True)
class Lesion:
    """A connected piece of true vitiligo."""

    percent: float
    """Of the face."""
    marked: float
    """Share of its pixels, 0 to 1."""


@dataclass(frozen=True)
class Marked:
    """What was marked on one face."""

    name: str
    person: str
    source: str
    view: str
    modality: str
    tone: str
    counts: Confusion
    true_percent: float
    measured_percent: float
    lesions: tuple[Lesion, ...]
    picture: Image
    """The photo beside its comparison with the truth, small."""

    @property
    def dice(self) -> float:
        return self.counts.dice

    @property
    def tells(self) -> bool:
        """Whether there is a true or a marked pixel at all; without one Dice is a perfect 1."""
        return self.counts.hits + self.counts.false_alarms + self.counts.misses > 0


def mark(marker: Marker, cases: Iterable[Case], *, progress: bool = True) -> list[Marked]:
    """Mark every face inside its true mask and compare; undecided pixels are left out."""
    return [_compare(marker, case) for case in tqdm(cases, disable=not progress, unit="face")]


def _compare(marker: Marker, case: Case) -> Marked:
    sample = case.sample
    face = face_of(sample.parts)
    truth = np.zeros_like(face) if sample.vitiligo is None else sample.vitiligo & face
    found = marker.mask(sample.image, face)
    crop, shown = Crop.around(bounds(face), margin=0.1), compared(sample.image, found, truth)
    return Marked(
        name=sample.name,
        person=sample.subject,
        source=sample.source,
        view=view_of(sample.yaw, sample.view),
        modality=sample.modality,
        tone=case.tone,
        counts=confusion(found, truth, decided(sample.parts) & face),
        true_percent=percent(truth, face),
        measured_percent=percent(found, face),
        lesions=lesions(found, truth, face),
        picture=small(beside(*(crop.cut(one) for one in (sample.image, shown)))),
    )


def lesions(found: Mask, truth: Mask, face: Mask) -> tuple[Lesion, ...]:
    """The lesions of a true mask that are large enough to count, and how much of each was marked."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(truth, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    marked = np.bincount(labels[found == 1], minlength=count)
    shares = 100 * areas / max(1, int(np.count_nonzero(face)))
    return tuple(
        Lesion(float(shares[index]), float(marked[index] / areas[index]))
        for index in range(1, count)
        if shares[index] >= SMALLEST
    )


def small(picture: Image) -> Image:
    """A picture at most `PICTURE` high."""
    scale = min(1.0, PICTURE / picture.shape[0])
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def dice_figure(name: str, marked: Sequence[Marked], target: Target | None = None) -> Figure:
    """Dice, the mean of the pictures that tell."""
    telling = [one for one in marked if one.tells]
    return Figure(name, len(telling), _over(telling, [[one.dice] for one in telling], mean), target)


def error_figure(name: str, marked: Sequence[Marked], target: Target | None = None) -> Figure:
    """The mean absolute error of F-Vitiligo, in points."""
    errors = [[abs(one.measured_percent - one.true_percent)] for one in marked]
    return Figure(name, len(marked), _over(marked, errors, mean), target, "points", 2)


def recall_figure(name: str, marked: Sequence[Marked], target: Target | None = None) -> Figure:
    """The share of found lesions; n is the number of lesions."""
    rows = [[sum(le.marked >= FOUND for le in one.lesions), len(one.lesions)] for one in marked]
    number = sum(len(one.lesions) for one in marked)
    ratio = _over(marked, rows, lambda table: share(table) / 100)
    return Figure(name, number, ratio, target)


def icc_figure(name: str, marked: Sequence[Marked], target: Target | None = None) -> Figure:
    """ICC(2,1) of the measured and the true F-Vitiligo."""
    pairs = [[one.measured_percent, one.true_percent] for one in marked]
    return Figure(name, len(marked), _over(marked, pairs, agreement_icc), target)


def _over(marked: Sequence[Marked], rows: Sequence[Sequence[float]], statistic: Statistic) -> Metric:
    people = [f"{one.source} {one.person}" for one in marked]
    return measured(np.asarray(rows, np.float64).reshape(len(rows), -1), people, statistic)
