"""A release gives the network it was made of, or an exception; never anything else."""

import json
from pathlib import Path

import pytest
import torch

from analysis.vision.cards import Card, EvaluationSet, Metric, TrainingSet
from analysis.vision.face.matting import FaceMatting
from analysis.vision.releases import (
    CARD,
    WEIGHTS,
    Release,
    WeightsMismatch,
    WeightsMissing,
    find_release,
    load_network,
    read_release,
    write_release,
)


def card(name: str = "face_matting-1", architecture: str = "face_matting") -> Card:
    return Card(
        name=name,
        task="face_matting",
        architecture=architecture,
        preprocessing={"size": 64},
        thresholds={"face": 0.5},
        training=(TrainingSet("phantom", 10, "own work"),),
        evaluation=(EvaluationSet("phantom, held out", 4, {"iou": Metric(0.9, 0.8, 0.95)}),),
        sdc={"front": 1.1},
        seed=7,
        data_terms="own work",
        intended_use="tests",
        limits="untrained",
        created="2026-01-01T00:00:00Z",
    )


@pytest.fixture
def release(tmp_path: Path) -> Release:
    torch.manual_seed(0)
    return write_release(tmp_path / "face_matting-1", FaceMatting(), card())


def test_a_card_comes_back_as_it_was_written(release: Release) -> None:
    assert read_release(release.folder) == release
    assert len(release.sha256) == 64


def test_a_network_comes_back_with_its_weights(release: Release) -> None:
    torch.manual_seed(0)
    original = FaceMatting().eval()
    network = load_network(release)
    assert not network.training
    pixels = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        assert network(pixels) == pytest.approx(original(pixels), abs=2e-3)
    assert all(p.dtype == torch.float32 and not p.requires_grad for p in network.parameters())


def test_one_changed_byte_gives_no_network(release: Release) -> None:
    weights = release.folder / WEIGHTS
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(WeightsMismatch, match="not the one its card describes"):
        read_release(release.folder)
    with pytest.raises(WeightsMismatch):
        load_network(release)


@pytest.mark.parametrize("file", [WEIGHTS, CARD])
def test_a_missing_file_gives_no_network(release: Release, file: str) -> None:
    (release.folder / file).unlink()
    with pytest.raises(WeightsMissing):
        read_release(release.folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "a"}', '{"surprise": 1}'])
def test_a_card_that_is_no_card_is_refused(release: Release, text: str) -> None:
    (release.folder / CARD).write_text(text)
    with pytest.raises(WeightsMismatch, match="cannot be read"):
        read_release(release.folder)


@pytest.mark.parametrize("architecture", ["ddrnet", "unheard_of"])
def test_weights_of_another_architecture_are_refused(tmp_path: Path, architecture: str) -> None:
    release = write_release(tmp_path / "a", FaceMatting(), card(architecture=architecture))
    with pytest.raises(WeightsMismatch):
        load_network(release)


def test_weights_that_lack_one_tensor_are_refused(tmp_path: Path) -> None:
    state = FaceMatting().state_dict()
    del state["refine.head.bias"]
    with pytest.raises(WeightsMismatch, match=r"refine\.head\.bias"):
        load_network(write_release(tmp_path / "a", state, card()))


def test_values_that_float16_cannot_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="kernel"):
        write_release(tmp_path / "a", {"kernel": torch.full((2, 2), 1e6)}, card())
    assert not (tmp_path / "a").exists()


def test_the_highest_number_is_found(tmp_path: Path) -> None:
    for number in (2, 10, 9):
        name = f"face_matting-{number}"
        write_release(tmp_path / name, FaceMatting(), card(name))
    assert find_release(tmp_path, "face_matting").name == "face_matting-10"
    with pytest.raises(WeightsMissing):
        find_release(tmp_path, "vitiligo")


def test_the_card_is_readable_json_for_a_person(release: Release) -> None:
    value = json.loads((release.folder / CARD).read_text())
    assert value["evaluation"][0]["metrics"]["iou"] == {"value": 0.9, "low": 0.8, "high": 0.95}
