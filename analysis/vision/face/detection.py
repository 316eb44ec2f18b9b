"""From a picture to the faces in it: scaling, RetinaFace, decoding, suppression of doubles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from analysis.vision.face.anchors import decode_boxes, decode_landmarks, make_anchors
from analysis.vision.face.retinaface import FACE, RetinaFace
from analysis.vision.terms import Image

Floats = NDArray[np.float32]

COARSEST_STRIDE = 32
CHANNELS = 3


@dataclass(frozen=True)
class Detection:
    """A face in a picture, in the picture's pixels (pixel centres at whole numbers plus one half)."""

    box: tuple[float, float, float, float]
    """x0, y0, x1, y1: bounds of the visible face, forehead to chin with the ears, without hair and neck."""
    landmarks: Floats
    """(5, 2): image-left eye, image-right eye, nose tip, image-left and image-right corner of the mouth."""
    score: float
    """0 to 1."""

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the box."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]


@dataclass(frozen=True)
class DetectorSettings:
    """What has to travel with the weights for the same picture to give the same faces."""

    long_side: int = 320
    """The network sees pictures whose longer side has so many pixels, margin included."""
    margins: tuple[float, ...] = (0.1, 0.6)
    """Border put around the picture for each look at it, as a share of its longer side, both borders
    together. A face that fills the frame is found with a wide border, a smaller one without."""
    mean: tuple[float, float, float] = (123.0, 117.0, 104.0)
    """Subtracted from the red, green and blue values (0 to 255)."""
    blue_first: bool = True
    """Channel order the weights expect."""
    score_threshold: float = 0.5
    overlap_threshold: float = 0.4
    """Of two boxes with a greater intersection over union, the weaker is dropped."""
    vote_overlap: float = 0.6
    """Boxes that overlap a kept one at least so much move it: the mean by score is steadier than one anchor,
    from capture to capture too. 1 leaves the kept box as it is."""

    @classmethod
    def from_card(cls, preprocessing: Mapping[str, Any]) -> Self:
        """The settings on a release's card. Raises TypeError or ValueError for entries that make no sense."""
        # JSON has no tuples.
        entries: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in preprocessing.items()
        }
        return cls(**entries)

    def __post_init__(self) -> None:
        if self.long_side % COARSEST_STRIDE or self.long_side <= 0:
            raise ValueError(f"long_side must be a multiple of {COARSEST_STRIDE}, not {self.long_side}.")
        if not self.margins or min(self.margins) < 0:
            raise ValueError("margins must be one or more numbers that are not negative.")
        shares = (self.score_threshold, self.overlap_threshold, self.vote_overlap)
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError("Thresholds lie between 0 and 1.")


@dataclass(frozen=True)
class Candidates:
    """Faces before suppression, in the picture's pixels."""

    boxes: Floats
    landmarks: Floats
    scores: Floats


@dataclass(frozen=True)
class FaceDetector:
    """Finds faces with a trained network. Deterministic: the same picture gives the same answer."""

    network: RetinaFace
    settings: DetectorSettings = field(default_factory=DetectorSettings)

    def __post_init__(self) -> None:
        self.network.eval()

    def detect(self, image: Image) -> list[Detection]:
        """The faces in an RGB picture (H, W, 3) of bytes, surest first; empty where there is none.

        Raises ValueError for an array that is no such picture.
        """
        require_picture(image)
        looks = [self.look(image, margin) for margin in self.settings.margins]
        boxes, landmarks, scores = (
            np.concatenate([getattr(look, name) for look in looks])
            for name in ("boxes", "landmarks", "scores")
        )
        found = Candidates(boxes, landmarks, scores)
        kept = suppress(boxes, scores, self.settings.overlap_threshold)
        return list(detections(vote(found, kept, self.settings.vote_overlap), image.shape[:2]))

    @torch.inference_mode()
    def look(self, image: Image, margin: float) -> Candidates:
        """Every anchor above the score threshold, for the picture with a border of `margin`."""
        canvas, scale, offset = fit(image, self.settings, margin)
        height, width = canvas.shape[-2:]
        raw = self.network(canvas)
        scores = raw.logits[0].softmax(dim=1)[:, FACE]
        sure = scores >= self.settings.score_threshold
        anchors = make_anchors(height, width)[sure]
        size = torch.tensor([width, height], dtype=torch.float32)
        boxes = decode_boxes(raw.boxes[0][sure], anchors).reshape(-1, 2, 2) * size
        landmarks = decode_landmarks(raw.landmarks[0][sure], anchors) * size
        return Candidates(
            boxes=((boxes.numpy() - offset) / scale).reshape(-1, 4).astype(np.float32),
            landmarks=((landmarks.numpy() - offset) / scale).astype(np.float32),
            scores=scores[sure].numpy(),
        )


def require_picture(image: Image) -> None:
    """Raise ValueError unless `image` is (H, W, 3) bytes with at least one pixel."""
    if image.ndim != CHANNELS or image.shape[2] != CHANNELS or image.dtype != np.uint8 or image.size == 0:
        raise ValueError(
            f"Expected an RGB picture of bytes (H, W, 3), got {image.dtype} of shape {image.shape}."
        )


def fit(image: Image, settings: DetectorSettings, margin: float) -> tuple[Tensor, float, Floats]:
    """The picture as the network sees it (1, 3, h, w), with the scale and the offset (x, y) it was given.

    A point p of the picture lies at p * scale + offset. Sides are multiples of the coarsest stride; the
    border has the mean colour, which is zero to the network.
    """
    height, width = image.shape[:2]
    scale = settings.long_side / (max(height, width) * (1 + margin))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    border = round(settings.long_side * margin / (1 + margin))
    canvas_size = tuple(whole_strides(side + border) for side in size)
    offset = np.array([(canvas_size[axis] - size[axis]) // 2 for axis in (0, 1)])
    canvas = np.zeros((canvas_size[1], canvas_size[0], CHANNELS), np.float32)
    inside = slice(offset[1], offset[1] + size[1]), slice(offset[0], offset[0] + size[0])
    canvas[inside] = small.astype(np.float32) - np.array(settings.mean, np.float32)
    return as_input(canvas, blue_first=settings.blue_first), scale, offset.astype(np.float32)


def whole_strides(side: int) -> int:
    """`side` rounded up to a multiple of the coarsest stride."""
    return -(-side // COARSEST_STRIDE) * COARSEST_STRIDE


def as_input(canvas: Floats, *, blue_first: bool) -> Tensor:
    """Normalised RGB (H, W, 3) as the network's input (1, 3, H, W)."""
    ordered = canvas[..., ::-1] if blue_first else canvas
    return torch.from_numpy(np.ascontiguousarray(ordered.transpose(2, 0, 1)))[None]


def suppress(boxes: Floats, scores: Floats, overlap: float) -> list[int]:
    """Greedy non-maximum suppression; the indices that stay, surest first.

    A box (of (N, 4) corners) is dropped when its intersection over union with a surer one exceeds `overlap`.
    Equal scores keep their order, so that the result does not depend on the sort.
    """
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        order = order[overlap_with(boxes[best], boxes[order]) <= overlap]
    return kept


def overlap_with(box: Floats, others: Floats) -> Floats:
    """Intersection over union of one box (4,) with each of `others` (N, 4)."""
    low = np.maximum(box[:2], others[:, :2])
    high = np.minimum(box[2:], others[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    result: Floats = shared / np.maximum(areas - shared, np.finfo(np.float32).tiny)
    return result


def vote(found: Candidates, kept: list[int], overlap: float) -> Candidates:
    """The kept candidates, box and landmarks averaged by score over all that overlap them at least `overlap`.

    Scores stay those of the kept ones (box voting, Gidaris and Komodakis, ICCV 2015).
    """
    weights = np.array(
        [found.scores * (overlap_with(found.boxes[index], found.boxes) >= overlap) for index in kept],
        np.float32,
    ).reshape(len(kept), len(found.scores))
    weights[np.arange(len(kept)), kept] = found.scores[kept]
    weights /= weights.sum(axis=1, keepdims=True)
    return Candidates(
        boxes=weights @ found.boxes,
        landmarks=np.einsum("kn,npc->kpc", weights, found.landmarks),
        scores=found.scores[kept],
    )


def detections(found: Candidates, shape: tuple[int, ...]) -> Iterator[Detection]:
    """The candidates as detections, boxes clipped to a picture of `shape` (H, W), empty ones left out."""
    height, width = shape
    limits = np.array([width, height, width, height], np.float32)
    for box, landmarks, score in zip(found.boxes, found.landmarks, found.scores, strict=True):
        x0, y0, x1, y1 = np.clip(box, 0, limits).tolist()
        if x1 > x0 and y1 > y0:
            yield Detection((x0, y0, x1, y1), landmarks, float(score))
