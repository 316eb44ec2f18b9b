"""Part of the report: from the photo alone to F-Vitiligo, as a clinic uses it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.vision.face.pipeline import FaceModels
from analysis.vision.training.end_to_end import Passage, pass_through, write_passages
from analysis.vision.training.figures.figure import Figure, Part, Target
from analysis.vision.training.figures.pictures import Pictures
from analysis.vision.training.figures.resampling import Statistic, agreement_icc, mean, measured

PAINTED = (Target(0.90), Target(1.0, at_least=False))
TARGETS: dict[str, tuple[Target | None, Target | None]] = {
    "real vitiligo": (Target(0.80), Target(4, at_least=False)),
    "painted, UV look": PAINTED,
    "painted, visible light": PAINTED,
    "phantom": (None, None),
}
"""Of Dice and of the error in points."""


def judge_passages(pictures: Pictures, models: FaceModels, names: tuple[str, ...], out: Path) -> Part:
    """Detector, face mask and vitiligo in turn; one CSV and one sheet a set go to `out`."""
    sets = {
        "real vitiligo": pictures.real,
        "painted, UV look": pictures.ultraviolet,
        "painted, visible light": pictures.visible,
        "phantom": pictures.phantoms,
    }
    figures: list[Figure] = []
    for name, cases in sets.items():
        passages = pass_through(models, [case.sample for case in cases])
        figures += passage_figures(name, passages)
        write_passages(out, f"photo_alone_{name.replace(', ', '_').replace(' ', '_')}", passages)
    text = (
        "The photo goes in as it is: a face that is found at the wrong place or masked wrongly costs here. "
        "Refused photos have no Dice and no error; the first line of each set says how many were measured."
    )
    return Part("passages", "From the photo alone", tuple(figures), text, names, pictures.every)


def passage_figures(name: str, passages: Sequence[Passage]) -> list[Figure]:
    """Measured share, face IoU, Dice and error; the agreement with the tracing for real vitiligo."""
    shown = [[100.0 * (p.measured_percent is not None)] for p in passages]
    figures = [_figure(f"{name}: measured", passages, shown, "%")]
    seen = [p for p in passages if p.measured_percent is not None]
    if not seen:
        return figures
    dices = [p for p in seen if p.dice is not None]
    pairs = [[p.measured_percent or 0.0, p.true_percent] for p in seen]
    errors = [[abs(measured - true)] for measured, true in pairs]
    dice, error = TARGETS[name]
    figures += [
        _figure(f"{name}: face IoU", seen, [[p.face_iou or 0.0] for p in seen]),
        _figure(f"{name}: Dice", dices, [[p.dice or 0.0] for p in dices], target=dice),
        _figure(f"{name}: F-Vitiligo, mean absolute error", seen, errors, "points", target=error),
    ]
    if name == "real vitiligo":
        title = f"{name}: ICC(2,1) with the tracing"
        figures.append(_figure(title, seen, pairs, target=Target(0.90), statistic=agreement_icc))
    return figures


def _figure(
    name: str,
    passages: Sequence[Passage],
    rows: Sequence[Sequence[float]],
    unit: str = "",
    *,
    target: Target | None = None,
    statistic: Statistic = mean,
) -> Figure:
    people = [f"{p.sample.source} {p.sample.subject}" for p in passages]
    metric = measured(np.asarray(rows, np.float64), people, statistic)
    return Figure(name, len(rows), metric, target, unit, 2 if unit else 3)
