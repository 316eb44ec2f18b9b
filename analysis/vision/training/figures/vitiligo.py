"""Part of the report: vitiligo inside the true face mask, and its subgroups."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from analysis.vision.face.pipeline import FaceModels, NotMeasurable, analyse_face
from analysis.vision.training.figures.bands import SIZES, size_of
from analysis.vision.training.figures.figure import Figure, Part, Target, table
from analysis.vision.training.figures.marks import (
    FOUND,
    Case,
    Marked,
    Marker,
    dice_figure,
    error_figure,
    icc_figure,
    mark,
    recall_figure,
)
from analysis.vision.training.figures.pictures import Pictures
from analysis.vision.training.figures.resampling import Table, measured, median, percentile_95
from analysis.vision.training.figures.spread import write_spread

FEW = 20
"""Cells of fewer pictures say little and are flagged."""
LEAST = 10
"""Cells of fewer pictures are left out where the best and the worst are compared."""
LOOKS = {"painted, UV look": "ultraviolet", "painted, visible light": "visible"}


def judge_vitiligo(pictures: Pictures, marker: Marker, release: str, out: Path) -> Part:
    """Dice, recall of lesions, error and agreement of F-Vitiligo; sheets go to `out`."""
    marked = {name: mark(marker, getattr(pictures, attribute)) for name, attribute in LOOKS.items()}
    marked |= {"phantom": mark(marker, pictures.phantoms), "real vitiligo": mark(marker, pictures.real)}
    figures: list[Figure] = []
    for name in LOOKS:
        some = marked[name]
        figures += [
            dice_figure(f"{name}: Dice", some, Target(0.90)),
            recall_figure(f"{name}: recall of lesions >= 0.1 % of the face", some, Target(0.90)),
            error_figure(f"{name}: F-Vitiligo, mean absolute error", some, Target(1.0, at_least=False)),
            *gaps(name, some),
        ]
    figures += [
        dice_figure("phantom: Dice", marked["phantom"]),
        recall_figure("phantom: recall of lesions >= 0.1 % of the face", marked["phantom"]),
        error_figure("phantom: F-Vitiligo, mean absolute error", marked["phantom"]),
        dice_figure("real vitiligo: Dice", marked["real vitiligo"], Target(0.80)),
        error_figure(
            "real vitiligo: F-Vitiligo, mean absolute error",
            marked["real vitiligo"],
            Target(4, at_least=False),
        ),
        icc_figure("real vitiligo: ICC(2,1) with the tracing", marked["real vitiligo"], Target(0.90)),
        recall_figure("real vitiligo: recall of lesions >= 0.1 % of the face", marked["real vitiligo"]),
    ]
    for name, some in marked.items():
        sheet = [(one.dice, f"{one.tone} {one.view} {one.name}", one.picture) for one in some if one.tells]
        write_spread(out / f"vitiligo_{name.replace(', ', '_').replace(' ', '_')}.png", sheet)
    text = (
        f"Inside the true face mask. A lesion is found when {FOUND:.0%} of its pixels are marked. "
        "Dice is the mean of the pictures; those without a true and a marked pixel are left out.\n\n"
    )
    return Part(
        "vitiligo",
        "Vitiligo, inside the true face mask",
        tuple(figures),
        text + subgroups(marked),
        (release,),
        pictures.every,
    )


def gaps(name: str, marked: Sequence[Marked]) -> list[Figure]:
    """How far the worst group's Dice lies under the best one's, by skin tone and view; without tiny cells."""
    figures = []
    rules: dict[str, Callable[[Marked], str]] = {"skin tone": lambda m: m.tone, "view": lambda m: m.view}
    for rule, key in rules.items():
        counts = Counter(key(one) for one in marked if one.tells)
        bands = sorted(band for band, n in counts.items() if n >= LEAST and band not in ("unknown", "any"))
        telling = [one for one in marked if one.tells and key(one) in bands]
        if len(bands) > 1:
            rows = np.array([[one.dice, bands.index(key(one))] for one in telling])
            people = [f"{one.source} {one.person}" for one in telling]
            metric = measured(rows, people, gap)
            target = Target(0.04, at_least=False)
            figures.append(Figure(f"{name}: Dice, worst {rule} under the best", len(telling), metric, target))
    return figures


def gap(rows: Table) -> float:
    """The best less the worst mean of the first column over the groups of the second."""
    means = [rows[rows[:, 1] == group, 0].mean() for group in np.unique(rows[:, 1])]
    return float(max(means) - min(means))


def subgroups(marked: dict[str, list[Marked]]) -> str:
    """Dice by view, lamp, skin tone and largest lesion, and recall by the lesion's size, in tables."""
    rules: dict[str, Callable[[Marked], str]] = {
        "view": lambda one: one.view,
        "lamp": lambda one: one.modality.replace("_", " "),
        "skin tone": lambda one: one.tone,
        "largest lesion": lambda one: size_of(max((le.percent for le in one.lesions), default=0.0)),
    }
    rows = []
    for name, some in marked.items():
        for rule, key in rules.items():
            telling = [one for one in some if one.tells and key(one) not in ("", "unknown")]
            for group in sorted({key(one) for one in telling}):
                figure = dice_figure(group, [one for one in telling if key(one) == group])
                flag = " (few)" if figure.n < FEW else ""
                rows.append([name, f"{rule}: {group}", f"{figure.n}{flag}", figure.with_interval()])
    head = "Dice by subgroup; cells of fewer than 20 pictures are flagged:\n\n"
    return (
        head
        + table(["set", "subgroup", "n", "Dice (95 % interval)"], rows)
        + "\nRecall by the size of the lesion, in percent of the face:\n\n"
        + recalls(marked)
    )


def recalls(marked: dict[str, list[Marked]]) -> str:
    """Found lesions of all, by set and size."""
    rows = []
    for name, some in marked.items():
        cells = []
        for low, high in SIZES:
            chosen = [le for one in some for le in one.lesions if low <= le.percent < high]
            hits = sum(le.marked >= FOUND for le in chosen)
            cells.append(f"{hits / len(chosen):.2f} ({hits}/{len(chosen)})" if chosen else "")
        rows.append([name, *cells])
    return table(["set", *(f"{low:g} to {high:g} %" for low, high in SIZES)], rows)


def judge_clear(
    pictures: Pictures, marker: Marker, models: FaceModels, names: tuple[str, ...], out: Path
) -> Part:
    """False alarms on faces without vitiligo; `models` measure the thumbnails, `marker` the rest."""
    figures: list[Figure] = []
    sheet = []
    plain = [Case(sample, "unknown") for sample in pictures.clear]
    for name, cases in {"as photographed": plain, "UV look": pictures.clear_ultraviolet}.items():
        marked = mark(marker, cases)
        figures += alarm_figures(
            name, [one.measured_percent for one in marked], [one.person for one in marked]
        )
        sheet += [(-one.measured_percent, f"{name} {one.name}", one.picture) for one in marked]
    shares: list[float] = []
    for _, image in pictures.normal_thumbnails():
        result = analyse_face(image, models)
        if not isinstance(result, NotMeasurable):
            shares.append(result.f_vitiligo)
    if shares:
        people = [str(number) for number in range(len(shares))]
        figures += alarm_figures(
            "thumbnails of normal faces, from the photo alone", shares, people, aimed=False
        )
    write_spread(out / "clear.png", sheet)
    text = (
        "F-Vitiligo on held-out faces that have none, inside the true face mask; the thumbnails are a few "
        "hundred pixels wide and compressed, and what they show was not examined."
    )
    return Part("clear", "Faces without vitiligo", tuple(figures), text, names, pictures.every)


def alarm_figures(
    name: str, shares: Sequence[float], people: Sequence[str], *, aimed: bool = True
) -> list[Figure]:
    """Median and 95th percentile of F-Vitiligo."""
    rows = np.asarray(shares, np.float64)[:, None]
    return [
        Figure(
            f"{name}: F-Vitiligo, {word}",
            len(shares),
            measured(rows, people, statistic),
            Target(bound, at_least=False) if aimed else None,
            "%",
            2,
        )
        for word, statistic, bound in (("median", median, 0.1), ("95th percentile", percentile_95, 1.0))
    ]
