"""From a picture to its faces: fitting, suppression, coordinates, real faces."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image as Picture

from analysis.vision.face.anchors import make_anchors
from analysis.vision.face.detection import (
    Candidates,
    DetectorSettings,
    FaceDetector,
    fit,
    overlap_with,
    suppress,
    vote,
    whole_strides,
)
from analysis.vision.face.retinaface import Raw, RetinaFace, published_names
from analysis.vision.terms import Image
from analysis.vision.training.annotated_faces import manifest_rows, read_image


class OneAnchor(RetinaFace):
    """A network that is sure of one anchor, in the middle of the coarsest map, and of nothing else."""

    def forward(self, pictures: torch.Tensor) -> Raw:
        height, width = pictures.shape[-2:]
        anchors = make_anchors(height, width)
        logits = torch.tensor([8.0, -8.0]).repeat(1, len(anchors), 1)
        middle = ((anchors[:, :2] - 0.5).abs().sum(dim=1) + (anchors[:, 2] - 256 / width).abs()).argmin()
        logits[0, middle] = torch.tensor([-4.0, 4.0])
        return Raw(torch.zeros(1, len(anchors), 4), logits, torch.zeros(1, len(anchors), 10))


@pytest.fixture
def picture() -> Image:
    return np.random.default_rng(0).integers(0, 256, (300, 200, 3), dtype=np.uint8)


def test_suppression_keeps_the_surer_of_two_doubles() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 20, 30, 30], [0, 0, 10, 10]], np.float32)
    scores = np.array([0.6, 0.9, 0.7, 0.6], np.float32)
    assert suppress(boxes, scores, 0.4) == [1, 2]
    assert suppress(boxes, scores, 0.95) == [1, 2, 0]
    assert suppress(boxes[:0], scores[:0], 0.4) == []


def test_neighbours_move_the_kept_box_by_their_scores() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [40, 40, 50, 50]], np.float32)
    scores = np.array([0.8, 0.4, 0.5], np.float32)
    points = np.stack([np.full((5, 2), value, np.float32) for value in (3, 6, 45)])
    found = Candidates(boxes, points, scores)
    moved = vote(found, [0, 2], 0.6)
    assert moved.boxes == pytest.approx(np.array([[1 / 3, 0, 10 + 1 / 3, 10], [40, 40, 50, 50]]))
    assert moved.landmarks[:, 0, 0] == pytest.approx([4, 45])
    assert moved.scores.tolist() == pytest.approx([0.8, 0.5])
    assert vote(found, [0], 1.0).boxes == pytest.approx(boxes[:1])
    assert len(vote(found, [], 0.6).scores) == 0


def test_overlap_by_hand() -> None:
    box = np.array([0, 0, 2, 2], np.float32)
    others = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [4, 4, 5, 5]], np.float32)
    assert overlap_with(box, others).tolist() == pytest.approx([1, 1 / 3, 0])


@pytest.mark.parametrize("shape", [(283, 178), (183, 275), (4240, 2832), (20, 3000), (1, 1)])
@pytest.mark.parametrize("margin", [0.0, 0.1, 0.6])
def test_fitted_pictures_are_whole_strides_and_keep_their_shape(
    shape: tuple[int, int], margin: float
) -> None:
    settings = DetectorSettings(long_side=320)
    canvas, scale, offset = fit(np.full((*shape, 3), 200, np.uint8), settings, margin)
    height, width = canvas.shape[-2:]
    assert height % 32 == width % 32 == 0
    assert max(height, width) <= 320 + 32
    assert max(shape) * scale * (1 + margin) == pytest.approx(320)
    corner = np.array([shape[1], shape[0]]) * scale + offset
    assert (offset >= 0).all()
    assert corner[0] <= width + 1
    assert corner[1] <= height + 1


def test_channels_and_mean_follow_the_settings() -> None:
    red = np.zeros((64, 64, 3), np.uint8)
    red[..., 0] = 133
    settings = DetectorSettings(long_side=64, mean=(123.0, 0.0, 0.0))
    blue_first, _, _ = fit(red, settings, 0)
    red_first, _, _ = fit(red, dataclasses.replace(settings, blue_first=False), 0)
    assert blue_first[0, :, 32, 32].tolist() == [0, 0, 10]
    assert red_first[0, :, 32, 32].tolist() == [10, 0, 0]


def test_boxes_come_back_to_the_pictures_own_pixels(picture: Image) -> None:
    settings = DetectorSettings(long_side=320, margins=(0.0,))
    (face,) = FaceDetector(OneAnchor(), settings).detect(picture)
    x0, y0, x1, y1 = face.box
    centre = face.landmarks.mean(axis=0)
    assert centre == pytest.approx([100, 150], abs=20)
    assert (x0, x1) == (0, 200)
    assert y1 - y0 == pytest.approx(256 / 320 * 300, abs=1)
    assert face.score == pytest.approx(torch.tensor([-4.0, 4.0]).softmax(0)[1].item())


def test_two_looks_at_one_face_give_one_detection(picture: Image) -> None:
    settings = DetectorSettings(long_side=320, margins=(0.0, 0.05))
    assert len(FaceDetector(OneAnchor(), settings).detect(picture)) == 1


def test_same_picture_same_answer(picture: Image) -> None:
    detector = FaceDetector(RetinaFace(), DetectorSettings(score_threshold=0.3))
    first, second = detector.detect(picture), detector.detect(picture.copy())
    assert len(first) > 0
    assert [face.box for face in first] == [face.box for face in second]


def test_no_face_is_an_empty_list(picture: Image) -> None:
    assert FaceDetector(OneAnchor(), DetectorSettings(score_threshold=1.0)).detect(picture) == []


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((10, 10), np.uint8),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 3)),
        np.zeros((0, 5, 3), np.uint8),
    ],
)
def test_arrays_that_are_no_picture_are_refused(wrong: Image) -> None:
    with pytest.raises(ValueError, match="RGB picture"):
        FaceDetector(RetinaFace()).detect(wrong)


@pytest.mark.parametrize(
    "wrong", [{"long_side": 100}, {"margins": ()}, {"margins": (-1.0,)}, {"score_threshold": 2}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"long_side|margins|Thresholds"):
        DetectorSettings(**wrong)  # type: ignore[arg-type]


def test_whole_strides() -> None:
    assert [whole_strides(side) for side in (1, 32, 33, 320)] == [32, 32, 64, 320]


@pytest.mark.data
@pytest.mark.slow
def test_published_weights_find_every_face_of_the_multiview_set(real_images: Path) -> None:
    state = torch.load(
        real_images / "reference_weights" / "retinaface_mobilenet0.25_Final.pth",
        map_location="cpu",
        weights_only=True,
    )
    network = RetinaFace()
    network.load_state_dict(published_names(state), strict=True)
    detector = FaceDetector(network)
    rows = manifest_rows(real_images, "faces_multiview")
    found = [overlaps_its_mask(detector, real_images, row) for row in rows]
    assert len(found) == 182
    assert all(found)


def overlaps_its_mask(detector: FaceDetector, data: Path, row: dict[str, str]) -> bool:
    """Whether the surest box overlaps the bounds of skin (with neck), nose, eyes and mouth."""
    with Picture.open(data / row["mask"]) as mask:
        ys, xs = np.nonzero(np.isin(np.asarray(mask), (1, 3, 4, 5)))
    bounds = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1], np.float32)
    faces = detector.detect(read_image(data / row["image"]))
    return bool(faces) and bool(overlap_with(bounds, np.array([faces[0].box], np.float32))[0] > 0.3)
