"""Write a set of phantom photographs with exact truth, for training and evaluation.

`python -m analysis.vision.phantom.dataset OUT --people 200` makes OUT/images, OUT/face, OUT/vitiligo and
OUT/truth.csv. Masks are PNG files of the values 0 and 1. Interrupted runs go on where they stopped: a picture
counts as made once its row is in truth.csv.
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import torch
from tqdm import tqdm

from analysis.vision.phantom.person import Person
from analysis.vision.phantom.photo import take_photo
from analysis.vision.phantom.scene import Background, Scene
from analysis.vision.phantom.truth import Photograph
from analysis.vision.phantom.vitiligo import Vitiligo
from analysis.vision.terms import Array, Modality, View

FIELDS = (
    "file", "person", "view", "modality", "phototype", "kind", "extent", "amount", "glare", "sunscreen",
    "x0", "y0", "x1", "y1", *(f"{axis}_{point}" for point in range(5) for axis in "xy"),
    "yaw", "pitch", "roll", "face_pixels", "vitiligo_pixels", "glare_pixels", "f_vitiligo",
)  # fmt: skip
_MODALITIES: dict[Modality, float] = {
    Modality.UV_REFLECTANCE: 0.58,
    Modality.WOODS_LAMP: 0.12,
    Modality.UV_FLUORESCENCE: 0.08,
    Modality.VISIBLE: 0.16,
    Modality.CROSS_POLARISED: 0.06,
}


@dataclass(frozen=True)
class Sitting:
    """One picture to be made: its name without suffix, and all that take_photo needs."""

    name: str
    person: Person
    vitiligo: Vitiligo
    scene: Scene


def draw_sittings(seed: int, captures: int, modality: Modality | None = None) -> Iterator[Sitting]:
    """The pictures of one person: views in turn, everything else drawn from the person's seed."""
    draw = np.random.default_rng((seed, 10))
    person = Person.from_seed(seed)
    vitiligo = _draw_vitiligo(draw, seed)
    kinds = list(_MODALITIES)
    usual = modality or kinds[int(draw.choice(len(kinds), p=list(_MODALITIES.values())))]
    first = int(draw.integers(3))
    for number in range(captures):
        view = list(View)[(first + number) % 3]
        amount = float(draw.uniform(0, 0.95)) if draw.random() < 0.5 else 0.0
        used = usual
        if modality is None and draw.random() < 0.3:
            used = kinds[int(draw.choice(len(kinds), p=list(_MODALITIES.values())))]
        scene = _draw_scene(draw, view, used, seed * 1000 + number)
        yield Sitting(f"p{seed:07d}_{number:02d}_{view}", person, vitiligo.repigmented(amount), scene)


def _draw_vitiligo(draw: np.random.Generator, seed: int) -> Vitiligo:
    kind: Literal["bilateral", "segmental", "none"] = "bilateral"
    chance = draw.random()
    if chance < 0.1:
        kind = "none"
    elif chance < 0.22:
        kind = "segmental"
    extent = float(np.clip(np.exp(draw.normal(np.log(0.12), 0.85)), 0.005, 0.6))
    return Vitiligo.from_seed(seed, extent=extent if kind != "segmental" else min(extent, 0.3), kind=kind)


def _draw_scene(draw: np.random.Generator, view: View, modality: Modality, capture_seed: int) -> Scene:
    backgrounds: tuple[Background, ...] = ("booth", "plain", "room")
    return Scene(
        view=view,
        modality=modality,
        capture_seed=capture_seed,
        glare=float(draw.uniform(0, 1)) if draw.random() < 0.25 else float(draw.uniform(0.05, 0.45)),
        sunscreen=float(draw.uniform(0.2, 0.9)) if draw.random() < 0.06 else 0.0,
        background=backgrounds[int(draw.choice(3, p=[0.65, 0.2, 0.15]))],
        jitter=float(draw.uniform(0.7, 1.7)),
        defocus=float(draw.exponential(0.5)) if draw.random() < 0.3 else 0.0,
    )


def write_dataset(
    folder: Path,
    *,
    seeds: Sequence[int],
    captures_per_person: int = 3,
    size: tuple[int, int] = (384, 512),
    modality: Modality | None = None,
    lossless: bool = False,
    workers: int = 1,
    progress: bool = True,
) -> Path:
    """Make the pictures that are still missing and return the path of truth.csv.

    seeds: people; captures_per_person: pictures of each, views in turn; size: (width, height).
    modality: one for all pictures, else drawn. lossless: PNG instead of JPEG pictures. workers: processes.
    """
    for part in ("images", "face", "vitiligo"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    table = folder / "truth.csv"
    made = _made(table)
    suffix = ".png" if lossless else ".jpg"
    wanted = (
        sitting
        for seed in seeds
        for sitting in draw_sittings(seed, captures_per_person, modality)
        if sitting.name + suffix not in made
    )
    total = len(seeds) * captures_per_person
    with table.open("a", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, FIELDS)
        if stream.tell() == 0:
            writer.writeheader()
        bar = tqdm(total=total, initial=min(len(made), total), disable=not progress, unit="photo")
        for row in _rows(wanted, folder, suffix, size, workers):
            writer.writerow(row)
            stream.flush()
            bar.update()
        bar.close()
    return table


def _made(table: Path) -> set[str]:
    if not table.exists():
        return set()
    with table.open(newline="", encoding="utf-8") as stream:
        return {row["file"] for row in csv.DictReader(stream) if row.get("vitiligo_pixels")}


def _rows(
    wanted: Iterator[Sitting], folder: Path, suffix: str, size: tuple[int, int], workers: int
) -> Iterator[dict[str, object]]:
    """Rows of truth as pictures get ready; sittings are drawn as they are needed."""
    if workers <= 1:
        yield from (_make(sitting, folder, suffix, size) for sitting in wanted)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_one_thread) as pool:
        while batch := list(islice(wanted, workers * 12)):
            share = -(-len(batch) // workers)
            parts = [batch[i : i + share] for i in range(0, len(batch), share)]
            for rows in pool.map(_make_all, parts, *zip(*[(folder, suffix, size)] * len(parts), strict=True)):
                yield from rows


def _one_thread() -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def _make_all(
    sittings: list[Sitting], folder: Path, suffix: str, size: tuple[int, int]
) -> list[dict[str, object]]:
    return [_make(sitting, folder, suffix, size) for sitting in sittings]


def _make(sitting: Sitting, folder: Path, suffix: str, size: tuple[int, int]) -> dict[str, object]:
    photograph = take_photo(sitting.person, sitting.vitiligo, sitting.scene, size=size)
    truth = photograph.truth
    _save(folder / "face" / f"{sitting.name}.png", truth.face)
    _save(folder / "vitiligo" / f"{sitting.name}.png", truth.vitiligo)
    _save(folder / "images" / f"{sitting.name}{suffix}", photograph.image[..., ::-1])
    return _row(sitting, sitting.name + suffix, photograph)


def _save(path: Path, pixels: Array) -> None:
    options = [cv2.IMWRITE_JPEG_QUALITY, 94] if path.suffix == ".jpg" else []
    if not cv2.imwrite(str(path), pixels, options):
        raise OSError(f"could not write {path}")


def _row(sitting: Sitting, file: str, photograph: Photograph) -> dict[str, object]:
    truth, scene, vitiligo = photograph.truth, sitting.scene, sitting.vitiligo
    points = {
        f"{axis}_{number}": round(float(value), 2)
        for number, point in enumerate(truth.landmarks)
        for axis, value in zip("xy", point, strict=True)
    }
    share = truth.f_vitiligo
    return {
        "file": file,
        "person": sitting.person.seed,
        "view": str(scene.view),
        "modality": str(scene.modality),
        "phototype": sitting.person.skin.phototype,
        "kind": vitiligo.kind,
        "extent": round(vitiligo.extent, 4),
        "amount": round(vitiligo.amount, 4),
        "glare": round(scene.glare, 3),
        "sunscreen": round(scene.sunscreen, 3),
        **dict(zip(("x0", "y0", "x1", "y1"), truth.box, strict=True)),
        **points,
        "yaw": round(truth.yaw, 3),
        "pitch": round(truth.pitch, 3),
        "roll": round(truth.roll, 3),
        "face_pixels": int(truth.face.sum()),
        "vitiligo_pixels": int(truth.vitiligo.sum()),
        "glare_pixels": int(truth.glare.sum()),
        "f_vitiligo": "" if share is None else round(share, 4),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m analysis.vision.phantom.dataset", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--first-seed", type=int, default=0, help="900000 and above are hold-out people")
    parser.add_argument("--captures", type=int, default=3, help="pictures of each person")
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--height", type=int, default=512)
    parser.add_argument("--modality", type=Modality, choices=list(_MODALITIES), default=None)
    parser.add_argument("--png", action="store_true", help="lossless pictures")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    write_dataset(
        given.folder,
        seeds=range(given.first_seed, given.first_seed + given.people),
        captures_per_person=given.captures,
        size=(given.width, given.height),
        modality=given.modality,
        lossless=given.png,
        workers=given.workers,
    )


if __name__ == "__main__":
    main()
