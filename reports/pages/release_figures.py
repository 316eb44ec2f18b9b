"""The figures on a card in words: what was judged, in which unit, and which way is better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.charts.wording import MINUS, signed_text

Words = str | Promise


class Unit(Enum):
    """How a figure is written."""

    RATIO = "{:.3f}"
    PERCENT = "{:.1f} %"
    POINTS = "{:.2f}"
    DEGREES = "{:.1f}°"

    def text(self, value: float) -> str:
        return self.value.format(100 * value if self is Unit.PERCENT else value).replace("-", MINUS)

    def signed(self, value: float) -> str:
        """A difference, with its sign."""
        digits = {Unit.RATIO: 3, Unit.POINTS: 2}.get(self, 1)
        return signed_text(100 * value if self is Unit.PERCENT else value, digits)


@dataclass(frozen=True)
class Kind:
    """What a metric of a card means. `better` is 1 where more is better, -1 where less is, and 0 for
    figures that have their best value at zero.
    """

    label: Words
    unit: Unit
    better: int


KINDS: Mapping[str, Kind] = {
    "dice_mean": Kind(gettext_lazy("Overlap with the truth (Dice), mean of pictures"), Unit.RATIO, 1),
    "f_vitiligo_mae": Kind(gettext_lazy("Error of F-Vitiligo, mean, points"), Unit.POINTS, -1),
    "f_vitiligo_bias": Kind(gettext_lazy("F-Vitiligo, measured minus true, points"), Unit.POINTS, 0),
    "interval_coverage": Kind(gettext_lazy("True F-Vitiligo inside the interval"), Unit.PERCENT, 1),
    "interval_width": Kind(gettext_lazy("Width of the interval, mean, points"), Unit.POINTS, -1),
    "iou_mean": Kind(gettext_lazy("Shared area (IoU), mean of pictures"), Unit.RATIO, 1),
    "recall": Kind(gettext_lazy("Share of the true area that was marked"), Unit.PERCENT, 1),
    "precision": Kind(gettext_lazy("Share of the marked area that is true"), Unit.PERCENT, 1),
    "found": Kind(gettext_lazy("Faces found"), Unit.PERCENT, 1),
    "false_faces": Kind(gettext_lazy("Pictures without a face in which one was seen"), Unit.PERCENT, -1),
    "overlap_mean": Kind(gettext_lazy("Box against the true box (IoU), mean"), Unit.RATIO, 1),
    "landmark_error": Kind(gettext_lazy("Error of eyes, nose and mouth, of the box"), Unit.PERCENT, -1),
    "yaw_mae": Kind(gettext_lazy("Error of the direction of the face, mean"), Unit.DEGREES, -1),
    "auc": Kind(gettext_lazy("Orders malignant before benign (AUC)"), Unit.RATIO, 1),
    "sensitivity_at_80": Kind(gettext_lazy("Sensitivity at 80 % specificity"), Unit.PERCENT, 1),
    "ece": Kind(gettext_lazy("Calibration error (ECE)"), Unit.RATIO, -1),
    "view_right": Kind(gettext_lazy("View recognised"), Unit.PERCENT, 1),
}
FURTHER: Mapping[str, Kind] = {
    "dice": Kind(gettext_lazy("Overlap with the truth (Dice), all pixels together"), Unit.RATIO, 1),
    "iou": Kind(gettext_lazy("Shared area (IoU), all pixels together"), Unit.RATIO, 1),
    "miou": Kind(gettext_lazy("Shared area of lesion and rest, all pixels together"), Unit.RATIO, 1),
    "recall_mean": Kind(gettext_lazy("Share of the true area marked, mean of pictures"), Unit.PERCENT, 1),
    "precision_mean": Kind(gettext_lazy("Share of the marked area true, mean of pictures"), Unit.PERCENT, 1),
    "miou_mean": Kind(gettext_lazy("Shared area of lesion and rest, mean of pictures"), Unit.RATIO, 1),
    "brier": Kind(gettext_lazy("Squared error of the probability (Brier)"), Unit.RATIO, -1),
    "overlap_median": Kind(gettext_lazy("Box against the true box (IoU), median"), Unit.RATIO, 1),
}
SAID_ALREADY = frozenset({"f1", "f1_mean"})
"""F1 of the pixels is Dice by another name."""

RELIABILITY = "reliability, "
"""Sets of a card that are no sets of pictures but the points of its reliability diagram."""

SETS: Mapping[str, Words] = {
    "vitiligo_faces": gettext_lazy("Real vitiligo, traced by hand"),
    "phantom": gettext_lazy("Digital phantom"),
    "faces_multiview": gettext_lazy("Heads turned in steps"),
    "faces_parsing": gettext_lazy("Portraits"),
    "faces_frontal": gettext_lazy("Frontal faces"),
    "faces_landmarks": gettext_lazy("Frames of videos"),
    "dermoscopy, dermoscopy_2017, dermoscopy_2018": gettext_lazy("Pictures without a face"),
    "dermoscopy, held out": gettext_lazy("Dermoscopy, pictures held out"),
    "of dermoscopy": gettext_lazy("Of these, the first set"),
    "of dermoscopy_2017": gettext_lazy("Of these, ISIC 2017"),
    "of dermoscopy_2018": gettext_lazy("Of these, ISIC 2018"),
    "small lesions": gettext_lazy("Small lesions"),
    "small lesions under drawn hair": gettext_lazy("Small lesions under drawn hair"),
    "age known": gettext_lazy("Patients of known age"),
    "nothing told": gettext_lazy("Neither age, sex nor site told"),
    "clinic": gettext_lazy("Signed masks of this clinic, patients held out"),
}
PARTS: Mapping[str, Words] = {
    "left": gettext_lazy("left view"),
    "front": gettext_lazy("front view"),
    "right": gettext_lazy("right view"),
    "visible": gettext_lazy("painted vitiligo, visible light"),
    "uv reflectance": gettext_lazy("painted vitiligo, UV look"),
    "without vitiligo": gettext_lazy("without vitiligo"),
    "interval": gettext_lazy("how sure"),
    "nothing told": gettext_lazy("neither age, sex nor site told"),
}


@dataclass(frozen=True)
class Figure:
    """One metric of one set, as numbers and as text."""

    name: str
    kind: Kind
    value: float
    low: float
    high: float

    @property
    def label(self) -> str:
        return str(self.kind.label)

    @property
    def text(self) -> str:
        """The figure; one that is best at zero says on which side of it it lies."""
        unit = self.kind.unit
        return unit.text(self.value) if self.kind.better else unit.signed(self.value)

    @property
    def interval(self) -> str:
        """The 95 % interval; empty where the card has none."""
        if self.low == self.high:
            return ""
        low, high = self.kind.unit.text(self.low), self.kind.unit.text(self.high)
        return _("{low} to {high}").format(low=low.removesuffix(" %"), high=high)


@dataclass(frozen=True)
class Evaluation:
    """The figures of a release on one set of pictures."""

    key: str
    """The name of the set in the card."""
    n: int
    note: str
    figures: list[Figure]
    """What a reader asks first."""
    further: list[Figure]

    @property
    def name(self) -> str:
        return set_name(self.key)


def evaluations_of(card: Mapping[str, Any]) -> list[Evaluation]:
    """The evaluations of a card. Cards are read with patience: an older one may lack an entry."""
    entries = (entry for entry in card.get("evaluation", []) if RELIABILITY not in entry.get("name", ""))
    return [_evaluation(entry) for entry in entries]


def reliability_of(card: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """What a classifier said, what came true, and of how many lesions; empty for cards without it."""
    return [
        (
            Unit.PERCENT.text(entry["metrics"]["said"]["value"]),
            Unit.PERCENT.text(entry["metrics"]["came"]["value"]),
            int(entry["n"]),
        )
        for entry in card.get("evaluation", [])
        if entry.get("name", "").startswith(RELIABILITY)
    ]


def promise_of(card: Mapping[str, Any]) -> str:
    """How often the intervals of a release held the truth, over all pictures that it was asked about."""
    judged = [
        (int(entry["n"]), float(entry["metrics"]["interval_coverage"]["value"]))
        for entry in card.get("evaluation", [])
        if "interval_coverage" in entry.get("metrics", {})
    ]
    number = sum(n for n, _share in judged)
    if not number:
        return ""
    share = sum(n * covered for n, covered in judged) / number
    return _("It held the true value in {share} of {n} test pictures.").format(
        share=Unit.PERCENT.text(share), n=number
    )


def set_name(key: str) -> str:
    """The name of a set in words: 'phantom, left' is the digital phantom, left view."""
    known = max((name for name in SETS if key == name or key.startswith(f"{name}, ")), key=len, default="")
    if not known:
        return key
    parts = [part for part in key.removeprefix(known).split(", ") if part]
    return ", ".join([str(SETS[known]), *(str(PARTS.get(part, part)) for part in parts)])


def _evaluation(entry: Mapping[str, Any]) -> Evaluation:
    metrics = entry.get("metrics", {})
    first = [_figure(name, kind, metrics[name]) for name, kind in KINDS.items() if name in metrics]
    others = [name for name in metrics if name not in KINDS and name not in SAID_ALREADY]
    further = [_figure(name, FURTHER.get(name, _unknown(name)), metrics[name]) for name in others]
    return Evaluation(
        str(entry.get("name", "")), int(entry.get("n", 0)), entry.get("note", ""), first, further
    )


def _figure(name: str, kind: Kind, figure: Mapping[str, float]) -> Figure:
    return Figure(name, kind, figure["value"], figure["low"], figure["high"])


def _unknown(name: str) -> Kind:
    return Kind(name.replace("_", " "), Unit.RATIO, 0)
