"""The multibox loss of RetinaFace: matching of anchors to faces, hard negatives, boxes and landmarks."""

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, smooth_l1_loss

from analysis.vision.face.anchors import corners, encode_boxes, encode_landmarks, overlaps
from analysis.vision.face.retinaface import FACE, Raw

POSITIVE_OVERLAP = 0.35
"""An anchor that overlaps a face at least so much (intersection over union) has to find it."""
NEGATIVES_PER_POSITIVE = 7
NEGATIVES_AT_LEAST = 32
"""For batches without any face: the loudest false alarms still count."""
BOX_WEIGHT = 2.0


class Faces(NamedTuple):
    """The faces of one picture, in fractions of its width and height."""

    boxes: Tensor
    """(F, 4) corners."""
    landmarks: Tensor
    """(F, 5, 2); a point that is hidden or unknown is NaN and is not learnt."""


class Targets(NamedTuple):
    """What each anchor of one picture should say."""

    positive: Tensor
    """(A,) bool."""
    boxes: Tensor
    """(P, 4) offsets of the positive anchors."""
    landmarks: Tensor
    """(P, 10) offsets of the positive anchors, NaN where unknown."""


class MultiboxLoss(NamedTuple):
    """The three parts, each a scalar with gradient."""

    box: Tensor
    face: Tensor
    landmarks: Tensor

    @property
    def total(self) -> Tensor:
        """What is minimised."""
        return BOX_WEIGHT * self.box + self.face + self.landmarks


def multibox_loss(raw: Raw, truth: list[Faces], anchors: Tensor) -> MultiboxLoss:
    """The loss of a batch: `raw` of N pictures, the faces of each, and the anchors (A, 4) of their size."""
    targets = [match(faces, anchors) for faces in truth]
    positive = torch.stack([target.positive for target in targets])
    count = positive.sum().clamp(min=1)
    boxes = torch.cat([target.boxes for target in targets])
    landmarks = torch.cat([target.landmarks for target in targets])
    known = ~landmarks.isnan()
    said_landmarks = raw.landmarks[positive].float()[known]
    return MultiboxLoss(
        box=smooth_l1_loss(raw.boxes[positive].float(), boxes, reduction="sum") / count,
        face=face_loss(raw.logits.float(), positive),
        landmarks=smooth_l1_loss(said_landmarks, landmarks[known], reduction="sum") / count,
    )


def match(faces: Faces, anchors: Tensor) -> Targets:
    """Which anchors have to find which face.

    Every anchor that overlaps a face enough takes the face it overlaps most; and every face takes the anchor
    that overlaps it most, however little, so that no face goes unlearnt.
    """
    if len(faces.boxes) == 0:
        none = torch.zeros(len(anchors), dtype=torch.bool)
        return Targets(none, torch.zeros(0, 4), torch.zeros(0, 2 * faces.landmarks.shape[1]))
    table = overlaps(faces.boxes, corners(anchors))
    overlap, face = table.max(dim=0)
    own = table.argmax(dim=1)
    face[own] = torch.arange(len(own))
    overlap[own] = 1.0
    positive = overlap >= POSITIVE_OVERLAP
    chosen = face[positive]
    return Targets(
        positive=positive,
        boxes=encode_boxes(faces.boxes[chosen], anchors[positive]),
        landmarks=encode_landmarks(faces.landmarks[chosen], anchors[positive]),
    )


def face_loss(logits: Tensor, positive: Tensor) -> Tensor:
    """Cross-entropy over the positive anchors and the hardest negatives of the whole batch.

    Logits (N, A, 2), positive (N, A) bool. Negatives are drawn from the batch and not picture by picture, so
    that pictures without a face teach too.
    """
    said = cross_entropy(logits.flatten(0, 1), positive.flatten().long() * FACE, reduction="none")
    chosen = positive.flatten()
    negatives = said[~chosen]
    wanted = max(NEGATIVES_AT_LEAST, NEGATIVES_PER_POSITIVE * int(chosen.sum()))
    hardest = negatives.topk(min(wanted, len(negatives))).values
    return (said[chosen].sum() + hardest.sum()) / chosen.sum().clamp(min=1)
