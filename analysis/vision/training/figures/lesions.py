"""Part of the report: single lesions, read by all four networks as a clinic's photo is.

The passes, the rule that picks a mask, the crop and the mean of both classifiers are those that serve. What
the gates would have refused is judged all the same, and counted beside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from analysis.vision.cards import Metric
from analysis.vision.lesion.crop import crop_of
from analysis.vision.lesion.description import bare_skin, describe
from analysis.vision.lesion.gates import judge_lesion, judge_picture, judge_tone, refusal
from analysis.vision.lesion.models import LesionModels
from analysis.vision.lesion.passes import classify, outline_lesion
from analysis.vision.lesion.picking import agreement_of, needs_review, pick
from analysis.vision.lesion.reasons import Reason
from analysis.vision.lesion.result import CLASSIFIERS, SEGMENTERS, TASKS, ToneClass
from analysis.vision.terms import Image, Mask
from analysis.vision.training.evaluation import confusion
from analysis.vision.training.figures.figure import Figure, Part, Target, table
from analysis.vision.training.figures.resampling import mean, measured, median, share
from analysis.vision.training.figures.spread import write_spread
from analysis.vision.training.lesion_data import Fold, LesionSample, read_lesions
from analysis.vision.training.lesion_scores import (
    Table,
    auc,
    calibration_error,
    chance_calibration_error,
    reliability,
    sensitivity,
    write_reliability,
)
from analysis.vision.training.lesion_segmenter import true_mask
from analysis.vision.training.sheets import compared

NAMES = {"lesion_unet": "U-Net", "lesion_deeplab": "DeepLabV3", "picked": "picked mask"}
DICE_TARGETS = {"lesion_unet": Target(0.85), "lesion_deeplab": Target(0.87), "picked": Target(0.88)}
BOTH = "both classifiers"
STRESS = (
    "Darkened pictures, and small lesions under drawn hair, are judged network by network: on the cards, and "
    "by `manage.py evaluate lesion_unet-1` and its kin."
)
FEW = 10
"""Lesions below which a group is shown without an interval."""


@dataclass(frozen=True)
class Read:
    """One lesion as it was read."""

    sample: LesionSample
    masks: dict[str, Mask]
    """By segmenter, those that found something; and `picked`."""
    opinions: dict[str, float]
    """Probability of malignancy by classifier; and of both."""
    tone: ToneClass | None
    refused: Reason | None
    """Why a gate would have refused it."""

    def dice(self, which: str) -> float:
        """Dice of one of the masks with the tracing; 0 where that segmenter found nothing."""
        truth = true_mask(self.sample)
        return confusion(self.masks.get(which, np.zeros_like(truth)), truth).dice


def judge_lesions(data: Path, models: LesionModels, out: Path, *, every: int = 1) -> Part:
    """Dice, order and calibration on the held-out lesions; sheets and the reliability diagram go to `out`."""
    samples = read_lesions(data, Fold.TEST)[::every]
    plain = [read(models, sample) for sample in tqdm(samples, unit="lesion")]
    traced = [one for one in plain if one.sample.mask is not None]
    figures = [
        Figure(f"Dice, {NAMES[which]}", len(traced), dice_of(traced, which), target)
        for which, target in DICE_TARGETS.items()
    ]
    figures += agreement_figures(plain) + opinion_figures(plain, models)
    figures.append(refused_figure(plain))
    write_spread(
        out / "lesions.png",
        [(one.dice("picked"), f"{one.sample.source} {one.sample.name}", shown(one)) for one in traced],
    )
    write_reliability(
        out / "lesion_reliability.png", {name: rows_of(plain, models, name) for name in (*CLASSIFIERS, BOTH)}
    )
    text = "\n".join([subgroups(plain, models), reliability_table(plain, models), STRESS])
    releases = tuple(models.releases[task].name for task in TASKS)
    return Part("lesions", "Single lesions, dermoscopy", tuple(figures), text, releases, every)


def read(models: LesionModels, sample: LesionSample) -> Read:
    """Read a lesion with the passes that serve; refused or not."""
    image = sample.image
    outlined = {task: outline_lesion(image, one) for task, one in models.segmenters.items()}
    found = {task: one for task, one in outlined.items() if one.mask.any()}
    masks = {task: one.mask for task, one in found.items()}
    chosen = masks[pick(found)] if found else np.zeros(image.shape[:2], np.uint8)
    crop = crop_of(image, chosen)
    opinions = {}
    for task, classifier in models.classifiers.items():
        answers = classify([crop], classifier, sample.metadata)[0].mean(axis=0)
        bad = [classifier.classes.index(name) for name in classifier.malignant]
        opinions[task] = float(answers[bad].sum())
    opinions[BOTH] = float(np.mean([opinions[t] for t, one in models.classifiers.items() if one.proven]))
    described = describe(image, chosen, bare_skin(image)) if chosen.any() else None
    findings = [*judge_picture(image, chosen.shape), *judge_lesion(chosen)]
    findings.append(judge_tone(described.ita_degrees if described else None, models))
    tone = described.tone if described else None
    return Read(sample, masks | {"picked": chosen}, opinions, tone, refusal(findings))


def dice_of(lesions: Sequence[Read], which: str) -> Metric:
    """Mean Dice of one mask with its interval."""
    rows = np.array([[one.dice(which)] for one in lesions])
    return measured(rows, [one.sample.subject for one in lesions], mean)


def rows_of(lesions: Sequence[Read], models: LesionModels, which: str) -> Table:
    """Truth and probability of malignancy, (n, 2)."""
    bad = models.classifiers[CLASSIFIERS[0]].malignant
    return np.array([[float(one.sample.label in bad), one.opinions[which]] for one in lesions])


def agreement_figures(lesions: Sequence[Read]) -> list[Figure]:
    """How far the two masks agree, and how often a clinician is asked to look."""
    both = [{task: one.masks[task] for task in SEGMENTERS if task in one.masks} for one in lesions]
    values = np.array([[agreement_of(masks)] for masks in both])
    people = [one.sample.subject for one in lesions]
    asked = np.array([[float(needs_review(float(value))), 1.0] for (value,) in values])
    return [
        Figure("agreement of the masks, median Dice", len(values), measured(values, people, median)),
        Figure("sent to review", len(values), measured(asked, people, share), unit="%", digits=1),
    ]


def opinion_figures(lesions: Sequence[Read], models: LesionModels) -> list[Figure]:
    """Order and calibration of each classifier and of both."""
    people = [one.sample.subject for one in lesions]
    figures = []
    for which in (BOTH, *CLASSIFIERS):
        rows = rows_of(lesions, models, which)
        n = len(rows)
        aimed = which == BOTH
        figures += [
            Figure(f"AUC, {which}", n, measured(rows, people, auc), Target(0.80) if aimed else None),
            Figure(f"sensitivity at 80 % specificity, {which}", n, measured(rows, people, sensitivity)),
            Figure(
                f"ECE, {which}",
                n,
                measured(rows, people, calibration_error),
                Target(0.05, at_least=False) if aimed else None,
            ),
        ]
    return figures


def refused_figure(lesions: Sequence[Read]) -> Figure:
    """How many lesions the gates refuse."""
    rows = np.array([[float(one.refused is not None), 1.0] for one in lesions])
    metric = measured(rows, [one.sample.subject for one in lesions], share)
    return Figure("lesions refused", len(rows), metric, Target(2, at_least=False), "%", 1)


def subgroups(lesions: Sequence[Read], models: LesionModels) -> str:
    """Dice and AUC by source, tone of the skin and what is known."""
    groups = {
        f"of {name}": [one for one in lesions if one.sample.source == name] for name in sources(lesions)
    }
    for tone in ToneClass:
        groups[f"skin {tone.value.replace('_', ' ')} (ITA)"] = [one for one in lesions if one.tone is tone]
    groups["skin tone not readable"] = [one for one in lesions if one.tone is None]
    groups["age known"] = [one for one in lesions if one.sample.metadata.age is not None]
    groups["age unknown"] = [one for one in lesions if one.sample.metadata.age is None]
    rows = [group_row(name, some, models) for name, some in groups.items() if some]
    return table(("lesions", "n", "malignant", "Dice of the picked mask (traced)", "AUC"), rows)


def reliability_table(lesions: Sequence[Read], models: LesionModels) -> str:
    """What both classifiers said, and what came true."""
    rows = rows_of(lesions, models, BOTH)
    lines = [(str(one.n), f"{one.said:.2f}", f"{one.came:.2f}") for one in reliability(rows)]
    chance = chance_calibration_error(rows)
    return table(("n", "said, mean", "malignant, share"), lines) + (
        f"\nWere every probability true, {len(rows)} lesions would show an ECE of {chance:.3f} on average."
    )


def group_row(name: str, lesions: Sequence[Read], models: LesionModels) -> tuple[str, ...]:
    """A line of a table of groups."""
    rows = rows_of(lesions, models, BOTH)
    traced = [one for one in lesions if one.sample.mask is not None]
    people = [one.sample.subject for one in lesions]
    dice = Figure("", len(traced), dice_of(traced, "picked")) if traced else None
    order = Figure("", len(rows), measured(rows, people, auc))
    return (
        name,
        str(len(rows)),
        str(int(rows[:, 0].sum())),
        "" if dice is None else f"{_brief(dice)}, n {len(traced)}",
        _brief(order),
    )


def sources(lesions: Sequence[Read]) -> list[str]:
    """The sets, in their order."""
    return list(dict.fromkeys(one.sample.source for one in lesions))


def shown(one: Read) -> Image:
    """The picture with the picked mask against the tracing."""
    return compared(one.sample.image, one.masks["picked"], true_mask(one.sample))


def _brief(figure: Figure) -> str:
    return figure.with_interval() if figure.n >= FEW else figure.shown(figure.metric.value)
