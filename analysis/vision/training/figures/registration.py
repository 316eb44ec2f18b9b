"""Part of the report: later photographs laid over earlier ones, and the areas of change, on phantom pairs."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from analysis.vision.face.change import Change, map_change
from analysis.vision.face.models import FaceModels, models_of
from analysis.vision.face.pipeline import NotMeasurable, analyse_face
from analysis.vision.face.registration import FaceInPhoto, NotAligned, register
from analysis.vision.phantom import Photograph
from analysis.vision.releases import read_release
from analysis.vision.terms import Modality, View
from analysis.vision.training.figures.figure import Figure, Part, Target, table
from analysis.vision.training.figures.resampling import Statistic, mean, measured, median
from analysis.vision.training.phantom_pairs import PhantomPair, take_pair

FIRST_SEED = 985_000
"""Of the people, one a pair: nothing was ever chosen on them."""
PAIRS = 24
SIZE = (684, 1024)
AMOUNTS = (0.0, 0.3, 0.6)
"""Shares of the lesions that repigment between the two, in turn."""


@dataclass(frozen=True)
class Judged:
    """One pair: pixels of a picture 1024 high, areas in points of the first face; `refusal` in place of both.

    exact, found: how far repigmented and newly depigmented areas are off, with the true masks and with the
    networks' own; the larger of the two.
    """

    view: View
    refusal: str = ""
    middle: float = 0.0
    tail: float = 0.0
    exact: float = 0.0
    found: float = 0.0


def judge_registration(
    releases: Mapping[str, Path], names: tuple[str, ...], *, every: int = 1, workers: int = 2
) -> Part:
    """Residual and areas of change against the renderer's truth. `releases` are the folders by task."""
    numbers = range(max(2, PAIRS // every))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        work = pool.map(partial(judge_pair, releases=dict(releases)), numbers)
        judged = list(tqdm(work, total=len(numbers), unit="pair"))
    return part_of(judged, names, every)


def part_of(judged: Sequence[Judged], names: tuple[str, ...], every: int) -> Part:
    """The part of the report that judged pairs make up."""
    laid = [one for one in judged if not one.refusal]
    text = (
        "Each pair is another person, photographed twice with a new pose, distance, expression and light; "
        "registration gets the landmarks, masks and poses that the networks find. An error is the distance "
        "between where a point of the skin was found and where the renderer knows it is, in pixels of a "
        "picture 1024 high. An area is off by the larger of repigmented and newly depigmented, in "
        "percentage points of the face.\n\n"
    )
    head = ["view", "pairs", "refused", "median error: worst", "area, exact masks: worst", "area: worst"]
    rows = [_row(view, [one for one in judged if one.view is view]) for view in View]
    figures = tuple(_figures(laid)) if laid else ()
    return Part(
        "registration", "Registration and areas of change", figures, text + table(head, rows), names, every
    )


def judge_pair(number: int, *, releases: Mapping[str, Path]) -> Judged:
    """Photograph, measure and align one pair; the same number gives the same answer."""
    torch.set_num_threads(1)
    models = models_of({task: read_release(folder) for task, folder in releases.items()})
    view = tuple(View)[number % len(View)]
    amount = AMOUNTS[number // len(View) % len(AMOUNTS)]
    pair = take_pair(FIRST_SEED + number, view, amount, size=SIZE)
    sides = [_measured_side(photo, models, view) for photo in (pair.first, pair.second)]
    refusals = [side for side in sides if isinstance(side, str)]
    first, second = (
        (side for side in sides if isinstance(side, FaceInPhoto)) if not refusals else (None, None)
    )
    if first is None or second is None:
        return Judged(view, refusals[0])
    found = register(first, second)
    if isinstance(found, NotAligned):
        return Judged(view, found.reason.value)
    errors = pair.errors(found)
    exact = map_change(found, pair.first.truth.vitiligo, pair.second.truth.vitiligo).shares
    own = map_change(found, first.vitiligo, second.vitiligo).shares
    return Judged(
        view,
        middle=float(np.median(errors)),
        tail=float(np.quantile(errors, 0.9)),
        exact=_off(pair, exact),
        found=_off(pair, own),
    )


def _measured_side(photo: Photograph, models: FaceModels, view: View) -> FaceInPhoto | str:
    """What registration gets of a photograph in the clinic, or the code of why there is nothing."""
    result = analyse_face(photo.image, models, view=view, modality=Modality.UV_REFLECTANCE)
    if isinstance(result, NotMeasurable):
        return result.reason.value
    return FaceInPhoto(photo.image, result.face, result.vitiligo, result.landmarks, result.box, result.pose)


def _off(pair: PhantomPair, shares: Mapping[Change, float]) -> float:
    truth = pair.shares()
    return max(abs(shares[Change.REPIGMENTED] - truth["repigmented"]), abs(shares[Change.NEW] - truth["new"]))


def _figures(laid: Sequence[Judged]) -> Iterator[Figure]:
    def figure(
        name: str, values: Sequence[float], statistic: Statistic, target: Target | None, unit: str
    ) -> Figure:
        rows = np.array(values)[:, None]
        people = [str(number) for number in range(len(values))]
        return Figure(name, len(values), measured(rows, people, statistic), target, unit, 2)

    pixels, points = Target(3, at_least=False), Target(1, at_least=False)
    yield figure("Median error of a pair: median", [one.middle for one in laid], median, pixels, "px")
    yield figure("90th percentile of a pair's errors: median", [one.tail for one in laid], median, None, "px")
    yield figure("Area of change, exact masks: mean", [one.exact for one in laid], mean, points, "points")
    yield figure(
        "Area of change, the networks' masks: mean", [one.found for one in laid], mean, points, "points"
    )


def _row(view: View, judged: Sequence[Judged]) -> list[str]:
    laid = [one for one in judged if not one.refusal]
    refused = [one.refusal for one in judged if one.refusal]
    worst = (
        [f"{max(getattr(one, name) for one in laid):.2f}" for name in ("middle", "exact", "found")]
        if laid
        else ["", "", ""]
    )
    return [str(view), str(len(judged)), ", ".join(refused) or "0", *worst]
