"""Go on teaching a vitiligo release with one clinic's signed masks, patients apart.

Some patients teach, some choose the best epoch, and some are held out: these judge the new release and the
one it came from, on the same pictures. Who taught is written beside the weights, so that no patient who
taught a release ever judges one that grew out of it.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from analysis.vision.cards import HIGH, LOW, EvaluationSet, TrainingSet
from analysis.vision.face.inputs import CropInput
from analysis.vision.face.models import segmenter_of
from analysis.vision.releases import Release, load_network, write_release
from analysis.vision.training.data import FaceSample
from analysis.vision.training.judgement import judge_vitiligo, summary
from analysis.vision.training.loop import Settings, read_weights, train, write_atomically
from analysis.vision.training.vitiligo import VitiligoTask

CLINIC = "clinic"
"""The source of clinic samples, and the name of their evaluation set."""
FEWEST_PATIENTS = 3
SHARE = 5
"""One patient in so many is held out, and as many choose; at least one each."""
PATIENTS = "patients.json"
SETTINGS = Settings(epochs=20, learning_rate=1e-4, warmup=0.1)
"""Gentle: the release knows most of it, and a clinic has few patients."""
BATCH = 6
STEPS_PER_EPOCH = 20


class TooFewPatients(Exception):
    """There is nobody left to teach, to choose or to judge; the message is fit to show."""


@dataclass(frozen=True)
class Roles:
    """Who does what in a training, by the name under which a patient is known to it."""

    base: str
    """Name and sha256 of the release that goes on learning."""
    teaching: tuple[str, ...]
    choosing: tuple[str, ...]
    judging: tuple[str, ...]
    taught_before: tuple[str, ...] = ()
    """Patients who taught the base, or what it grew out of."""

    @property
    def taught(self) -> frozenset[str]:
        """Who may not judge what grows out of this training."""
        return frozenset(self.teaching + self.choosing + self.taught_before)

    @classmethod
    def read(cls, file: Path) -> Self:
        """Raises FileNotFoundError, or ValueError or KeyError for a file that is no such list."""
        entries: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            base=str(entries["base"]),
            teaching=tuple(entries["teaching"]),
            choosing=tuple(entries["choosing"]),
            judging=tuple(entries["judging"]),
            taught_before=tuple(entries["taught_before"]),
        )

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=2) + "\n"
        write_atomically(folder / PATIENTS, lambda path: path.write_text(text, encoding="utf-8"))


def assign_roles(base: Release, patients: Iterable[str]) -> Roles:
    """A role for every patient, by a hash of the name; who taught the base before never judges.

    Raises TooFewPatients.
    """
    in_order = sorted(set(patients), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    before = Roles.read(base.folder / PATIENTS).taught if (base.folder / PATIENTS).exists() else frozenset()
    if len(in_order) < FEWEST_PATIENTS:
        raise TooFewPatients(
            f"There are signed masks of {len(in_order)} patients. At least {FEWEST_PATIENTS} are needed: one "
            "to learn from, one to choose the best epoch, and one who is held out and judges."
        )
    number = max(1, len(in_order) // SHARE)
    judging = [name for name in in_order if name not in before][:number]
    if not judging:
        raise TooFewPatients(
            f"Every patient with signed masks has taught {base.name} already, so nobody could judge what "
            "comes of it. Sign the masks of another patient first."
        )
    others = [name for name in in_order if name not in judging]
    return Roles(
        base=f"{base.name} {base.sha256}",
        teaching=tuple(others[number:]),
        choosing=tuple(others[:number]),
        judging=tuple(judging),
        taught_before=tuple(sorted(before)),
    )


def teach(
    base: Release,
    samples: Sequence[FaceSample],
    folder: Path,
    *,
    settings: Settings = SETTINGS,
    resume: bool = True,
    progress: bool = True,
) -> tuple[Path, Roles]:
    """Train until the settings' end; an interrupted training goes on with the same patients in their roles.

    Args:
        base: the release that goes on learning; its file stays as it is.
        samples: faces with signed masks; `subject` is the patient.
        folder: the training's own folder.
        settings: length and rate.
        resume: go on where an earlier call stopped.
        progress: show a progress bar.

    Returns:
        The best checkpoint, and who did what.

    Raises:
        TooFewPatients. WeightsMissing, WeightsMismatch: the base can't be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if resume and (folder / PATIENTS).exists():
        roles = Roles.read(folder / PATIENTS)
    else:
        roles = assign_roles(base, (sample.subject for sample in samples))
        roles.write(folder)
    if not all(_of(samples, role) for role in (roles.teaching, roles.choosing, roles.judging)):
        raise TooFewPatients(
            "The patients of the interrupted training have no signed masks any more. Start anew with --fresh."
        )
    network = load_network(base).requires_grad_(requires_grad=True)
    inputs = CropInput.from_card(base.card.preprocessing)
    task = VitiligoTask(
        _of(samples, roles.teaching),
        _of(samples, roles.choosing),
        inputs=inputs,
        batch_size=BATCH,
        steps_per_epoch=STEPS_PER_EPOCH,
        sizes=(inputs.size,),
        judged_only=(),
        seed=settings.seed,
        network=network,
    )
    return train(task, folder, settings, resume=resume, progress=progress), roles


def publish(
    base: Release, samples: Sequence[FaceSample], checkpoint: Path, roles: Roles, folder: Path
) -> Release:
    """Write the release that was learnt; its card holds the judgement of it and of its base.

    Both are judged on the signed masks of the patients that were held out. Whatever the base's card said of
    errors and intervals was measured with other weights, and is left out.
    """
    card = base.card
    teaching, judging = _of(samples, roles.teaching + roles.choosing), _of(samples, roles.judging)
    fresh = replace(
        card,
        name=folder.name,
        training=(*card.training, _training_set(teaching)),
        thresholds={name: value for name, value in card.thresholds.items() if name not in {LOW, HIGH}},
        evaluation=(),
        sdc={},
        data_terms=f"{card.data_terms} Then on this clinic's own photographs: not to leave the clinic.",
        limits=f"{card.limits} {_limits(base, roles)}",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    weights = read_weights(checkpoint)
    release = write_release(folder, weights, fresh)
    sets = (_judged(release, judging, CLINIC), _judged(base, judging, f"{CLINIC}, by {base.name}"))
    roles.write(folder)
    return write_release(folder, weights, replace(fresh, evaluation=sets))


def next_folder(weights_dir: Path, task: str = "vitiligo") -> Path:
    """Where the clinic's next release goes. Its name has no bare number, so that nothing that looks for the
    newest release of the project takes it: it measures only when an administrator says so.
    """
    prefix = f"{task}-{CLINIC}-"
    numbers = [folder.name.removeprefix(prefix) for folder in weights_dir.glob(f"{prefix}*")]
    return weights_dir / f"{prefix}{max([int(n) for n in numbers if n.isdecimal()], default=0) + 1}"


def _of(samples: Sequence[FaceSample], patients: Sequence[str]) -> list[FaceSample]:
    return [sample for sample in samples if sample.subject in patients]


def _training_set(samples: Sequence[FaceSample]) -> TrainingSet:
    people = len({sample.subject for sample in samples})
    return TrainingSet(
        CLINIC, len(samples), "signed masks of this clinic, for its own use", f"people: {people}"
    )


def _limits(base: Release, roles: Roles) -> str:
    return (
        f"Went on from {base.name} with {len(roles.teaching) + len(roles.choosing)} patients of one clinic "
        f"and was judged on {len(roles.judging)}. Its smallest detectable change is not known."
    )


def _judged(release: Release, samples: Sequence[FaceSample], name: str) -> EvaluationSet:
    people = len({sample.subject for sample in samples})
    verdicts = judge_vitiligo(segmenter_of(release), samples, progress=False)
    return summary(name, verdicts, note=f"patients held out: {people}; inside the signed face mask")
