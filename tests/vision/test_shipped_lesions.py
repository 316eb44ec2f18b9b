"""The lesion releases in the repository are whole, say what they are, and do what they did when they landed.

The floors on real pictures lie a little under what the releases reach; a failing assertion says what was
measured.
"""

from pathlib import Path

import numpy as np
import pytest

import analysis.vision
from analysis.vision.lesion.metadata import Metadata, Sex, Site
from analysis.vision.lesion.models import LesionModels, load_lesion_models
from analysis.vision.lesion.outline import outline
from analysis.vision.lesion.result import CLASSIFIERS, SEGMENTERS, TASKS
from analysis.vision.phantom.dermoscopy import photograph_lesion
from analysis.vision.releases import WEIGHTS
from analysis.vision.training.evaluation import confusion
from analysis.vision.training.lesion_data import Fold, read_lesions
from analysis.vision.training.lesion_report import opinions
from analysis.vision.training.lesion_scores import auc
from analysis.vision.training.lesion_segmenter import true_mask
from analysis.vision.training.lesion_tasks import CROPPING, served_crops

SHIPPED = Path(analysis.vision.__file__).parent / "weights"
BUDGET = 78 << 20
DICE_FLOORS = {"lesion_unet": 0.84, "lesion_deeplab": 0.89}
AUC_FLOORS = {"lesion_resnet": 0.62, "lesion_fusion": 0.45}
PHANTOMS = (3, 6, 9)
PHANTOM_FLOOR = 0.9


@pytest.fixture(scope="module")
def models() -> LesionModels:
    return load_lesion_models(SHIPPED)


@pytest.mark.parametrize("task", TASKS)
def test_a_card_says_what_a_user_must_know(models: LesionModels, task: str) -> None:
    release = models.releases[task]
    card = release.card
    assert (release.folder.name, card.task) == (card.name, task)
    assert all((card.data_terms, card.intended_use, card.limits, card.created, card.training))
    assert "dark skin" in card.limits
    assert ("confounded" in card.limits) == (task in CLASSIFIERS)
    assert all(one.n > 0 and one.metrics for one in card.evaluation)
    judged = {one.name: one.metrics for one in card.evaluation}
    assert ("ece" if task in CLASSIFIERS else "dice_mean") in judged["dermoscopy, held out"]
    assert (task in CLASSIFIERS) == any("reliability" in name for name in judged)


def test_all_four_stay_within_their_budget(models: LesionModels) -> None:
    assert sum((one.folder / WEIGHTS).stat().st_size for one in models.releases.values()) <= BUDGET


def test_every_declared_input_changes_the_answer(models: LesionModels) -> None:
    """An ablation of the release that ships: nothing is asked of a patient that is not used."""
    crop = photograph_lesion(PHANTOMS[0], size=(320, 320), phototype=1).image
    fusion = models.classifiers["lesion_fusion"]
    told = [Metadata(), *(Metadata(age=age) for age in (20, 80)), *map(sex_of, Sex), *map(site_of, Site)]
    answers = [fusion.probabilities(crop, one)["malignant"] for one in told]
    assert len(set(answers)) == len(told)
    assert fusion.probabilities(255 - crop, Metadata())["malignant"] != answers[0]


def sex_of(sex: Sex) -> Metadata:
    return Metadata(sex=sex)


def site_of(site: Site) -> Metadata:
    return Metadata(site=site)


@pytest.mark.parametrize("task", SEGMENTERS)
def test_a_phantom_lesion_is_outlined(models: LesionModels, task: str) -> None:
    photographs = [photograph_lesion(seed, size=(480, 360), phototype=1) for seed in PHANTOMS]
    dice = [
        confusion(outline(models.segmenters[task].probability(one.image)), one.mask).dice
        for one in photographs
    ]
    assert np.mean(dice) >= PHANTOM_FLOOR


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("task", SEGMENTERS)
def test_held_out_lesions_are_outlined(models: LesionModels, task: str, real_images: Path) -> None:
    samples = [s for s in read_lesions(real_images, Fold.TEST) if s.mask is not None][::2]
    dice = [
        confusion(outline(models.segmenters[task].probability(sample.image)), true_mask(sample)).dice
        for sample in samples
    ]
    assert len(dice) == 47
    assert np.mean(dice) >= DICE_FLOORS[task]


@pytest.mark.data
@pytest.mark.slow
def test_held_out_lesions_are_ordered(models: LesionModels, real_images: Path) -> None:
    crops = served_crops(models.segmenters[CROPPING], read_lesions(real_images, Fold.TEST))
    reached = {task: auc(opinions(models.classifiers[task], crops)) for task in CLASSIFIERS}
    assert all(reached[task] >= AUC_FLOORS[task] for task in CLASSIFIERS), reached
