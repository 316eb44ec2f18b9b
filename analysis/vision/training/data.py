"""The data sets as face samples: picture, parts, and who it shows.

Each source reads one set of `manifest.csv`, for one side.
Pictures are small (at most 512 px), so
a source is read into memory once; everything random happens later, on copies.
"""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
from numpy.typing import NDArray

from analysis.vision.terms import Image, Mask
from analysis.vision.training.parts import Part, Parts, face_of, parts_from_celeba, parts_from_fasseg
from analysis.vision.training.splits import Side, side_of, side_of_phantom
from analysis.vision.training.vitiligo_photos import TEACHING_GROUPS, outlined_skin

Row = dict[str, str]

PHANTOM = "phantom"
"""The source of phantom samples, which bring their own lamp and lesions and are not painted."""


@dataclass(frozen=True)
class FaceSample:
    """One face with its truth."""

    name: str
    source: str
    subject: str
    """The person, or the file name where each picture shows another one."""
    image: Image
    parts: Parts
    vitiligo: Mask | None = None
    """Exact or traced truth; None where the face has none."""
    yaw: float | None = None
    """Degrees, positive when the face turns to image left; None where unknown."""
    modality: str = ""
    """The lamp, where the set names it."""
    view: str = ""
    """left, front or right, where the set names it."""
    mask_is_exact: bool = True
    """False where the face mask is only a hull of landmarks: fit to paint on, not to learn masks from."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Bounds of the face mask, x0, y0, x1, y1 in pixels."""
        rows, columns = np.nonzero(face_of(self.parts))
        return float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1)


def read_image(path: Path) -> Image:
    """An RGB picture from a file; ValueError where it can't be decoded."""
    raw = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if raw is None:
        raise ValueError(f"{path} is not a readable picture")
    return np.ascontiguousarray(raw[:, :, ::-1])


def read_labels(path: Path) -> NDArray[np.uint8]:
    """A label map or mask (H, W) from a file, values as stored; ValueError where it can't be decoded."""
    # Pillow, since OpenCV would turn a palette's indices into the shades of its colours.
    try:
        with PIL.Image.open(path) as stored:
            return np.array(stored if stored.mode == "P" else stored.convert("L"), np.uint8)
    except PIL.UnidentifiedImageError as error:
        raise ValueError(f"{path} is not a readable mask") from error


def read_faces(data: Path, sets: Iterable[str], side: Side) -> list[FaceSample]:
    """All faces of the named sets on one side of the split, in the manifest's order.

    Args:
        data: the folder with `manifest.csv`.
        sets: any of "faces_parsing", "faces_multiview", "faces_frontal", "faces_landmarks", "vitiligo_faces",
            "vitiligo_photos".
        side: training or validation.

    Raises:
        KeyError: an unknown set. FileNotFoundError: no manifest in `data`.
    """
    readers = {name: READERS[name](data) for name in sets}
    samples = []
    with (data / "manifest.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            reader = readers.get(row["set"])
            if reader is not None and _side(row) is side:
                sample = reader(row)
                if sample is not None and face_of(sample.parts).any():
                    samples.append(sample)
    return samples


def _side(row: Row) -> Side:
    return side_of(row["set"], file_name=Path(row["image"]).name, subject=row["subject"], group=row["group"])


Reader = Callable[[Row], FaceSample | None]


def _parsing(data: Path) -> Reader:
    def read(row: Row) -> FaceSample:
        name = Path(row["image"]).stem
        parts = parts_from_celeba(read_labels(data / row["mask"]))
        return FaceSample(name, row["set"], name, read_image(data / row["image"]), parts)

    return read


def _fasseg(data: Path) -> Reader:
    def read(row: Row) -> FaceSample:
        name = Path(row["image"]).stem
        yaw = float(row["yaw"])
        parts = parts_from_fasseg(read_labels(data / row["mask"]), yaw=yaw)
        image = read_image(data / row["image"])
        return FaceSample(name, row["set"], row["subject"] or name, image, parts, yaw=yaw)

    return read


def _landmarks(data: Path) -> Reader:
    folder = data / "faces_landmarks"
    with (folder / "landmarks.csv").open(newline="") as file:
        points = {
            line[0]: np.array(line[1:137], np.float32).reshape(68, 2) for line in list(csv.reader(file))[1:]
        }

    def read(row: Row) -> FaceSample:
        path = Path(row["image"])
        image = read_image(data / path)
        parts = parts_from_landmarks(points[path.name], image.shape[:2])
        return FaceSample(path.stem, row["set"], row["subject"], image, parts, mask_is_exact=False)

    return read


def _traced(data: Path) -> Reader:
    def read(row: Row) -> FaceSample:
        name = Path(row["image"]).stem
        image = read_image(data / row["image"])
        face = read_labels(data / row["face_mask"]) > 0
        vitiligo = (read_labels(data / row["mask"]) > 0) & face
        parts = np.where(face, Part.SKIN, Part.BACKGROUND).astype(np.uint8)
        if row["ignore_mask"]:
            parts[read_labels(data / row["ignore_mask"]) > 0] = Part.UNDECIDED
        return FaceSample(name, row["set"], name, image, parts, vitiligo.astype(np.uint8))

    return read


def _outlined(data: Path) -> Reader:
    def read(row: Row) -> FaceSample | None:
        if row["group"] not in TEACHING_GROUPS:
            return None
        image = read_image(data / row["image"])
        lesion = (read_labels(data / row["mask"]) > 0).astype(np.uint8)
        parts = outlined_skin(image, lesion)
        name = Path(row["image"]).stem
        return FaceSample(name, row["set"], row["group"], image, parts, lesion, mask_is_exact=False)

    return read


def parts_from_landmarks(points: NDArray[np.float32], size: tuple[int, int]) -> Parts:
    """Parts from 68 landmarks (68, 2) in iBUG order, on a grid of `size` (height, width).

    The hull of jaw and brows, raised by a quarter of its height for the forehead; hair may fall into
    that part.
    """
    parts = np.zeros(size, np.uint8)
    brows = points[17:27]
    rise = 0.25 * (points[8] - brows.mean(axis=0))
    outline = np.concatenate([points[:17], brows, brows[1:9] - rise])
    _fill(parts, _hull(outline), Part.SKIN)
    _fill(parts, _hull(points[48:60]), Part.LIP)
    _fill(parts, points[60:68], Part.MOUTH)
    for eye in (points[36:42], points[42:48]):
        _fill(parts, eye, Part.EYE)
    thickness = max(2, round(0.06 * float(np.linalg.norm(points[8] - brows.mean(axis=0)))))
    for brow in (points[17:22], points[22:27]):
        cv2.polylines(parts, [np.rint(brow).astype(np.int32)], False, int(Part.BROW), thickness)
    return parts


def _hull(points: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.convexHull(points)[:, 0], np.float32)


def _fill(parts: Parts, polygon: NDArray[np.float32], part: Part) -> None:
    cv2.fillPoly(parts, [np.rint(polygon).astype(np.int32)], int(part))


READERS: dict[str, Callable[[Path], Reader]] = {
    "faces_parsing": _parsing,
    "faces_multiview": _fasseg,
    "faces_frontal": _fasseg,
    "faces_landmarks": _landmarks,
    "vitiligo_faces": _traced,
    "vitiligo_photos": _outlined,
}


def read_phantom(folder: Path, side: Side) -> list[FaceSample]:
    """Phantom pictures that `analysis.vision.phantom.dataset` wrote to `folder`, on one side of the split.

    Raises FileNotFoundError where there is no `truth.csv`.
    """
    samples = []
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if side_of_phantom(int(row["person"])) is side and int(row["face_pixels"]) > 0:
                samples.append(_phantom_sample(folder, row))
    return samples


def _phantom_sample(folder: Path, row: Row) -> FaceSample:
    name = Path(row["file"]).stem
    face = read_labels(folder / "face" / f"{name}.png")
    return FaceSample(
        name=name,
        source=PHANTOM,
        subject=row["person"],
        image=read_image(folder / "images" / row["file"]),
        parts=np.where(face > 0, Part.SKIN, Part.BACKGROUND).astype(np.uint8),
        vitiligo=read_labels(folder / "vitiligo" / f"{name}.png"),
        yaw=-float(row["yaw"]),
        modality=row["modality"],
        view=row["view"],
    )
