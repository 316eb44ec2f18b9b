"""Every figure of the report in one call, and the report itself.

Each part is measured and written by itself, so that a busy machine can make them one after the other; the
report binds whatever parts its folder holds.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.vision.face.models import DETECTOR, TASKS, models_of
from analysis.vision.lesion.models import load_lesion_models
from analysis.vision.phantom.dataset import write_dataset
from analysis.vision.releases import Release, find_release, read_release
from analysis.vision.training.figures.comparison import compare
from analysis.vision.training.figures.detection import judge_detection
from analysis.vision.training.figures.face_masks import judge_masks
from analysis.vision.training.figures.figure import HEAD, Part
from analysis.vision.training.figures.lesions import judge_lesions
from analysis.vision.training.figures.marks import Remembering
from analysis.vision.training.figures.passages import judge_passages
from analysis.vision.training.figures.pictures import Pictures
from analysis.vision.training.figures.registration import judge_registration
from analysis.vision.training.figures.repeats import judge_repeats
from analysis.vision.training.figures.vitiligo import judge_clear, judge_vitiligo
from analysis.vision.training.splits import PHANTOM_HELD_OUT_FROM

LESIONS = "lesions"
PARTS = (
    *("detection", "face_masks", "vitiligo", "clear", "passages"),
    *("repeats", "registration", "comparison", LESIONS),
)
"""In the order of the report."""
SELF_MADE = {"repeats", "registration"}
"""Parts that photograph the phantoms they look at: no picture sets are needed."""

PREFACE = (
    "Written by `make evaluate`; not edited by hand. Only people and pictures that taught nothing. Intervals "
    "are 95 %, by bootstrap over people."
)
COLUMNS = ("part", "figure", "n", "value", "low", "high", "unit", "target", "at_least", "releases")
PHANTOM_PEOPLE, PHANTOM_CAPTURES, PHANTOM_SIZE = 40, 3, (448, 608)
"""The held-out phantom set, which is rendered where there is none yet."""


@dataclass(frozen=True)
class Exam:
    """What is measured on what, and where the results go."""

    releases: Mapping[str, Release]
    """By task, one for each of `TASKS`."""
    pictures: Pictures
    weights_dir: Path
    out: Path
    against: tuple[str, ...] = ()
    """Further vitiligo releases for the comparison."""

    def measure(self, names: Sequence[str]) -> list[Part]:
        """Measure the named parts of `PARTS`, and write each to `out` as it gets ready."""
        models = models_of(self.releases)
        marker = Remembering(models.segmenter)
        all_names = tuple(release.name for release in self.releases.values())
        detector, matting, vitiligo = (self.releases[task].name for task in TASKS)
        taught = [one.name for one in self.releases[DETECTOR].card.training]
        folders = {task: release.folder for task, release in self.releases.items()}
        makers: Mapping[str, Callable[[], Part]] = {
            "detection": lambda: judge_detection(self.pictures, models.detector, detector, taught=taught),
            "face_masks": lambda: judge_masks(self.pictures, models.masker, matting, self.out),
            "vitiligo": lambda: judge_vitiligo(self.pictures, marker, vitiligo, self.out),
            "clear": lambda: judge_clear(self.pictures, marker, models, all_names, self.out),
            "passages": lambda: judge_passages(self.pictures, models, all_names, self.out),
            "repeats": lambda: judge_repeats(folders, all_names, every=self.pictures.every),
            "registration": lambda: judge_registration(folders, all_names, every=self.pictures.every),
            "comparison": lambda: compare(self.pictures, marker, vitiligo, self.weights_dir, self.against),
            LESIONS: lambda: judge_lesions(
                self.pictures.data, load_lesion_models(self.weights_dir), self.out, every=self.pictures.every
            ),
        }
        parts = []
        for name in names:
            parts.append(makers[name]())
            parts[-1].write(self.out)
        return parts


def chosen_releases(weights_dir: Path, named: Sequence[str] = ()) -> dict[str, Release]:
    """The newest release of each task, or the ones named: a name in `weights_dir`, or a folder.

    Raises WeightsMissing or WeightsMismatch.
    """
    given = [read_release(Path(name) if Path(name).is_dir() else weights_dir / name) for name in named]
    by_task = {release.card.task: release for release in given}
    return {task: by_task.get(task) or find_release(weights_dir, task) for task in TASKS}


def held_out_phantoms(folder: Path, *, workers: int = 2) -> Path:
    """`folder` with the held-out phantom set in it; pictures that are missing are rendered."""
    people = range(PHANTOM_HELD_OUT_FROM, PHANTOM_HELD_OUT_FROM + PHANTOM_PEOPLE)
    write_dataset(
        folder, seeds=people, captures_per_person=PHANTOM_CAPTURES, size=PHANTOM_SIZE, workers=workers
    )
    return folder


def bind(folder: Path, title: str = "Figures") -> str:
    """`report.md` and `figures.csv` in `folder` from the parts it holds; the report in Markdown."""
    parts = [Part.read(folder / f"{name}.json") for name in PARTS if (folder / f"{name}.json").exists()]
    aimed = [
        replace(figure, name=f"{part.title}: {figure.name}")
        for part in parts
        for figure in part.figures
        if figure.target is not None
    ]
    reached = sum(figure.target.is_met_by(figure.metric.value) for figure in aimed if figure.target)
    lines = [
        f"# {title}",
        "",
        PREFACE,
        "",
        f"**{reached} of {len(aimed)} figures reach their target.**",
        "",
        *HEAD,
        *(figure.line() for figure in aimed),
        "",
        *(part.markdown() for part in parts),
    ]
    text = "\n".join(lines).rstrip() + "\n"
    (folder / "report.md").write_text(text, encoding="utf-8")
    _write_csv(folder / "figures.csv", parts)
    return text


def _write_csv(path: Path, parts: Sequence[Part]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for part in parts:
            for one in part.figures:
                goal = (one.target.bound, one.target.at_least) if one.target else ("", "")
                numbers = [one.metric.value, one.metric.low, one.metric.high]
                writer.writerow(
                    [part.name, one.name, one.n, *numbers, one.unit, *goal, " ".join(part.releases)]
                )
