"""Judge releases on pictures with truth: one verdict a picture, one summary a set, every figure with its
interval.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from analysis.vision.cards import EvaluationSet, Metric
from analysis.vision.face.mask import FaceMasker
from analysis.vision.face.vitiligo import VitiligoSegmenter
from analysis.vision.terms import Image, Mask
from analysis.vision.training.data import FaceSample
from analysis.vision.training.evaluation import (
    RATIOS,
    Confusion,
    bootstrap_interval,
    bootstrap_pooled,
    confusion,
    summarise,
)
from analysis.vision.training.parts import decided, face_of
from analysis.vision.training.sheets import beside, compared, write_sheet


@dataclass(frozen=True)
class Verdict:
    """How a mask did on one picture."""

    name: str
    source: str
    subject: str
    view: str
    modality: str
    counts: Confusion
    true_percent: float | None
    """Share of the face, for vitiligo."""
    measured_percent: float | None
    picture: Image
    """The picture beside its comparison with the truth."""

    @property
    def error(self) -> float | None:
        """Measured minus true, in percentage points."""
        if self.true_percent is None or self.measured_percent is None:
            return None
        return self.measured_percent - self.true_percent


def judge_face_masks(
    masker: FaceMasker, samples: Iterable[FaceSample], *, progress: bool = True
) -> list[Verdict]:
    """The face mask in the true box of every sample, against its parts; undecided pixels are left out."""
    verdicts = []
    for sample in tqdm(samples, disable=not progress, unit="face"):
        found = masker.mask(sample.image, sample.box)
        verdicts.append(_verdict(sample, found, face_of(sample.parts), decided(sample.parts)))
    return verdicts


def judge_vitiligo(
    segmenter: VitiligoSegmenter, samples: Iterable[FaceSample], *, progress: bool = True
) -> list[Verdict]:
    """The vitiligo inside the true face mask of every sample, against its truth.

    A sample without vitiligo is judged against an empty mask.
    """
    verdicts = []
    for sample in tqdm(samples, disable=not progress, unit="face"):
        face = face_of(sample.parts)
        truth = np.zeros_like(face) if sample.vitiligo is None else sample.vitiligo & face
        found = segmenter.mask(sample.image, face)
        shares = (percent(truth, face), percent(found, face))
        verdicts.append(_verdict(sample, found, truth, decided(sample.parts) & face, shares))
    return verdicts


def percent(part: Mask, whole: Mask) -> float:
    """Pixels of `part` in percent of those of `whole`. Raises ValueError where `whole` has none."""
    total = int(np.count_nonzero(whole))
    if total == 0:
        raise ValueError("A share of no pixels is not defined.")
    return 100 * int(np.count_nonzero(part)) / total


def _verdict(
    sample: FaceSample,
    found: Mask,
    truth: Mask,
    known: Mask,
    shares: tuple[float, float] | tuple[None, None] = (None, None),
) -> Verdict:
    return Verdict(
        name=sample.name,
        source=sample.source,
        subject=sample.subject,
        view=sample.view,
        modality=sample.modality,
        counts=confusion(found, truth, known),
        true_percent=shares[0],
        measured_percent=shares[1],
        picture=beside(sample.image, compared(sample.image, found, truth)),
    )


def summary(name: str, verdicts: Sequence[Verdict], *, note: str = "") -> EvaluationSet:
    """All figures of a set of verdicts, each with its 95 % interval over people."""
    people = [verdict.subject for verdict in verdicts]
    counts = [verdict.counts for verdict in verdicts]
    values = summarise(counts)
    metrics = {}
    for ratio_name, ratio in RATIOS.items():
        low, high = bootstrap_pooled(counts, people, ratio)
        metrics[ratio_name] = Metric(values[ratio_name], low, high)
    for ratio_name, ratio in RATIOS.items():
        telling = [verdict for verdict in verdicts if _tells(verdict.counts)]
        if telling:
            metrics[f"{ratio_name}_mean"] = _mean(
                [ratio(v.counts) for v in telling], [v.subject for v in telling]
            )
    errors = [(verdict.error, verdict.subject) for verdict in verdicts if verdict.error is not None]
    if errors:
        metrics["f_vitiligo_mae"] = _mean([abs(e) for e, _ in errors], [p for _, p in errors])
        metrics["f_vitiligo_bias"] = _mean([e for e, _ in errors], [p for _, p in errors])
    return EvaluationSet(name, len(verdicts), metrics, note)


def _tells(counts: Confusion) -> bool:
    """Whether a picture has a true or a marked pixel at all; without one every ratio is a perfect 1."""
    return counts.hits + counts.false_alarms + counts.misses > 0


def _mean(values: Sequence[float], people: Sequence[str]) -> Metric:
    low, high = bootstrap_interval(values, people)
    return Metric(float(np.mean(values)), low, high)


def grouped(verdicts: Iterable[Verdict], key: Callable[[Verdict], str]) -> dict[str, list[Verdict]]:
    """Verdicts by source, view or whatever `key` says, in the order of their first appearance."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(key(verdict), []).append(verdict)
    return groups


def write_verdicts(path: Path, verdicts: Sequence[Verdict]) -> None:
    """One line a picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(_line(verdicts[0])) if verdicts else ["name"])
        writer.writeheader()
        writer.writerows(_line(verdict) for verdict in verdicts)


def _line(verdict: Verdict) -> dict[str, object]:
    shares = {"true_percent": verdict.true_percent, "measured_percent": verdict.measured_percent}
    return {
        **{name: getattr(verdict, name) for name in ("name", "source", "subject", "view", "modality")},
        **asdict(verdict.counts),
        "iou": round(verdict.counts.iou, 4),
        "dice": round(verdict.counts.dice, 4),
        **{name: "" if share is None else round(share, 3) for name, share in shares.items()},
    }


def as_markdown(sets: Sequence[EvaluationSet], names: Sequence[str]) -> str:
    """A table: one line a set, one column a metric, as `value (low to high)`; empty where a set lacks one."""
    lines = [f"| set | n | {' | '.join(names)} |", f"|---|---|{'---|' * len(names)}"]
    for one in sets:
        cells = [_figure(one.metrics[name]) if name in one.metrics else "" for name in names]
        lines.append(f"| {one.name} | {one.n} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _figure(metric: Metric) -> str:
    return f"{metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f})"


def write_worst(path: Path, verdicts: Sequence[Verdict], *, number: int = 20) -> None:
    """The sheet of the worst pictures by Dice, worst first."""
    worst = sorted((v for v in verdicts if _tells(v.counts)), key=lambda v: v.counts.dice)[:number]
    captions = [f"{v.counts.dice:.2f} {v.source[:10]} {v.name[:14]} {v.view}" for v in worst]
    pictures = [verdict.picture for verdict in worst]
    write_sheet(path, list(zip(captions, pictures, strict=True)), columns=4, cell=360)
