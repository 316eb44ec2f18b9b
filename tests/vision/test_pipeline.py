"""The pipeline measures what is drawn, on the photo's own grid, or says why not."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from analysis.vision.face.crop import Crop
from analysis.vision.face.ddrnet import DDRNet
from analysis.vision.face.detection import Detection
from analysis.vision.face.mask import tidy
from analysis.vision.face.matting import FaceMatting
from analysis.vision.face.measure import Counts, NoFacePixels, count
from analysis.vision.face.models import TASKS
from analysis.vision.face.pipeline import (
    STAGES,
    FaceResult,
    NotMeasurable,
    analyse_face,
    largest_first,
    load_models,
)
from analysis.vision.face.reasons import Reason
from analysis.vision.face.retinaface import RetinaFace
from analysis.vision.releases import WEIGHTS, WeightsMismatch, WeightsMissing, write_release
from analysis.vision.terms import View
from tests.vision.known_networks import DrawnFace, card, draw_face, known_models

SIZES = [(400, 512), (708, 1060), (2832, 4240)]
CROP = {"size": 64}


def measure(drawn: DrawnFace, view: View | None = None) -> FaceResult | NotMeasurable:
    return analyse_face(drawn.image, known_models(drawn.detection), view=view)


def measured(drawn: DrawnFace) -> FaceResult:
    result = measure(drawn)
    assert isinstance(result, FaceResult), result
    return result


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("share", [0.005, 0.3])
def test_the_number_is_the_drawn_one_at_every_size(size: tuple[int, int], share: float) -> None:
    drawn = draw_face(size, share=share)
    result = measured(drawn)
    truth = count(drawn.face, drawn.vitiligo).f_vitiligo
    assert result.f_vitiligo == pytest.approx(truth, rel=0.06)
    assert result.counts.n_face == pytest.approx(int(drawn.face.sum()), rel=0.01)


def test_masks_lie_on_the_photo_grid_with_clean_borders() -> None:
    drawn = draw_face((1416, 2120))
    result = measured(drawn)
    for mask in (result.face, result.vitiligo, result.glare):
        assert mask.shape == drawn.image.shape[:2]
        assert mask.dtype == np.uint8
        assert set(np.unique(mask)) <= {0, 1}
        assert not (mask & (1 - result.face)).any()
    union = int((result.face | drawn.face).sum())
    assert int((result.face & drawn.face).sum()) / union > 0.985


def test_no_lesion_reads_zero_and_is_measured() -> None:
    assert measured(draw_face(share=0.0)).f_vitiligo == 0.0


def test_the_same_photo_gives_the_same_answer() -> None:
    first, second = measured(draw_face()), measured(draw_face())
    assert first.counts == second.counts
    assert np.array_equal(first.vitiligo, second.vitiligo)


def test_a_result_tells_its_time_and_its_releases() -> None:
    drawn, seen = draw_face(), list[str]()
    result = analyse_face(drawn.image, known_models(drawn.detection), on_stage=seen.append)
    assert isinstance(result, FaceResult)
    assert tuple(seen) == STAGES
    assert set(result.timings_ms) == {*STAGES, "total"}
    assert sum(result.timings_ms[s] for s in STAGES) <= result.timings_ms["total"] + 1
    assert result.releases["vitiligo"] == ("vitiligo-1", "0" * 64)


def test_no_face_is_not_measurable_and_not_zero() -> None:
    result = analyse_face(draw_face().image, known_models())
    assert isinstance(result, NotMeasurable)
    assert result.reason is Reason.NO_FACE
    assert "No face" in result.message


def test_a_face_filed_under_the_wrong_side_is_refused() -> None:
    turned = draw_face(yaw=0.12)
    to_the_right = measure(turned, View.RIGHT)
    assert isinstance(to_the_right, FaceResult)
    assert to_the_right.pose.yaw > 20
    to_the_left = measure(turned, View.LEFT)
    assert isinstance(to_the_left, NotMeasurable)
    assert to_the_left.reason is Reason.WRONG_VIEW
    assert "swapped" in to_the_left.message


def test_a_black_picture_with_a_box_is_refused_for_its_mask() -> None:
    drawn = draw_face()
    result = measure(replace(drawn, image=np.zeros_like(drawn.image)))
    assert isinstance(result, NotMeasurable)
    assert result.reason is Reason.FACE_NOT_OUTLINED


def test_a_dark_photo_is_refused_after_what_was_judged() -> None:
    drawn = draw_face()
    models = known_models(drawn.detection)
    # The threshold makes the whole crop face, so that the mask is not what refuses.
    dark = (drawn.image.astype(np.float32) * 0.05).astype(np.uint8)
    masker = replace(models.masker, threshold=0.0)
    result = analyse_face(dark, replace(models, masker=masker))
    assert isinstance(result, NotMeasurable)
    assert Reason.TOO_DARK in {finding.code for finding in result.quality}
    assert result.detection is not None


def test_the_larger_of_two_faces_is_measured() -> None:
    drawn = draw_face()
    small = replace(drawn.detection, box=(5.0, 5.0, 80.0, 110.0), score=1.0)
    result = analyse_face(drawn.image, known_models(small, drawn.detection))
    assert isinstance(result, FaceResult)
    assert result.box == drawn.detection.box


def test_a_chest_around_a_surer_face_is_no_face() -> None:
    face, chest = (
        Detection(box, np.zeros((5, 2), np.float32), score)
        for box, score in (((60, 20, 110, 80), 0.92), ((10, 40, 180, 250), 0.7))
    )
    neighbour = replace(face, box=(200.0, 10.0, 270.0, 95.0), score=0.8)
    assert largest_first([chest, neighbour, face]) == [neighbour, face]


def test_what_is_no_picture_is_refused_as_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="RGB picture"):
        analyse_face(np.zeros((10, 10), np.uint8), load_models(write_untrained(tmp_path)))


def test_islands_go_but_ears_stay_and_small_holes_close() -> None:
    alpha = np.zeros((200, 200), np.float32)
    alpha[20:180, 20:130] = 0.9
    alpha[40:50, 40:50] = 0.1
    alpha[80:160, 40:120] = 0.2
    ear, speck, stranger = np.s_[60:90, 134:146], np.s_[100:102, 134:136], np.s_[50:90, 170:195]
    for piece in (ear, speck, stranger):
        alpha[piece] = 0.8
    tidied = tidy(alpha)
    assert (tidied[40:50, 40:50] == 1).all()
    assert (tidied[82:158, 42:118] < 0.5).all()
    assert (tidied[ear] == np.float32(0.8)).all()
    assert (tidied[speck] == 0).all()
    assert (tidied[stranger] == 0).all()
    assert (tidied[22:38, 22:38] == np.float32(0.9)).all()


def test_what_was_removed_or_filled_leaves_no_trace_at_full_resolution() -> None:
    y, x = np.mgrid[:128, :128].astype(np.float32)
    face, island, hole = (
        np.clip(0.5 + (radius - np.hypot(x - centre, y - 64)) / 4, 0, 1)
        for centre, radius in ((50, 36), (118, 6), (50, 5))
    )
    soft = (face + island - hole).astype(np.float32)
    mask = Crop(0, 0, 1024).place_mask(tidy(soft), (1024, 1024), threshold=0.5)
    pieces, _ = cv2.connectedComponents(mask)
    background, _ = cv2.connectedComponents(1 - mask)
    assert (pieces, background) == (2, 2)


def test_counting_refuses_an_empty_face_and_two_grids() -> None:
    ones = np.ones((4, 4), np.uint8)
    assert count(ones, ones).f_vitiligo == 100
    assert count(ones, ones * 0) == Counts(16, 0)
    with pytest.raises(NoFacePixels):
        count(ones * 0, ones)
    with pytest.raises(ValueError, match="one grid"):
        count(ones, ones[:2])


def write_untrained(folder: Path) -> Path:
    """Complete releases of networks that never learnt."""
    torch.manual_seed(0)
    write_release(
        folder / "face_detector-1", RetinaFace(), card("face_detector", "retinaface", preprocessing={})
    )
    write_release(
        folder / "face_matting-1", FaceMatting(), card("face_matting", "face_matting", preprocessing=CROP)
    )
    write_release(folder / "vitiligo-1", DDRNet(), card("vitiligo", "ddrnet", preprocessing=CROP))
    return folder


def test_models_come_out_of_their_releases(tmp_path: Path) -> None:
    models = load_models(write_untrained(tmp_path))
    assert set(models.releases) == set(TASKS)
    assert models.masker.crop_input.size == 64
    assert not models.segmenter.network.training
    picture = np.random.default_rng(0).integers(0, 255, (200, 150, 3), np.uint8)
    first, second = models.detector.detect(picture), models.detector.detect(picture)
    assert [d.box for d in first] == [d.box for d in second]


@pytest.mark.parametrize("task", TASKS)
def test_no_models_without_every_release(tmp_path: Path, task: str) -> None:
    weights = write_untrained(tmp_path) / f"{task}-1" / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")
    with pytest.raises(WeightsMismatch):
        load_models(tmp_path)
    weights.unlink()
    with pytest.raises(WeightsMissing):
        load_models(tmp_path)


def test_a_release_of_another_network_is_refused(tmp_path: Path) -> None:
    write_untrained(tmp_path)
    write_release(tmp_path / "vitiligo-2", FaceMatting(), card("vitiligo", "face_matting"))
    with pytest.raises(WeightsMismatch, match="not a DDRNet"):
        load_models(tmp_path)


@pytest.mark.parametrize("preprocessing", [{"size": 8}, {"colour": "red"}, {"std": [0, 1, 1]}])
def test_a_card_with_impossible_preprocessing_is_refused(
    tmp_path: Path, preprocessing: dict[str, object]
) -> None:
    write_untrained(tmp_path)
    write_release(tmp_path / "vitiligo-2", DDRNet(), card("vitiligo", "ddrnet", preprocessing=preprocessing))
    with pytest.raises(WeightsMismatch, match="preprocessing"):
        load_models(tmp_path)
