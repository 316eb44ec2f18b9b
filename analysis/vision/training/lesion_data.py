"""The dermoscopy sets: pictures of lesions, and which of them teach, choose or judge.

No picture names its patient. Pictures that show the same thing, wherever they came from, are one group and
never part; what else belongs to one patient is unknown, and said so on the cards.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from analysis.vision.lesion.metadata import Metadata, Sex, Site
from analysis.vision.terms import Image, Mask

SETS = ("dermoscopy", "dermoscopy_2017", "dermoscopy_2018")
SEED = 5
TEST_FOLDS, VALIDATION_FOLDS = 4, 5
SAME = 0.99
"""Correlation of two pictures, shrunk to `GLANCE`, from which they show the same thing. Two pairs among the
434 reach it; the next pairs, at 0.97, are lesions of different people."""
GLANCE = (24, 18)


class Fold(StrEnum):
    """What a picture may do."""

    TRAINING = "training"
    VALIDATION = "validation"
    """Stops trainings, and chooses thresholds and temperatures."""
    TEST = "test"
    """Judges; teaches and chooses nothing."""


@dataclass(frozen=True)
class LesionSample:
    """A picture of one lesion and what is known of it."""

    name: str
    source: str
    """The set's name in `manifest.csv`."""
    subject: str
    """The patient where one is named, else the group of pictures that show the same thing."""
    image: Image
    mask: Mask | None
    """(H, W) of {0, 1} as traced; None where nobody did."""
    label: str
    """The class, such as "benign"."""
    metadata: Metadata


def read_lesions(data: Path, *folds: Fold, classes: Sequence[str] = ()) -> list[LesionSample]:
    """The pictures of the given folds, all where none is given, in the manifest's order.

    `classes` names the labels that are wanted; the others are left out, none where it is empty. Raises
    FileNotFoundError where the sets are not there.
    """
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] in SETS]
    images = [_read(data / row["image"]) for row in rows]
    named = [row["subject"] or row["group"] for row in rows]
    groups = [name or group for name, group in zip(named, alike(images), strict=True)]
    sides = split([f"{row['set']} {row['label']} {bool(row['mask'])}" for row in rows], groups)
    return [
        LesionSample(
            name=Path(row["image"]).stem,
            source=row["set"],
            subject=group,
            image=image,
            mask=_read_mask(data / row["mask"]) if row["mask"] else None,
            label=row["label"],
            metadata=Metadata(
                age=int(row["age"]) if row["age"] else None,
                sex=Sex(row["sex"]) if row["sex"] else None,
                site=Site(row["site"]) if row["site"] else None,
            ),
        )
        for row, image, group, side in zip(rows, images, groups, sides, strict=True)
        if side in (folds or tuple(Fold)) and (not classes or row["label"] in classes)
    ]


def split(strata: Sequence[str], groups: Sequence[str]) -> list[Fold]:
    """The fold of every picture: a quarter judges, a fifth of the rest chooses.

    Groups stay whole, and every stratum is shared out as evenly as they allow. A function of its arguments
    alone.
    """
    kinds, together = np.asarray(strata), np.asarray(groups)
    folds = np.full(len(kinds), Fold.TRAINING, dtype=object)
    rest, test = _divide(kinds, together, TEST_FOLDS)
    folds[test] = Fold.TEST
    _, validation = _divide(kinds[rest], together[rest], VALIDATION_FOLDS)
    folds[rest[validation]] = Fold.VALIDATION
    return [Fold(fold) for fold in folds]


def alike(images: Sequence[Image]) -> list[str]:
    """A name for the group of each picture; pictures of the same thing share one."""
    glances = np.stack([_glance(image) for image in images])
    same = glances @ glances.T / glances.shape[1] > SAME
    return [f"picture {int(np.flatnonzero(row)[0])}" for row in same]


def _divide(
    strata: NDArray[np.str_], groups: NDArray[np.str_], folds: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    # A stratum with fewer pictures than folds cannot be in each of them: it goes with the largest.
    names, counts = np.unique(strata, return_counts=True)
    rare = np.isin(strata, names[counts < folds])
    kinds = np.where(rare, names[counts.argmax()], strata)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=SEED)
    kept, held_out = next(splitter.split(np.zeros(len(kinds)), kinds, groups))
    return np.asarray(kept), np.asarray(held_out)


def _glance(image: Image) -> NDArray[np.float32]:
    small = cv2.resize(image, GLANCE, interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    centred = small - small.mean()
    return np.asarray(centred / max(1e-3, float(centred.std())), np.float32)


def _read(path: Path) -> Image:
    stored = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if stored is None:
        raise FileNotFoundError(f"{path} cannot be read.")
    return np.ascontiguousarray(stored[:, :, ::-1], np.uint8)


def _read_mask(path: Path) -> Mask:
    stored = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if stored is None:
        raise FileNotFoundError(f"{path} cannot be read.")
    return np.asarray(stored > 127, np.uint8)
