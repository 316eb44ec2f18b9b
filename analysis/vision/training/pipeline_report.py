"""The end-to-end tables: true against measured F-Vitiligo on everything that never trained."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.vision.face.pipeline import FaceModels
from analysis.vision.terms import Modality
from analysis.vision.training.data import FaceSample, read_faces, read_phantom
from analysis.vision.training.end_to_end import Passage, agreement_of, pass_through, write_passages
from analysis.vision.training.painted import painted
from analysis.vision.training.splits import Side

YAWS = (-90.0, -45.0, 0.0, 45.0, 90.0)


def evaluate_pipeline(
    models: FaceModels, data: Path | None, phantom: Path | None, out: Path, *, progress: bool = True
) -> str:
    """Run every held-out set through the pipeline; write tables and sheets to `out`.

    Args:
        models: the installed releases.
        data: folder with `manifest.csv`, or None.
        phantom: a phantom set, of which the held-out people are used, or None.
        out: folder for one CSV and one sheet a set, and `pipeline.md`.
        progress: show progress bars.

    Returns:
        The summary in Markdown.

    Raises:
        ValueError: there is nothing to measure.
    """
    sets = held_out_sets(data, phantom)
    if not sets:
        raise ValueError("There are no pictures to measure.")
    lines = [
        "| set | n | measured | face IoU | Dice | F-Vitiligo: mean absolute error | bias | worst |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, samples in sets.items():
        passages = pass_through(models, samples, progress=progress)
        write_passages(out, name.replace(", ", "_").replace(" ", "_"), passages)
        lines.append(_line(name, passages))
    text = "\n".join(lines) + "\n"
    (out / "pipeline.md").write_text(text, encoding="utf-8")
    return text


def held_out_sets(data: Path | None, phantom: Path | None) -> dict[str, list[FaceSample]]:
    """Named sets of people who never trained: real faces bare and painted, traced vitiligo, phantom."""
    sets: dict[str, list[FaceSample]] = {}
    if data is not None:
        turning = turning_heads(data)
        sets["multiview, as they are"] = turning
        for lamp in (Modality.UV_REFLECTANCE, Modality.VISIBLE):
            sets[f"multiview, painted, {lamp.value.replace('_', ' ')}"] = painted(turning, modality=lamp)
        sets["vitiligo faces"] = read_faces(data, ["vitiligo_faces"], Side.VALIDATION)
    if phantom is not None:
        for sample in read_phantom(phantom, Side.VALIDATION):
            sets.setdefault(f"phantom, {sample.view}", []).append(sample)
    return sets


def turning_heads(data: Path) -> list[FaceSample]:
    """Each held-out person of `faces_multiview` once at every angle of `YAWS`."""
    chosen: dict[tuple[str, float], FaceSample] = {}
    for sample in read_faces(data, ["faces_multiview"], Side.VALIDATION):
        if sample.yaw in YAWS:
            chosen.setdefault((sample.subject, sample.yaw), sample)
    return [chosen[key] for key in sorted(chosen)]


def _line(name: str, passages: Sequence[Passage]) -> str:
    measured = [p for p in passages if p.measured_percent is not None]
    cells = [name, str(len(passages)), str(len(measured))]
    if not measured:
        return f"| {' | '.join(cells)} | | | | | |"
    agreed = agreement_of(passages)
    dice = [p.dice for p in measured if p.dice is not None and p.true_percent > 0]
    cells += [
        f"{np.mean([p.face_iou for p in measured if p.face_iou is not None]):.3f}",
        f"{np.mean(dice):.3f}" if dice else "",
        f"{agreed.mean_absolute_error:.2f}",
        f"{agreed.bias:+.2f}",
        f"{agreed.worst:.1f}",
    ]
    return f"| {' | '.join(cells)} |"
