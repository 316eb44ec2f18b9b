"""What teaches the face detector: annotated faces, scenes, and how it is judged."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from analysis.vision.cards import Card
from analysis.vision.face.anchors import make_anchors
from analysis.vision.face.detection import Detection, DetectorSettings, FaceDetector
from analysis.vision.face.retinaface import Raw, RetinaFace
from analysis.vision.releases import WeightsMismatch, read_release, write_release
from analysis.vision.terms import Image, Mask
from analysis.vision.training.annotated_faces import (
    AnnotatedFace,
    from_68_points,
    from_parsing,
    from_segments,
    shrunk,
    smaller,
)
from analysis.vision.training.detector_judgement import FaceVerdict, judge
from analysis.vision.training.detector_looks import vary
from analysis.vision.training.detector_report import detector_of, evaluate_detector, summary
from analysis.vision.training.detector_scenes import DetectorScene, SceneSource, face_scene, mirrored
from analysis.vision.training.face_detector import FaceDetectorTask, as_batch

GREY = np.full((200, 160, 3), 128, np.uint8)


def drawn_parts(*, skin: int, nose: int, eyes: tuple[int, int], mouth: int) -> Mask:
    """A frontal face as labels: an oval from 30 to 170 down and 40 to 120 across, with its parts."""
    labels = np.zeros((200, 160), np.uint8)
    cv2.ellipse(labels, (80, 100), (40, 70), 0, 0, 360, skin, -1)
    for x, label in zip((64, 96), eyes, strict=True):
        cv2.ellipse(labels, (x, 80), (8, 4), 0, 0, 360, label, -1)
    cv2.rectangle(labels, (74, 84), (86, 116), nose, -1)
    cv2.ellipse(labels, (80, 132), (16, 5), 0, 0, 360, mouth, -1)
    return labels


@pytest.fixture
def face() -> AnnotatedFace:
    found = from_parsing("drawn", GREY, drawn_parts(skin=1, nose=2, eyes=(4, 5), mouth=11))
    assert found is not None
    return found


def test_parts_give_box_and_landmarks(face: AnnotatedFace) -> None:
    assert face.box == pytest.approx([40, 30, 121, 171], abs=2)
    expected = [[64.5, 80.5], [96.5, 80.5], [80.5, 108], [64.5, 132.5], [96.5, 132.5]]
    assert face.landmarks == pytest.approx(np.array(expected), abs=1.5)


def test_specks_of_the_tracing_change_nothing(face: AnnotatedFace) -> None:
    labels = drawn_parts(skin=1, nose=2, eyes=(4, 5), mouth=11)
    labels[2:9, 2:9] = 1
    labels[190:193, 150:153] = 2
    speckled = from_parsing("speckled", GREY, labels)
    assert speckled is not None
    assert speckled.box == pytest.approx(face.box)
    assert speckled.landmarks == pytest.approx(face.landmarks)


def test_a_picture_without_a_nose_is_passed_over() -> None:
    assert from_parsing("none", GREY, np.zeros((200, 160), np.uint8)) is None


def test_the_neck_is_cut_below_the_chin() -> None:
    labels = drawn_parts(skin=1, nose=3, eyes=(4, 4), mouth=5)
    labels[165:, 60:100] = 1
    face = from_segments("neck", GREY, labels, 0)
    assert face is not None
    assert face.box[3] == pytest.approx(132 + 0.68 * 52, abs=2)


@pytest.mark.parametrize(("yaw", "far"), [(90, 1), (-90, 0)])
def test_in_profile_the_far_eye_lies_on_the_near_one(yaw: float, far: int) -> None:
    labels = drawn_parts(skin=1, nose=3, eyes=(4, 4), mouth=5)
    face = from_segments("profile", GREY, labels, yaw)
    assert face is not None
    assert face.landmarks[far] == pytest.approx(face.landmarks[1 - far], abs=1e-3)
    assert face.landmarks[0, 0] == pytest.approx(64.5 if yaw > 0 else 96.5, abs=1)


def test_68_points_are_extended_to_the_hairline() -> None:
    points = np.zeros((68, 2), np.float32)
    points[:17] = [(80 + 40 * np.cos(a), 100 + 60 * np.sin(a)) for a in np.linspace(np.pi, 0, 17)]
    points[17:27] = [(x, 75) for x in np.linspace(50, 110, 10)]
    points[30], points[33] = (80, 108), (80, 115)
    points[36:42], points[42:48] = (64, 82), (96, 82)
    points[48], points[54] = (66, 132), (94, 132)
    face = from_68_points("points", GREY, points)
    assert face.box[1] == pytest.approx(75 - 0.85 * 40, abs=1)
    assert face.box[3] == pytest.approx(160, abs=1)
    assert face.landmarks[[0, 4]].tolist() == [[64, 82], [94, 132]]


def test_smaller_pictures_keep_their_truth_in_place(face: AnnotatedFace) -> None:
    large = AnnotatedFace("large", np.tile(GREY, (5, 5, 1)), face.outline * 5, face.landmarks * 5)
    small = smaller(large)
    assert small.image.shape[:2] == (416, 333)
    assert small.box / 416 == pytest.approx(large.box / 1000)
    assert shrunk(GREY, 416) is GREY


def test_mirror_exchanges_left_and_right(face: AnnotatedFace) -> None:
    face.landmarks[0] = [50, 70]
    mirror = mirrored(face)
    assert mirror.landmarks[1] == pytest.approx([110, 70])
    assert mirrored(mirror).landmarks == pytest.approx(face.landmarks)
    assert mirrored(mirror).box == pytest.approx(face.box)


def test_scenes_are_a_function_of_the_seed_and_keep_faces_inside(face: AnnotatedFace) -> None:
    source = SceneSource([face], [GREY])
    for seed in range(40):
        scene = source.draw(np.random.default_rng(seed), 128)
        again = source.draw(np.random.default_rng(seed), 128)
        assert np.array_equal(scene.image, again.image)
        assert scene.image.shape == (128, 128, 3)
        assert scene.image.dtype == np.uint8
        assert ((scene.boxes >= 0) & (scene.boxes <= 128)).all()
        assert (scene.boxes[:, 2:] > scene.boxes[:, :2]).all()
        assert len(scene.landmarks) == len(scene.boxes)


def test_scenes_with_no_one_and_several_faces_occur(face: AnnotatedFace) -> None:
    source = SceneSource([face], [GREY])
    counts = {len(source.draw(np.random.default_rng(seed), 64).boxes) for seed in range(150)}
    assert counts >= {0, 1, 2}


def test_truth_follows_the_picture(face: AnnotatedFace) -> None:
    image = GREY.copy()
    image[78:84, 62:68] = (255, 0, 0)
    marked = AnnotatedFace("marked", image, face.outline, face.landmarks)
    for seed in range(12):
        scene = face_scene(np.random.default_rng(seed), marked, np.full((256, 256, 3), 128, np.uint8))
        ys, xs = np.nonzero((scene.image[..., 0] > 200) & (scene.image[..., 1] < 60))
        if len(xs) < 20:
            continue
        distance = np.linalg.norm(scene.landmarks[0, :2] - [xs.mean(), ys.mean()], axis=1)
        assert np.nanmin(distance) < 4


def test_every_look_leaves_a_picture() -> None:
    box = np.array([[20, 20, 100, 120]], np.float32)
    for seed in range(60):
        looked = vary(np.random.default_rng(seed), GREY, box)
        assert looked.shape == GREY.shape
        assert looked.dtype == np.uint8
        assert looked[20:120, 20:100].mean() > 10


class Oracle(FaceDetector):
    """A detector that answers from a list."""

    def __init__(self, answers: Sequence[list[Detection]]) -> None:
        super().__init__(RetinaFace(), DetectorSettings())
        object.__setattr__(self, "answers", iter(answers))

    def detect(self, image: Image) -> list[Detection]:
        answers = self.answers  # type: ignore[attr-defined]
        return list(next(answers))


def test_judgement_counts_what_was_found(face: AnnotatedFace) -> None:
    x0, y0, x1, y1 = face.box.tolist()
    exact = Detection((x0, y0, x1, y1), face.landmarks, 0.9)
    half = Detection((x0, y0, (x0 + x1) / 2, y1), face.landmarks, 0.9)
    detector = Oracle([[exact], [half], [], [exact], [exact], []])
    judged = judge(detector, [face] * 4, [GREY, GREY])
    assert judged.found == 0.75
    assert judged.median_overlap == pytest.approx(0.75)
    assert judged.landmark_error == 0
    assert judged.false_alarms == 0.5


def test_batches_repeat_and_the_loss_has_its_parts(face: AnnotatedFace) -> None:
    torch.manual_seed(0)
    task = FaceDetectorTask(RetinaFace(), SceneSource([face], [GREY]), [face], [GREY], 2, 2, sizes=(64,))
    first, again = next(iter(task.batches(3))), next(iter(task.batches(3)))
    assert torch.equal(first.pictures, again.pictures)
    assert not torch.equal(first.pictures, next(iter(task.batches(4))).pictures)
    loss, parts = task.loss(first)
    assert loss.requires_grad
    assert set(parts) == {"box", "face", "landmarks"}
    assert set(task.validate()) == {"found", "median_overlap", "landmark_error", "false_alarms", "score"}


def test_boxes_become_fractions(face: AnnotatedFace) -> None:
    box = np.array([[16, 32, 48, 64]], np.float32)
    scene = DetectorScene(np.zeros((64, 64, 3), np.uint8), box, np.full((1, 5, 2), 32, np.float32))
    batch = as_batch([scene], DetectorSettings())
    assert batch.truth[0].boxes.tolist() == [[0.25, 0.5, 0.75, 1.0]]
    assert (batch.truth[0].landmarks == 0.5).all()
    raw: Raw = RetinaFace()(batch.pictures)
    assert raw.boxes.shape[1] == len(make_anchors(64, 64))


def a_verdict(
    person: str, *, overlap: float, yaw: float | None = None, error: float | None = None
) -> FaceVerdict:
    errors = np.array([0.01, 0.03], np.float32) if overlap >= 0.5 else np.zeros(0, np.float32)
    return FaceVerdict(person, person, overlap, errors, yaw, error, 0.9)


def test_summary_of_a_set() -> None:
    verdicts = [
        a_verdict("a", overlap=0.9, yaw=30, error=4),
        a_verdict("b", overlap=0.8, yaw=-30, error=20),
        a_verdict("c", overlap=0.0, yaw=90),
        a_verdict("d", overlap=0.7),
    ]
    one = summary("drawn", verdicts)
    figures = {name: metric.value for name, metric in one.metrics.items()}
    assert one.n == 4
    assert figures == pytest.approx(
        {
            "found": 0.75,
            "overlap_mean": 0.6,
            "overlap_median": 0.75,
            "landmark_error": 0.02,
            "yaw_mae": 12,
            "view_right": 0.5,
        }
    )
    assert one.metrics["found"].low < 0.75 < one.metrics["found"].high


def test_nothing_to_judge_on_is_said() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        evaluate_detector(FaceDetector(RetinaFace()), None, None)


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    card = Card(
        name="face_detector-1",
        task="face_detector",
        architecture="retinaface",
        preprocessing=asdict(DetectorSettings(long_side=64, margins=(0.0,))),
        seed=0,
        data_terms="",
        intended_use="",
        limits="",
        created="2026-01-01T00:00:00+00:00",
    )
    folder = tmp_path / "face_detector-1"
    write_release(folder, RetinaFace(), card)
    assert detector_of(read_release(folder)).settings == DetectorSettings(long_side=64, margins=(0.0,))
    weights = bytearray((folder / "weights.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "weights.safetensors").write_bytes(weights)
    with pytest.raises(WeightsMismatch):
        read_release(folder)
