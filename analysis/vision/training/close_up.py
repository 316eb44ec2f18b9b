"""Fit and judge the gate that tells skin close up from other pictures (`analysis.vision.lesion.close_up`).

One half of the pictures teaches and the other half judges; all pictures of a person, and all versions of a
picture, are on one side. `python -m analysis.vision.training.close_up ../shared/data` writes the coefficients
and a table of the rates on the half that judges.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analysis.vision.lesion.close_up import COEFFICIENTS, FEATURES, close_up_score, expanded, features
from analysis.vision.lesion.gates import REFUSED_BELOW
from analysis.vision.phantom.dermoscope import draw_hair, light_up
from analysis.vision.phantom.dermoscopy import photograph_lesion
from analysis.vision.phantom.patch import lay_patch
from analysis.vision.terms import Array, Image, Mask
from analysis.vision.training.data import read_image, read_labels
from analysis.vision.training.other_pictures import DRAWN

FACES = ("faces_parsing", "faces_frontal", "faces_multiview", "faces_landmarks")
CROPS = {"hair": (13,), "cloth": (18,), "background": (0,)}
"""Indices of `faces_parsing` that crops without any skin are cut from."""
FACE_PARTS = (1, 2, 4, 5, 6, 7, 10, 11, 12)
SMALLEST_CROP = 90
"""Pixels of the side of a crop; smaller pictures are refused for their size."""
DRAWN_PER_KIND = 160
PHANTOMS = 72
STRENGTH = 0.05
"""Inverse weight of the penalty; chosen by what the teaching half says when it is halved again."""
SKIN = "dermoscopy"


@dataclass(frozen=True)
class Sample:
    """A picture with its answer. kind: what it shows, for the table of rates."""

    image: Image
    is_skin: bool
    kind: str
    judges: bool


def read_samples(data: Path) -> Iterator[Sample]:
    """Every picture with its versions, teaching and judging."""
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            judging = judges(row["subject"] or row["image"])
            if row["set"].startswith(SKIN):
                yield from _skin_versions(read_image(data / row["image"]), row["image"], judges=judging)
            elif row["set"] in FACES:
                image = read_image(data / row["image"])
                yield Sample(image, False, row["set"], judging)
                if row["set"] == "faces_parsing":
                    mask = read_labels(data / row["mask"])
                    yield from _pieces(image, mask, judges=judging)
    for number, (kind, draw) in enumerate(DRAWN.items()):
        for seed in range(DRAWN_PER_KIND):
            yield Sample(draw(np.random.default_rng((seed, number))), False, kind, seed % 2 == 1)
    for seed in range(PHANTOMS):
        photograph = photograph_lesion(
            seed, size=(512, 384), phototype=1 + seed % 6, hair=(0.0, 0.0, 0.6)[seed % 3], ring=seed % 4 == 0
        )
        yield Sample(photograph.image, True, "phantom dermoscopy", seed % 2 == 1)


def fit(samples: Sequence[tuple[NDArray[np.float64], Sample]]) -> dict[str, object]:
    """Coefficients from features and samples that teach; each kind weighs the same within its side."""
    values = np.array([one for one, _ in samples])
    answers = np.array([sample.is_skin for _, sample in samples])
    kinds = np.array([sample.kind for _, sample in samples])
    weights = np.ones(len(samples))
    for answer in (False, True):
        names = np.unique(kinds[answers == answer])
        for name in names:
            of_kind = (answers == answer) & (kinds == name)
            weights[of_kind] = len(samples) / (2 * len(names) * np.count_nonzero(of_kind))
    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    model.fit(expanded((values - mean) / scale), answers, sample_weight=weights)
    return {
        "features": list(FEATURES),
        "mean": [round(float(one), 5) for one in mean],
        "scale": [round(float(one), 5) for one in scale],
        "weights": [round(float(one), 5) for one in model.coef_[0]],
        "constant": round(float(model.intercept_[0]), 5),
    }


def judges(name: str) -> bool:
    """Whether the pictures of a person, or the versions of a picture, of this name judge."""
    return int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 1


def _skin_versions(image: Image, name: str, *, judges: bool) -> Iterator[Sample]:
    """The picture, darker, closer, and, where it teaches, also under hair and with a ring."""
    rng = np.random.default_rng(int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[:12], 16))
    yield Sample(image, True, SKIN, judges)
    for _ in range(2):
        dimmed = image * rng.uniform(0.3, 1.0) * rng.normal(1, 0.05, 3)
        yield Sample(np.clip(dimmed, 0, 255).astype(np.uint8), True, f"{SKIN}, darkened", judges)
    height, width = image.shape[:2]
    share = rng.uniform(0.55, 0.85)
    top, left = int(rng.uniform(0, 1 - share) * height), int(rng.uniform(0, 1 - share) * width)
    closer = image[top : top + int(share * height), left : left + int(share * width)]
    yield Sample(np.ascontiguousarray(closer), True, f"{SKIN}, closer", judges)
    if not judges:
        patch = lay_patch((width, height), 16 / width)
        seed = int(rng.integers(1 << 30))
        covered = image.astype(np.float32) / 255
        draw_hair(covered, patch, float(rng.uniform(0.3, 1)), seed)
        yield Sample(_bytes(covered), True, f"{SKIN}, hair", judges)
        ringed = image.astype(np.float32) / 255
        light_up(ringed, patch, ring=True, seed=seed)
        yield Sample(_bytes(ringed), True, f"{SKIN}, ring", judges)


def _pieces(image: Image, mask: Mask, *, judges: bool) -> Iterator[Sample]:
    """Of a face in the wild: hair, cloth and background alone, and the face filling the picture."""
    parts = cv2.resize(mask, image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    for name, indices in CROPS.items():
        inside = np.pad(np.isin(parts, indices).astype(np.uint8), 1)
        reach = cv2.distanceTransform(inside, cv2.DIST_C, 3)[1:-1, 1:-1]
        half = int(reach.max())
        if 2 * half >= SMALLEST_CROP:
            row, column = np.unravel_index(int(reach.argmax()), reach.shape)
            crop = image[row - half + 1 : row + half, column - half + 1 : column + half]
            yield Sample(np.ascontiguousarray(crop), False, f"{name} in the wild", judges)
    rows, columns = np.nonzero(np.isin(parts, FACE_PARTS))
    if rows.size:
        (top, bottom), (left, right) = (np.percentile(one, (5, 95)).astype(int) for one in (rows, columns))
        if min(bottom - top, right - left) >= SMALLEST_CROP:
            crop = np.ascontiguousarray(image[top:bottom, left:right])
            yield Sample(crop, False, "faces filling the picture", judges)


def _bytes(picture: Array) -> Image:
    levels: Image = np.clip(255 * picture + 0.5, 0, 255).astype(np.uint8)
    return levels


def rates(samples: Sequence[tuple[float, Sample]]) -> str:
    """A Markdown table: the pictures of each kind, and the share that the gate refuses with its interval."""
    lines = ["| pictures | n | refused | 95 % |", "|---|---|---|---|"]
    kinds = dict.fromkeys(sample.kind for _, sample in samples)
    groups = [(kind, [score for score, one in samples if one.kind == kind]) for kind in kinds]
    groups.append(("everything that is not skin", [score for score, one in samples if not one.is_skin]))
    for kind, scores in groups:
        refused = sum(score < REFUSED_BELOW for score in scores)
        low, high = wilson_interval(refused, len(scores))
        share = refused / len(scores)
        lines.append(f"| {kind} | {len(scores)} | {share:.1%} | {low:.1%} to {high:.1%} |")
    return "\n".join(lines) + "\n"


def wilson_interval(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, 1927), 0 to 1."""
    z = 1.96
    share = hits / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _main(data: Path) -> None:
    taught = [(features(one.image), one) for one in read_samples(data) if not one.judges]
    COEFFICIENTS.write_text(json.dumps(fit(taught), indent=1) + "\n", encoding="utf-8")
    judged = [(close_up_score(one.image), one) for one in read_samples(data) if one.judges]
    sys.stdout.write(rates(judged))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
