"""The report's part on lesions, with networks whose answer is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from analysis.vision.training.figures.lesions import BOTH, agreement_figures, judge_lesions, read
from analysis.vision.training.lesion_data import Fold, read_lesions
from tests.vision.known_lesions import known_lesion_models


def test_the_part_has_every_figure_of_the_reach_list(drawn_lesions: Path, tmp_path: Path) -> None:
    part = judge_lesions(drawn_lesions, known_lesion_models(), tmp_path, every=2)
    figures = {figure.name: figure for figure in part.figures}
    aimed = {name for name, figure in figures.items() if figure.target}
    assert aimed == {
        "Dice, U-Net",
        "Dice, DeepLabV3",
        "Dice, picked mask",
        f"AUC, {BOTH}",
        f"ECE, {BOTH}",
        "lesions refused",
    }
    assert figures["Dice, U-Net"].metric.value > 0.7
    # Pictures of 48 x 64 are too small for the gates.
    assert figures["lesions refused"].metric.value == 100
    for heading in ("of dermoscopy_2017", "age unknown", "said, mean"):
        assert heading in part.text
    assert (tmp_path / "lesion_reliability.png").exists()


def test_a_mask_that_was_not_found_has_no_overlap(drawn_lesions: Path) -> None:
    sample = next(one for one in read_lesions(drawn_lesions, Fold.TEST) if one.mask is not None)
    models = known_lesion_models()
    white = read(models, replace(sample, image=np.full_like(sample.image, 255)))
    assert white.dice("picked") == 0
    assert white.tone is None
    assert white.refused
    assert 0 <= white.opinions[BOTH] <= 1
    agreement, asked = agreement_figures([white])
    assert agreement.metric.value == 0
    assert asked.metric.value == 100
