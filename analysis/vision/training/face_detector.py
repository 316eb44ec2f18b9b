"""The training of RetinaFace: what it sees, what it is told, how it is judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from analysis.vision.face.anchors import make_anchors
from analysis.vision.face.detection import DetectorSettings, FaceDetector, as_input
from analysis.vision.face.retinaface import RetinaFace
from analysis.vision.terms import Image
from analysis.vision.training.annotated_faces import (
    AnnotatedFace,
    manifest_rows,
    read_faces,
    read_image,
    read_phantom_faces,
    shrunk,
)
from analysis.vision.training.detector_judgement import judge
from analysis.vision.training.detector_scenes import DetectorScene, SceneSource
from analysis.vision.training.multibox import Faces, multibox_loss
from analysis.vision.training.splits import Side, side_of

FACE_SETS = {"faces_multiview": 4, "faces_frontal": 2, "faces_parsing": 2, "faces_landmarks": 1}
"""The real sets with faces, and how often each of their pictures counts: profiles are rare and matter most,
the forehead of `faces_landmarks` is only estimated."""
PHANTOM_WEIGHT = 2
EMPTY_SETS = ("dermoscopy", "dermoscopy_2017", "dermoscopy_2018")
SHOWS_PART_OF_A_FACE = frozenset({"rv08", "rv14", "rv19", "rv22", "rv28", "rv32", "rv35"})
"""Sources of `vitiligo_photos` whose pictures without a whole face are no pictures without one."""


class DetectorBatch(NamedTuple):
    """Normalised pictures (N, 3, S, S) and the faces of each."""

    pictures: Tensor
    truth: list[Faces]


@dataclass
class FaceDetectorTask:
    """Plugs the detector into the training loop."""

    model: nn.Module
    source: SceneSource
    validation: Sequence[AnnotatedFace]
    empties: Sequence[Image]
    """Pictures without a face, for validation."""
    steps_per_epoch: int = 100
    batch_size: int = 16
    sizes: Sequence[int] = (224, 256, 320)
    """Sides of the training pictures, one drawn for each batch; multiples of 32."""
    seed: int = 0
    settings: DetectorSettings = field(default_factory=DetectorSettings)
    key_metric: str = "score"

    def batches(self, epoch: int) -> Iterator[DetectorBatch]:
        """The epoch's batches; a function of epoch and seed."""
        rng = np.random.default_rng((self.seed, epoch))
        for _ in range(self.steps_per_epoch):
            size = int(rng.choice(self.sizes))
            scenes = [self.source.draw(rng, size) for _ in range(self.batch_size)]
            yield as_batch(scenes, self.settings)

    def loss(self, batch: DetectorBatch) -> tuple[Tensor, dict[str, float]]:
        """The multibox loss and its parts."""
        height, width = batch.pictures.shape[-2:]
        parts = multibox_loss(self.model(batch.pictures), batch.truth, make_anchors(height, width))
        return parts.total, {name: float(part.detach()) for name, part in parts._asdict().items()}

    def validate(self) -> dict[str, float]:
        """How the averaged weights do on faces and pictures that do not train."""
        if not isinstance(self.model, RetinaFace):
            raise TypeError("the face detector is a RetinaFace")
        judged = judge(FaceDetector(self.model, self.settings), self.validation, self.empties)
        score = judged.found * judged.median_overlap - judged.false_alarms
        return {**judged._asdict(), "score": score}


def face_detector_task(
    data: Path,
    *,
    phantoms: Sequence[Path] = (),
    backbone: str = "mobilenet0.25",
    seed: int = 0,
    batch_size: int = 16,
    steps_per_epoch: int = 200,
    sizes: Sequence[int] = (224, 256, 320),
) -> FaceDetectorTask:
    """The training on the real image sets under `data` and on folders of phantoms.

    The first weights are random, drawn by `seed`. The folders are those of `analysis.vision.phantom.dataset`.
    """
    torch.manual_seed(seed)
    faces = [
        face
        for image_set, weight in FACE_SETS.items()
        for face in read_faces(data, image_set, Side.TRAINING)
        for _ in range(weight)
    ]
    judges = [face for image_set in FACE_SETS for face in read_faces(data, image_set, Side.VALIDATION)]
    for folder in phantoms:
        faces += PHANTOM_WEIGHT * list(read_phantom_faces(folder, Side.TRAINING))
        judges += read_phantom_faces(folder, Side.VALIDATION)
    return FaceDetectorTask(
        model=RetinaFace(backbone),
        source=SceneSource(faces, read_empties(data, Side.TRAINING) + read_bodies(data)),
        validation=judges,
        empties=read_empties(data, Side.VALIDATION),
        batch_size=batch_size,
        steps_per_epoch=steps_per_epoch,
        sizes=sizes,
        seed=seed,
    )


def read_empties(data: Path, side: Side) -> list[Image]:
    """Pictures without a face on one side of the split: dermoscopy, 320 pixels at most."""
    rows = [row for image_set in EMPTY_SETS for row in manifest_rows(data, image_set)]
    return [
        shrunk(read_image(data / row["image"]), 320)
        for row in rows
        if side_of(row["set"], file_name=Path(row["image"]).name) is side
    ]


def read_bodies(data: Path) -> list[Image]:
    """Hands, arms and backs that teach what is skin and no face, 320 pixels at most."""
    return [
        shrunk(read_image(data / row["image"]), 320)
        for row in manifest_rows(data, "vitiligo_photos")
        if row["has_face"] == "0"
        and row["group"] not in SHOWS_PART_OF_A_FACE
        and side_of(row["set"], file_name=Path(row["image"]).name, group=row["group"]) is Side.TRAINING
    ]


def as_batch(scenes: Sequence[DetectorScene], settings: DetectorSettings) -> DetectorBatch:
    """Scenes of one size as the network sees them."""
    mean = np.array(settings.mean, np.float32)
    pictures = [as_input(scene.image - mean, blue_first=settings.blue_first) for scene in scenes]
    joined = torch.cat(pictures).contiguous(memory_format=torch.channels_last)
    return DetectorBatch(joined, [as_fractions(scene) for scene in scenes])


def as_fractions(scene: DetectorScene) -> Faces:
    """The faces of a scene in fractions of its side."""
    size = scene.image.shape[0]
    return Faces(torch.from_numpy(scene.boxes / size), torch.from_numpy(scene.landmarks / size))
