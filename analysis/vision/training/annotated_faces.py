"""Faces with outline and landmarks, read from the real image sets for the training of the detector.

Box convention: the bounds of the visible face, from hairline to chin with the ears, without hair and neck.
Each set says this differently; the readers below bring them to one form.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture

from analysis.vision.terms import Image, Mask
from analysis.vision.training.splits import Side, side_of, side_of_phantom

Points = NDArray[np.float32]

LONG_SIDE = 416
"""Pictures are kept at this size at most: the detector never sees them larger."""

PARSING_FACE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
PARSING_NOSE, PARSING_EYES, PARSING_MOUTH = (2,), (4, 5), (10, 11, 12)
SEGMENTED_FACE = (1, 3, 4, 5)
SEGMENTED_NOSE, SEGMENTED_EYES, SEGMENTED_MOUTH = (3,), (4,), (5,)

CHIN_BELOW_MOUTH = 0.68
"""From the middle of the mouth to the chin, in units of the distance from eyes to mouth (median over
`faces_landmarks`; the median over `faces_parsing` is 0.65)."""
TIP_ALONG_NOSE = 0.74
"""The height of the tip on the nose, from its root to the nostrils."""
PROFILE = 67.5
"""From this yaw on, in degrees, the far eye and the far corner of the mouth are hidden."""
EYES_APART, MOUTH_WIDE = 0.94, 0.74
"""Distance of the eyes and width of the mouth, in units of the distance from eyes to mouth."""
SMALLEST_PART = 12
"""Parts of fewer pixels are specks of the tracing."""
SMALLEST_SHARE = 0.02
"""Of the face's area; smaller patches that are cut off from it are specks, larger ones an ear behind hair."""


@dataclass(frozen=True)
class AnnotatedFace:
    """One picture with one face."""

    name: str
    image: Image
    outline: Points
    """(K, 2) the convex hull of the visible face in pixels; its bounds are the box."""
    landmarks: Points
    """(5, 2) in the order of `Detection.landmarks`; NaN where hidden or unknown."""
    person: str = ""
    """Pictures of one person are no independent evidence."""
    yaw: float | None = None
    """Degrees, positive to the image's right, where known."""

    @property
    def box(self) -> Points:
        """(4,) x0, y0, x1, y1."""
        return np.concatenate([self.outline.min(axis=0), self.outline.max(axis=0)])


def read_faces(data: Path, image_set: str, side: Side) -> Iterator[AnnotatedFace]:
    """The faces of one set on one side of the split; pictures without usable parts are passed over."""
    for row in manifest_rows(data, image_set):
        name = Path(row["image"]).name
        if side_of(image_set, file_name=name, subject=row["subject"], group=row["group"]) is not side:
            continue
        face = read_face(data, row)
        if face is not None:
            yield replace(smaller(face), person=row["subject"] or name)


def read_phantom_faces(folder: Path, side: Side) -> Iterator[AnnotatedFace]:
    """The faces that `analysis.vision.phantom.dataset` wrote to a folder, on one side of the split."""
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if side_of_phantom(int(row["person"])) is side:
                face = from_phantom(folder, row)
                if face is not None:
                    yield smaller(face)


def from_phantom(folder: Path, row: dict[str, str]) -> AnnotatedFace | None:
    """A phantom's picture with its exact outline; None where no face shows."""
    image = read_image(folder / "images" / row["file"])
    mask = read_indices(folder / "face" / Path(row["file"]).with_suffix(".png"))
    ys, xs = np.nonzero(mask)
    if len(xs) == 0:
        return None
    outline = cv2.convexHull(np.stack([xs, ys], axis=1).astype(np.float32))[:, 0] + np.float32(0.5)
    landmarks = [[float(row[f"{axis}_{point}"]) for axis in "xy"] for point in range(5)]
    points = np.array(landmarks, np.float32)
    person, yaw = f"phantom {row['person']}", float(row["yaw"])
    return AnnotatedFace(row["file"], image, np.asarray(outline), points, person, yaw)


def manifest_rows(data: Path, image_set: str) -> list[dict[str, str]]:
    """The rows of `manifest.csv` that belong to a set."""
    with (data / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["set"] == image_set]


def read_face(data: Path, row: dict[str, str]) -> AnnotatedFace | None:
    """One manifest row as an annotated face; None where the annotation holds no face."""
    image = read_image(data / row["image"])
    match row["set"]:
        case "faces_parsing":
            return from_parsing(row["image"], image, read_indices(data / row["mask"]))
        case "faces_multiview" | "faces_frontal":
            # The set counts yaw positive to the image's left; here positive is to its right.
            yaw = -float(row["yaw"] or 0)
            return from_segments(row["image"], image, read_indices(data / row["mask"]), yaw)
        case "vitiligo_faces":
            return from_traced(row["image"], image, read_indices(data / row["face_mask"]))
        case "faces_landmarks":
            return from_68_points(row["image"], image, points_of(data, Path(row["image"]).name))
    raise ValueError(f"the set {row['set']!r} has no face annotation")


def read_image(path: Path) -> Image:
    """A picture file as RGB bytes."""
    with Picture.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def read_indices(path: Path) -> Mask:
    """A label picture as its indices, whatever its palette."""
    with Picture.open(path) as picture:
        return np.asarray(picture)


def from_parsing(name: str, image: Image, labels: Mask) -> AnnotatedFace | None:
    """A face of `faces_parsing`: the neck has its own label, the eyes two."""
    outline = hull(np.isin(labels, PARSING_FACE))
    nose, mouth = largest(np.isin(labels, PARSING_NOSE)), largest(np.isin(labels, PARSING_MOUTH))
    if outline is None or nose.sum() < SMALLEST_PART or mouth.sum() < SMALLEST_PART:
        return None
    eyes = sorted_centres([labels == index for index in PARSING_EYES])
    # One eye alone is hidden by hair or glasses: which one it is cannot be told safely.
    left, right = eyes if len(eyes) == len(PARSING_EYES) else (unknown(), unknown())
    landmarks = np.stack([left, right, nose_tip(nose, 0), *mouth_corners(mouth)])
    return AnnotatedFace(name, image, outline, landmarks)


def from_segments(name: str, image: Image, labels: Mask, yaw: float) -> AnnotatedFace | None:
    """A face of `faces_multiview` or `faces_frontal`, whose skin label includes the neck.

    `yaw` in degrees, positive to the image's right.
    """
    nose, mouth = largest(np.isin(labels, SEGMENTED_NOSE)), largest(np.isin(labels, SEGMENTED_MOUTH))
    eyes = sorted_centres(components(np.isin(labels, SEGMENTED_EYES))[:2])
    if not eyes or nose.sum() < SMALLEST_PART or mouth.sum() < SMALLEST_PART:
        return None
    mouth_y = np.nonzero(mouth)[0].mean()
    eye_y = np.mean([eye[1] for eye in eyes])
    chin = round(mouth_y + CHIN_BELOW_MOUTH * (mouth_y - eye_y))
    face = np.isin(labels, SEGMENTED_FACE)
    face[chin:] = False
    outline = hull(face)
    if outline is None:
        return None
    unit = float(mouth_y - eye_y)
    pair = two_points(eyes, yaw, EYES_APART * unit)
    corners = two_points(mouth_corners(mouth), yaw, MOUTH_WIDE * unit)
    landmarks = np.stack([*pair, nose_tip(nose, yaw), *corners])
    return AnnotatedFace(name, image, outline, landmarks, yaw=yaw)


def two_points(seen: list[Points], yaw: float, apart: float) -> list[Points]:
    """An image-left and an image-right landmark, from those that are seen.

    The far one of a profile is put where it lies behind the head: nearly on the near one, towards the nose by
    `apart` (pixels, as seen from the front) times the cosine of the yaw.
    """
    if abs(yaw) <= PROFILE and len(seen) > 1:
        return [seen[0], seen[-1]]
    if abs(yaw) <= PROFILE:
        return [unknown(), unknown()]
    near = max(seen, key=lambda point: float(-np.sign(yaw) * point[0]))
    far = near + np.array([np.sign(yaw) * apart * np.cos(np.radians(yaw)), 0], np.float32)
    return [near, far] if yaw > 0 else [far, near]


def from_68_points(name: str, image: Image, points: Points) -> AnnotatedFace:
    """A face of `faces_landmarks`; iBUG order: jaw 0-16, brows 17-26, tip 30, base 33, eyes 36-47, mouth 48+.

    The points end at the brows and at the jaw's edge. The forehead is taken as high as 0.85 of the middle
    third of the face (brows to base of the nose), and the ears as 3 % of the width on either side.
    """
    brows = points[17:27]
    up = (brows.mean(axis=0) - points[33]) * 0.85
    middle = brows.mean(axis=0)
    forehead = middle + (brows - middle) * 0.8 + up
    centre = points[:17].mean(axis=0)
    jaw = centre + (points[:17] - centre) * np.array([1.03, 1.0], np.float32)
    outline = cv2.convexHull(np.concatenate([jaw, brows, forehead]).astype(np.float32))[:, 0]
    eyes = [points[36:42].mean(axis=0), points[42:48].mean(axis=0)]
    landmarks = np.stack([*eyes, points[30], points[48], points[54]]).astype(np.float32)
    return AnnotatedFace(name, image, within(np.asarray(outline), image), landmarks)


def points_of(data: Path, name: str) -> Points:
    """The 68 points of one picture, (68, 2)."""
    with (data / "faces_landmarks" / "landmarks.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            if row[0] == name:
                return np.array(row[1:], np.float32).reshape(-1, 2)
    raise KeyError(f"no landmarks for {name}")


def from_traced(name: str, image: Image, mask: Mask) -> AnnotatedFace | None:
    """A face of `vitiligo_faces`: traced by hand, without landmarks."""
    outline = hull(mask > 0)
    return (
        None if outline is None else AnnotatedFace(name, image, outline, np.full((5, 2), np.nan, np.float32))
    )


def within(outline: Points, image: Image) -> Points:
    """An outline clipped to its picture."""
    return np.clip(outline, 0, [image.shape[1], image.shape[0]]).astype(np.float32)


def hull(face: NDArray[np.bool_]) -> Points | None:
    """The convex hull (K, 2) of a mask without its specks; None where nothing is left.

    An ear that hair cuts off stays; a patch of less than `SMALLEST_SHARE` of the face does not.
    """
    opened = cv2.morphologyEx(face.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    parts = [part for part in components(opened > 0) if part.sum() >= SMALLEST_SHARE * opened.sum()]
    if not parts:
        return None
    ys, xs = np.nonzero(np.any(parts, axis=0))
    pixels = np.stack([xs, ys], axis=1).astype(np.float32)
    return np.asarray(cv2.convexHull(pixels)[:, 0], np.float32) + np.float32(0.5)


def components(mask: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """The four largest connected parts, largest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    by_size = sorted(range(1, count), key=lambda label: -stats[label, cv2.CC_STAT_AREA])
    return [labels == label for label in by_size[:4]]


def largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part; the mask itself where it is empty."""
    return next(iter(components(mask)), mask)


def sorted_centres(parts: list[NDArray[np.bool_]]) -> list[Points]:
    """The centres of the parts that are more than specks, from the image's left to its right."""
    centres = [centre_of(part) for part in parts if part.sum() >= SMALLEST_PART]
    return sorted(centres, key=lambda centre: float(centre[0]))


def centre_of(part: NDArray[np.bool_]) -> Points:
    """The centroid x, y."""
    ys, xs = np.nonzero(part)
    return np.array([xs.mean() + 0.5, ys.mean() + 0.5], np.float32)


def nose_tip(nose: NDArray[np.bool_], yaw: float) -> Points:
    """The tip: low on the nose, in its middle when frontal and at its edge when in profile."""
    ys, xs = np.nonzero(nose)
    y = ys.min() + TIP_ALONG_NOSE * (ys.max() - ys.min())
    low = xs[ys >= (ys.min() + ys.max()) / 2]
    edge = low.max() if yaw > 0 else low.min()
    turned = abs(np.sin(np.radians(yaw)))
    return np.array([low.mean() + turned * (edge - low.mean()) + 0.5, y + 0.5], np.float32)


def mouth_corners(mouth: NDArray[np.bool_]) -> list[Points]:
    """The image-left and the image-right end of the mouth."""
    ys, xs = np.nonzero(mouth)
    ends = [xs.min(), xs.max()]
    return [np.array([end + 0.5, ys[abs(xs - end) <= 1].mean() + 0.5], np.float32) for end in ends]


def unknown() -> Points:
    """A landmark nobody can see."""
    return np.full(2, np.nan, np.float32)


def smaller(face: AnnotatedFace) -> AnnotatedFace:
    """The face with its picture at `LONG_SIDE` at most."""
    image = shrunk(face.image, LONG_SIDE)
    scale = image.shape[0] / face.image.shape[0]
    return replace(face, image=image, outline=face.outline * scale, landmarks=face.landmarks * scale)


def shrunk(image: Image, long_side: int) -> Image:
    """The picture with its longer side at `long_side` at most."""
    scale = long_side / max(image.shape[:2])
    if scale >= 1:
        return image
    size = round(image.shape[1] * scale), round(image.shape[0] * scale)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
