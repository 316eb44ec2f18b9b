"""Training pictures of the detector: faces large and small, whole and cut, alone, several, or none."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from analysis.vision.face.detection import DetectorSettings
from analysis.vision.terms import Image
from analysis.vision.training.annotated_faces import AnnotatedFace
from analysis.vision.training.detector_looks import vary, vitiligo

Points = NDArray[np.float32]

MIRRORED_LANDMARKS = [1, 0, 2, 4, 3]
SMALLEST_SHARE, LARGEST_SHARE = 0.15, 1.1
"""The longer side of a face, as a share of the picture."""
VISIBLE = 0.55
"""A face that a crop leaves less of than this is not a face one could measure; such crops are not made."""
SMALLEST_FACE = 12
"""Pixels; smaller faces in a mosaic are left unlabelled and teach nothing."""
MOSAIC, EMPTY = 0.12, 0.33
"""Shares of pictures with several tiles, and with no face."""


@dataclass(frozen=True)
class DetectorScene:
    """A square picture with its faces, in pixels."""

    image: Image
    boxes: Points
    """(F, 4)"""
    landmarks: Points
    """(F, 5, 2), NaN where hidden or outside the picture."""


@dataclass(frozen=True)
class SceneSource:
    """What scenes are made from."""

    faces: Sequence[AnnotatedFace]
    empties: Sequence[Image]
    """Pictures without a face."""

    def draw(self, rng: Generator, size: int) -> DetectorScene:
        """One scene of `size` pixels a side; a function of the generator's state alone."""
        kind = rng.random()
        if kind < EMPTY:
            scene = self.empty(rng, size)
        elif kind < EMPTY + MOSAIC:
            scene = mosaic([self.tile(rng, size // 2) for _ in range(4)])
        else:
            scene = face_scene(rng, self.any_face(rng), self.background(rng, size))
        return DetectorScene(vary(rng, scene.image, scene.boxes), scene.boxes, scene.landmarks)

    def any_face(self, rng: Generator) -> AnnotatedFace:
        """A face of the source."""
        return self.faces[int(rng.integers(len(self.faces)))]

    def tile(self, rng: Generator, size: int) -> DetectorScene:
        """A part of a mosaic: a face or none."""
        if rng.random() < 0.3:
            return self.empty(rng, size)
        return face_scene(rng, self.any_face(rng), self.background(rng, size))

    def background(self, rng: Generator, size: int) -> Image:
        """What a face's picture is pasted on: mostly one colour, sometimes clutter."""
        if rng.random() < 0.25:
            return self.empty(rng, size).image
        return np.tile(plain_colour(rng), (size, size, 1))

    def empty(self, rng: Generator, size: int) -> DetectorScene:
        """A picture without a face, framed as faces are: a frame alone must not look like a face."""
        picture = self.faceless(rng, size)
        if rng.random() < 0.4:
            return without_faces(np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)))
        return without_faces(pasted(rng, picture, np.tile(plain_colour(rng), (size, size, 1))))

    def faceless(self, rng: Generator, size: int) -> Image:
        """Another object, a texture, what lies beside a face, or a face that is none any more."""
        kind = rng.random()
        if kind < 0.45 and self.empties:
            return random_part(rng, self.empties[int(rng.integers(len(self.empties)))])
        if kind < 0.55:
            return texture(rng, size)
        if kind < 0.7:
            return bare_skin(rng, self.any_face(rng))
        if kind < 0.85:
            return shuffled(rng, self.any_face(rng))
        return beside_the_face(rng, self.any_face(rng))


def without_faces(image: Image) -> DetectorScene:
    """A scene that holds no face."""
    return DetectorScene(image, np.zeros((0, 4), np.float32), np.zeros((0, 5, 2), np.float32))


def face_scene(rng: Generator, face: AnnotatedFace, background: Image) -> DetectorScene:
    """One face, cut, mirrored, turned, scaled and moved onto a square background."""
    size = background.shape[0]
    cut = cropped(rng, face)
    if rng.random() < 0.5:
        cut = mirrored(cut)
    matrix = placement(rng, cut, size)
    image = cv2.warpAffine(
        cut.image, matrix, (size, size), background.copy(), cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT
    )
    outline = np.clip(moved(cut.outline, matrix), 0, size)
    landmarks = moved(cut.landmarks, matrix)
    landmarks[((landmarks < 0) | (landmarks > size)).any(axis=1)] = np.nan
    box = np.concatenate([outline.min(axis=0), outline.max(axis=0)])[None]
    return DetectorScene(np.asarray(image), box.astype(np.float32), landmarks[None].astype(np.float32))


def cropped(rng: Generator, face: AnnotatedFace) -> AnnotatedFace:
    """The face in a part of its picture: often all of it, sometimes a close-up that cuts into the face."""
    height, width = face.image.shape[:2]
    x0, y0, x1, y1 = face.box
    if rng.random() < 0.4:
        return face
    reach = np.array([x1 - x0, y1 - y0, x1 - x0, y1 - y0]) * rng.uniform(-0.13, 0.8, 4)
    window = face.box + reach * np.array([-1, -1, 1, 1])
    left, top = np.maximum(np.floor(window[:2]), 0).astype(int)
    right, bottom = np.minimum(np.ceil(window[2:]), [width, height]).astype(int)
    rectangle = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    shared, outline = cv2.intersectConvexConvex(face.outline, rectangle)
    if outline is None or shared < VISIBLE * cv2.contourArea(face.outline):
        return face
    corner = np.array([left, top], np.float32)
    landmarks = face.landmarks - corner
    landmarks[((landmarks < 0) | (landmarks > [right - left, bottom - top])).any(axis=1)] = np.nan
    return AnnotatedFace(
        face.name, face.image[top:bottom, left:right], outline.reshape(-1, 2) - corner, landmarks
    )


def mirrored(face: AnnotatedFace) -> AnnotatedFace:
    """Left and right exchanged, landmarks renamed."""
    width = face.image.shape[1]
    flip = np.array([-1, 1], np.float32)
    shift = np.array([width, 0], np.float32)
    landmarks = (face.landmarks * flip + shift)[MIRRORED_LANDMARKS]
    image = np.ascontiguousarray(face.image[:, ::-1])
    return AnnotatedFace(face.name, image, face.outline * flip + shift, landmarks)


def placement(rng: Generator, face: AnnotatedFace, size: int) -> NDArray[np.float64]:
    """The affine map (2, 3) from the face's picture to a canvas of `size`, most of the face inside."""
    box = face.box
    centre, extent = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
    share = SMALLEST_SHARE + (LARGEST_SHARE - SMALLEST_SHARE) * rng.beta(1.6, 1.6)
    scale = share * size / extent.max()
    angle = np.radians(rng.normal(0, 25 if rng.random() < 0.15 else 8))
    stretch = np.exp(rng.normal(0, 0.06))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = scale * turn @ np.diag([stretch, 1 / stretch])
    # Of a face larger than the canvas, or near its edge, up to a tenth may leave it.
    room = np.maximum(size / 2 - 0.4 * scale * extent, 0.05 * size)
    target = size / 2 + rng.uniform(-1, 1, 2) * room
    return np.hstack([linear, (target - linear @ centre)[:, None]])


def pasted(rng: Generator, picture: Image, background: Image) -> Image:
    """A picture, turned and scaled, somewhere on a square background."""
    size = background.shape[0]
    height, width = picture.shape[:2]
    corner = np.array([width, height], np.float32)
    whole = AnnotatedFace(
        "", picture, np.stack([np.zeros(2, np.float32), corner]), np.zeros((0, 2), np.float32)
    )
    matrix = placement(rng, whole, size)
    flags, border = cv2.INTER_AREA, cv2.BORDER_TRANSPARENT
    return np.asarray(cv2.warpAffine(picture, matrix, (size, size), background.copy(), flags, border))


def moved(points: Points, matrix: NDArray[np.float64]) -> Points:
    """Points (K, 2) under an affine map (2, 3)."""
    result: Points = (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return result


def plain_colour(rng: Generator) -> NDArray[np.uint8]:
    """The colour that pads pictures at serving, black, or any."""
    kind = rng.random()
    if kind < 0.45:
        return np.array(DetectorSettings().mean).astype(np.uint8)
    if kind < 0.7:
        return np.zeros(3, np.uint8)
    return rng.integers(0, 256, 3).astype(np.uint8)


def mosaic(tiles: Sequence[DetectorScene]) -> DetectorScene:
    """Four scenes of one size as a square; faces too small to see are left unlabelled."""
    side = tiles[0].image.shape[0]
    places = [(0, 0), (side, 0), (0, side), (side, side)]
    image = np.vstack(
        [np.hstack([tiles[0].image, tiles[1].image]), np.hstack([tiles[2].image, tiles[3].image])]
    )
    corners = np.array(places, np.float32)
    boxes = np.concatenate(
        [tile.boxes + np.tile(corner, 2) for tile, corner in zip(tiles, corners, strict=True)]
    )
    landmarks = np.concatenate([tile.landmarks + corner for tile, corner in zip(tiles, corners, strict=True)])
    large = (boxes[:, 2:] - boxes[:, :2]).min(axis=1) >= SMALLEST_FACE if len(boxes) else slice(None)
    return DetectorScene(image, boxes[large], landmarks[large])


def random_part(rng: Generator, image: Image) -> Image:
    """A rectangle of at least a third of each side."""
    height, width = image.shape[:2]
    h, w = (max(8, int(side * rng.uniform(0.34, 1))) for side in (height, width))
    top, left = int(rng.integers(height - h + 1)), int(rng.integers(width - w + 1))
    return image[top : top + h, left : left + w]


def beside_the_face(rng: Generator, face: AnnotatedFace) -> Image:
    """Background, hair, neck or clothes: a strip beside the box, or a texture where there is none."""
    height, width = face.image.shape[:2]
    x0, y0, x1, y1 = face.box.astype(int)
    strips = [face.image[:, :x0], face.image[:, x1:], face.image[:y0], face.image[y1:]]
    usable = [strip for strip in strips if min(strip.shape[:2]) >= 0.12 * min(height, width)]
    return random_part(rng, usable[int(rng.integers(len(usable)))]) if usable else texture(rng, 64)


def bare_skin(rng: Generator, face: AnnotatedFace) -> Image:
    """A small part of a face, enlarged: skin, as of an arm or a leg."""
    x0, y0, x1, y1 = face.box
    side = max(6, int(rng.uniform(0.12, 0.28) * min(x1 - x0, y1 - y0)))
    # Cheeks and forehead rather than eyes and mouth; a stray feature alone is no face either.
    left = int(np.clip(x0 + rng.uniform(0.1, 0.7) * (x1 - x0), 0, face.image.shape[1] - side))
    top = int(np.clip(y0 + rng.choice([0.08, 0.55]) * (y1 - y0), 0, face.image.shape[0] - side))
    patch = face.image[top : top + side, left : left + side]
    large = np.asarray(cv2.resize(patch, (160, 160), interpolation=cv2.INTER_CUBIC), np.uint8)
    return random_part(rng, painted_patches(rng, large) if rng.random() < 0.4 else large)


def shuffled(rng: Generator, face: AnnotatedFace) -> Image:
    """A face cut into tiles and put together wrongly: its colours and edges, without its order."""
    x0, y0, x1, y1 = np.maximum(face.box, 0).astype(int)
    tiles = int(rng.integers(3, 6))
    part = cv2.resize(face.image[y0:y1, x0:x1], (30 * tiles, 30 * tiles), interpolation=cv2.INTER_AREA)
    grid = np.asarray(part).reshape(tiles, 30, tiles, 30, 3).swapaxes(1, 2).reshape(-1, 30, 30, 3)
    mixed = np.stack([np.rot90(tile, int(rng.integers(4))) for tile in grid[rng.permutation(len(grid))]])
    return mixed.reshape(tiles, tiles, 30, 30, 3).swapaxes(1, 2).reshape(30 * tiles, 30 * tiles, 3)


def painted_patches(rng: Generator, image: Image) -> Image:
    """Vitiligo on a picture without a face: patches must not pass for eyes."""
    box = np.array([0, 0, image.shape[1], image.shape[0]], np.float32)
    light = vitiligo(rng, image.astype(np.float32) / np.float32(255), box)
    painted: Image = (np.clip(light, 0, 1) * 255).astype(np.uint8)
    return painted


def texture(rng: Generator, size: int) -> Image:
    """Coloured noise at several scales, with straight edges and discs: furniture, walls, equipment."""
    canvas = np.tile(rng.uniform(0, 255, 3), (size, size, 1))
    for cells in (2, 5, 16, max(17, size // 3)):
        coarse = rng.normal(0, rng.uniform(0, 40), (cells, cells, 3))
        canvas += cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    picture: Image = np.clip(canvas, 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(0, 8))):
        colour = rng.integers(0, 256, 3).tolist()
        x, y, w, h = rng.integers(0, size, 4).tolist()
        if rng.random() < 0.5:
            cv2.rectangle(picture, (x, y), (x + w, y + h), colour, -1)
        else:
            cv2.ellipse(picture, (x, y), (w // 2 + 1, h // 2 + 1), int(x), 0, 360, colour, -1)
    return picture
