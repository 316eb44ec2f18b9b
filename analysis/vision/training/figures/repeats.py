"""Part of the report: two photographs of one unchanged phantom face."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from tqdm import tqdm

from analysis.vision.cards import Metric
from analysis.vision.terms import View
from analysis.vision.training.figures.figure import Figure, Part, Target, table
from analysis.vision.training.figures.resampling import Statistic, Table, measured
from analysis.vision.training.repeatability import (
    FIRST_SEED,
    Pair,
    measure_pairs,
    smallest_detectable_change,
    standard_error,
)

PEOPLE = 30


def judge_repeats(
    releases: Mapping[str, Path], names: tuple[str, ...], *, every: int = 1, workers: int = 2
) -> Part:
    """SEM and SDC95 of F-Vitiligo by view. `releases` are the folders by task."""
    seeds = range(FIRST_SEED, FIRST_SEED + max(2, PEOPLE // every))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        work = pool.map(partial(measure_pairs, releases=dict(releases), jitter=1.0), seeds)
        people = list(tqdm(work, total=len(seeds), unit="person"))
    pairs = {view: [one[view] for one in people if view in one] for view in View}
    pairs = {view: some for view, some in pairs.items() if len(some) > 1}
    target = Target(0.4, at_least=False)
    figures = [
        Figure(f"{view} view: SEM", len(some), _over(some, sem_of_measured), target, "points", 2)
        for view, some in pairs.items()
    ]
    rows = [[str(view), *row_of(some)] for view, some in pairs.items()]
    head = ["view", "SEM", "SEM of the truth", "SEM of the error", "SDC95", "SDC95 of the error"]
    text = (
        "Each person is photographed twice in every view, unchanged and turned to the same mark, with a new "
        "pose, distance, light and noise, under UV reflectance. A face that turns a little differently shows "
        "another share of its lesions, so the true values differ, too (SEM of the truth: what a network "
        "without an error reaches); the error is measured minus true.\n\n"
    )
    title = "Repeatability on the phantom"
    return Part("repeats", title, tuple(figures), text + table(head, rows), names, every)


def row_of(pairs: Sequence[Pair]) -> list[str]:
    """SEM of the measured values, of the truth and of the error; SDC95 of the first and the last."""
    sems = [_over(pairs, one).value for one in (sem_of_measured, sem_of_truth, sem_of_error)]
    changes = [smallest_detectable_change(sems[0]), smallest_detectable_change(sems[2])]
    return [f"{value:.2f}" for value in (*sems, *changes)]


def sem_of_measured(rows: Table) -> float:
    """Rows are measured and true of the first capture, then of the second, in percent."""
    return standard_error(rows[:, 0], rows[:, 2])


def sem_of_truth(rows: Table) -> float:
    """Of the true values."""
    return standard_error(rows[:, 1], rows[:, 3])


def sem_of_error(rows: Table) -> float:
    """Of measured minus true."""
    return standard_error(rows[:, 0] - rows[:, 1], rows[:, 2] - rows[:, 3])


def _over(pairs: Sequence[Pair], statistic: Statistic) -> Metric:
    rows = np.array([[*zip(pair.measured, pair.true, strict=True)] for pair in pairs]).reshape(-1, 4)
    return measured(rows, [str(number) for number in range(len(rows))], statistic)
