"""Part of the report: several ways to mark vitiligo on the same pictures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.vision.catalogue import SAM, installed
from analysis.vision.face.models import segmenter_of
from analysis.vision.releases import ReleaseUnusable, WeightsMissing, load_network, read_release
from analysis.vision.segmentation.classical import FlattenedThreshold
from analysis.vision.segmentation.refinement import Refiner
from analysis.vision.segmentation.sam import Sam
from analysis.vision.terms import Image, Mask
from analysis.vision.training.figures.figure import Part, table
from analysis.vision.training.figures.marks import (
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
from analysis.vision.training.figures.vitiligo import alarm_figures

UNET, SAM_UNET = "vitiligo-unet", "vitiligo-sam-unet"
"""Releases that only compare: without a number, so that none of them is ever the newest."""
RECIPES = {UNET: "vitiligo_unet.toml", SAM_UNET: "vitiligo_sam_unet.toml"}


@dataclass(frozen=True)
class Refined:
    """A marker whose mask SAM redraws."""

    marker: Marker
    refiner: Refiner

    def mask(self, image: Image, face: Mask) -> Mask:
        """As every marker."""
        return self.refiner.mask(image, face, self.marker.mask(image, face))


def compare(
    pictures: Pictures, marker: Marker, release: str, weights_dir: Path, against: Sequence[str] = ()
) -> Part:
    """Our release, the plain U-Net, the SAM-guided U-Net, SAM's refinement and the classical threshold.

    `against` names further vitiligo releases in `weights_dir`. An entrant that is not installed is named
    below the table with what to do about it.
    """
    sets: Mapping[str, Sequence[Case]] = {
        "real": pictures.real,
        "UV": pictures.ultraviolet,
        "visible": pictures.visible,
        "phantom": pictures.phantoms,
        "clear": [Case(sample, "unknown") for sample in pictures.clear],
    }
    rows, missing, names = [], [], [release]
    for name, entrant in entrants(marker, release, weights_dir, against):
        if isinstance(entrant, str):
            missing.append(f"- {name}: {entrant}")
            continue
        rows.append([name, *cells({key: mark(entrant, cases) for key, cases in sets.items()})])
        names += [name] if name in (UNET, SAM_UNET, *against) else []
    head = ["marker", *HEADS]
    sizes = ", ".join(f"{key} {len(cases)}" for key, cases in sets.items())
    text = f"Inside the true face mask. Pictures: {sizes}.\n\n" + table(head, rows)
    if missing:
        text += "\nNot here:\n\n" + "\n".join(missing) + "\n"
    title = "The same pictures, several ways to mark"
    return Part("comparison", title, (), text, tuple(dict.fromkeys(names)), pictures.every)


HEADS = (
    "real: Dice",
    "real: error, points",
    "real: ICC",
    "painted UV: Dice",
    "painted visible: Dice",
    "painted UV: recall of lesions",
    "phantom: Dice",
    "clear faces: median F-Vitiligo",
)


def cells(marked: Mapping[str, Sequence[Marked]]) -> list[str]:
    """One row of the table, without the name."""
    figures = [
        dice_figure("", marked["real"]),
        error_figure("", marked["real"]),
        icc_figure("", marked["real"]),
        dice_figure("", marked["UV"]),
        dice_figure("", marked["visible"]),
        recall_figure("", marked["UV"]),
        dice_figure("", marked["phantom"]),
        alarm_figures("", [m.measured_percent for m in marked["clear"]], [m.person for m in marked["clear"]])[
            0
        ],
    ]
    return [figure.with_interval() for figure in figures]


def entrants(
    marker: Marker, release: str, weights_dir: Path, against: Sequence[str]
) -> Iterator[tuple[str, Marker | str]]:
    """Every way to mark by its name; a sentence instead of one that is not installed."""
    yield release, marker
    for name in (*against, UNET, SAM_UNET):
        yield name, _release(weights_dir, name)
    try:
        network = load_network(installed(SAM, weights_dir))
    except ReleaseUnusable as error:
        yield f"{release}, refined by SAM", str(error)
    else:
        if isinstance(network, Sam):
            yield f"{release}, refined by SAM", Refined(marker, Refiner(network))
    yield "illumination-flattened threshold", FlattenedThreshold()


def _release(weights_dir: Path, name: str) -> Marker | str:
    try:
        return segmenter_of(read_release(weights_dir / name))
    except WeightsMissing as missing:
        if name not in RECIPES or (weights_dir / name).exists():
            return str(missing)
        return (
            "none is trained well enough to be shipped; `manage.py train vitiligo --config "
            f"analysis/vision/training/configs/{RECIPES[name]} --publish {name}` makes one."
        )
