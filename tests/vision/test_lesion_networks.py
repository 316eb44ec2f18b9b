"""The lesion networks: their shapes, what they are told, and what is refused."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from analysis.vision.architectures import ARCHITECTURES
from analysis.vision.cards import Card
from analysis.vision.face.inputs import CropInput
from analysis.vision.lesion.crop import MARGIN, crop_of
from analysis.vision.lesion.metadata import Metadata, Sex, Site
from analysis.vision.lesion.models import (
    classifier_of,
    every_class,
    lesion_models_of,
    load_lesion_models,
    segmenter_of,
)
from analysis.vision.lesion.networks import (
    METADATA_WIDTH,
    FusionNetwork,
    deeplabv3,
    mask_logits,
    metadata_tensor,
    smp_unet,
)
from analysis.vision.lesion.result import CLASSIFIERS, SEGMENTERS, TASKS
from analysis.vision.releases import Release, WeightsMismatch, WeightsMissing, write_release
from analysis.vision.segmentation.unet import UNet
from tests.vision.known_lesions import known_lesion_models
from tests.vision.known_networks import card

WOMAN = Metadata(age=40, sex=Sex.FEMALE, site=Site.HEAD_NECK)
TWO = {"classes": ("benign", "malignant"), "malignant": ("malignant",)}


@pytest.fixture
def photo() -> np.ndarray:
    image = np.full((90, 120, 3), 200, np.uint8)
    image[30:60, 50:90] = (60, 40, 50)
    return image


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("unet", {"classes": 1, "widths": (4, 8, 16)}),
        ("unet", {"classes": 2, "widths": (4, 8, 16)}),
        ("smp_unet", {}),
        ("deeplabv3", {}),
    ],
)
def test_a_segmenter_answers_for_every_pixel(name: str, arguments: dict[str, object]) -> None:
    network = ARCHITECTURES[name](**arguments).eval()
    with torch.no_grad():
        assert mask_logits(network, torch.zeros(2, 3, 64, 64)).shape == (2, 64, 64)


def test_resnet101_is_the_other_backbone() -> None:
    with torch.device("meta"):
        network = deeplabv3("resnet101")
    assert "backbone.layer3.22.conv3.weight" in network.state_dict()
    with pytest.raises(KeyError):
        deeplabv3("vgg")


def test_smp_names_its_parameters_as_published() -> None:
    names = smp_unet().state_dict()
    assert names["encoder.layer4.2.conv2.weight"].shape == (512, 512, 3, 3)
    assert names["decoder.blocks.0.conv1.0.weight"].shape == (256, 768, 3, 3)
    assert names["segmentation_head.0.weight"].shape == (1, 16, 3, 3)


def test_every_entry_of_the_metadata_has_its_place() -> None:
    known = [Metadata(age=30), *(Metadata(sex=sex) for sex in Sex), *(Metadata(site=site) for site in Site)]
    rows = torch.stack([metadata_tensor(one) for one in known])
    assert METADATA_WIDTH == 11
    assert torch.equal(rows > 0, torch.eye(METADATA_WIDTH, dtype=torch.bool))
    assert not metadata_tensor(Metadata()).any()
    assert metadata_tensor(Metadata(age=0))[0] > 0


def test_every_input_changes_the_answer_of_the_fusion() -> None:
    torch.manual_seed(0)
    network = FusionNetwork().eval()
    x = torch.rand(1, 3, 64, 64)
    answers = [network(x, told[None]) for told in (torch.zeros(11), *torch.eye(METADATA_WIDTH))]
    assert len({float(answer.detach()) for answer in answers}) == 12
    # Batch norms that have seen nothing leave next to nothing of a picture: these have seen it.
    network.train()(torch.rand(4, 3, 64, 64), torch.zeros(4, 11))
    network.eval()
    assert network(x, torch.zeros(1, 11)) != network(x.roll(16, 2) * 0.5, torch.zeros(1, 11))


def test_one_logit_is_that_of_the_second_class() -> None:
    assert every_class(torch.tensor([[0.8]])).softmax(dim=1)[0, 1] == pytest.approx(0.68997, abs=1e-5)
    assert every_class(torch.ones(2, 3)).shape == (2, 3)


def test_the_crop_is_a_square_around_the_lesion(photo: np.ndarray) -> None:
    mask = np.zeros((90, 120), np.uint8)
    mask[30:60, 50:90] = 1
    crop = crop_of(photo, mask)
    assert crop.shape == (60, 60, 3)
    assert (crop[15:45, 10:50] == (60, 40, 50)).all()
    assert (crop[:15] == 200).all()
    assert crop_of(photo, np.zeros_like(mask)).shape == (120, 120, 3)
    mask[:, 60:] = 1
    beyond = crop_of(photo, mask)
    assert beyond.shape == (135, 135, 3)
    assert (beyond[:22] == beyond[22]).all()
    with pytest.raises(ValueError, match="differ"):
        crop_of(photo, mask[:-1])


def test_known_models_answer_as_they_say(photo: np.ndarray) -> None:
    models = known_lesion_models()
    for task in SEGMENTERS:
        probability = models.segmenters[task].probability(photo)
        assert probability.shape == (90, 120)
        assert probability.dtype == np.float32
        assert probability[45, 70] > 0.9 > 0.1 > probability[5, 5] >= 0
    for task in CLASSIFIERS:
        classifier = models.classifiers[task]
        young, old = (classifier.probabilities(photo, Metadata(age=age)) for age in (20, 80))
        assert sum(young.values()) == pytest.approx(1)
        assert (old["malignant"] > young["malignant"]) == classifier.told
        assert classifier.malignancy(old) == old["malignant"]


def write(folder: Path, network: nn.Module, task: str, architecture: str, **changes: object) -> Release:
    preprocessing = asdict(CropInput(size=64, margin=MARGIN))
    entries = {"preprocessing": preprocessing, **changes}
    return write_release(folder / f"{task}-1", network, card(task, architecture, **entries))


@pytest.fixture
def resnet() -> nn.Module:
    torch.manual_seed(3)
    return ARCHITECTURES["resnet18"]()


def test_a_temperature_softens_and_never_reorders(
    tmp_path: Path, resnet: nn.Module, photo: np.ndarray
) -> None:
    sharp, soft = (
        classifier_of(write(tmp_path / str(t), resnet, "lesion_resnet", "resnet18", temperature=t, **TWO))
        for t in (0.5, 3.0)
    )
    p, q = (one.probabilities(photo, WOMAN)["malignant"] for one in (sharp, soft))
    assert abs(p - 0.5) > abs(q - 0.5) > 0
    assert (p > 0.5) == (q > 0.5)
    assert np.log(p / (1 - p)) == pytest.approx(6 * np.log(q / (1 - q)), rel=1e-3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "malignant"),
        (TWO | {"malignant": ("melanoma",)}, "malignant"),
        (TWO | {"malignant": TWO["classes"]}, "malignant"),
        ({"classes": ("nevus", "melanoma", "keratosis"), "malignant": ("melanoma",)}, "3 classes"),
        (TWO | {"temperature": 0.0}, "temperature"),
        (TWO | {"preprocessing": asdict(CropInput(size=64, margin=0.1))}, "another crop"),
        (TWO | {"preprocessing": {"size": 64, "colour": 1}}, "preprocessing"),
        (TWO | {"architecture": "unet"}, "classifies nothing"),
        (TWO | {"architecture": "efficientnet_b3_fusion"}, "do not fit"),
    ],
)
def test_a_classifier_that_does_not_say_what_it_means_is_refused(
    tmp_path: Path, resnet: nn.Module, changes: dict[str, object], message: str
) -> None:
    architecture = str(changes.get("architecture", "resnet18"))
    changes = {name: value for name, value in changes.items() if name != "architecture"}
    release = write(tmp_path, resnet, "lesion_resnet", architecture, **changes)
    with pytest.raises(WeightsMismatch, match=message):
        classifier_of(release)


def test_more_classes_need_no_code(tmp_path: Path, photo: np.ndarray) -> None:
    classes = ("nevus", "melanoma", "keratosis", "carcinoma")
    torch.manual_seed(4)
    network = ARCHITECTURES["efficientnet_b3_fusion"](classes=4)
    release = write(
        tmp_path,
        network,
        "lesion_fusion",
        "efficientnet_b3_fusion",
        arguments={"classes": 4},
        classes=classes,
        malignant=("melanoma", "carcinoma"),
    )
    classifier = classifier_of(release)
    found = classifier.probabilities(photo, WOMAN)
    assert tuple(found) == classes
    assert sum(found.values()) == pytest.approx(1)
    assert classifier.malignancy(found) == pytest.approx(found["melanoma"] + found["carcinoma"])
    assert found != classifier.probabilities(photo, Metadata())


def test_without_all_four_releases_there_are_no_models(tmp_path: Path) -> None:
    network = UNet(1, (4, 8))
    release = write(tmp_path, network, "lesion_unet", "unet", arguments={"classes": 1, "widths": (4, 8)})
    assert segmenter_of(release).inputs.size == 64
    with pytest.raises(WeightsMissing, match="lesion_deeplab"):
        load_lesion_models(tmp_path)
    with pytest.raises(WeightsMismatch, match="outlines nothing"):
        segmenter_of(replace(release, card=replace(release.card, architecture="resnet18")))
    (release.folder / "weights.safetensors").write_bytes(b"other")
    with pytest.raises(WeightsMismatch, match="not the one"):
        lesion_models_of(dict.fromkeys(TASKS, release))


def test_a_card_from_before_there_were_lesions_still_reads() -> None:
    text = card("vitiligo", "ddrnet").to_json()
    lines = [line for line in text.splitlines() if '"classes"' not in line and '"malignant"' not in line]
    old = Card.from_json("\n".join(line for line in lines if '"temperature"' not in line))
    assert (old.classes, old.malignant, old.temperature) == ((), (), 1.0)
    new = replace(old, classes=("benign", "malignant"), malignant=("malignant",), temperature=1.5)
    assert Card.from_json(new.to_json()) == new
