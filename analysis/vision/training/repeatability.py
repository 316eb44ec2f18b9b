"""How far two photographs of one unchanged face differ: the smallest detectable change of a release.

    python -m analysis.vision.training.repeatability WEIGHTS --people 30

photographs phantom people that never train twice in every view, under UV reflectance, and prints SEM and
SDC95 by view, of the measured values and of the true ones: the latter are what pose alone costs.

A clinic turns a patient to the same mark at every visit. A person's side views are therefore taken at the
turn that was drawn for that person, and the two captures depart from it as `POSE_ERROR` says, times
`--jitter`.
"""

import argparse
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from analysis.vision.face.models import TASKS, FaceModels, models_of
from analysis.vision.face.pipeline import NotMeasurable, analyse_face
from analysis.vision.phantom import Person, Scene, Vitiligo, take_photo
from analysis.vision.releases import find_release, read_release
from analysis.vision.terms import Modality, View

FIRST_SEED = 950_000
"""Of the people who are photographed twice; apart from those that train and those that judge."""

POSE_ERROR = 3.0
"""Standard deviation in degrees of the turn from the mark; the scene draws pitch, roll, distance and the rest
as for any picture."""

Values = Sequence[float] | NDArray[np.float64]

log = logging.getLogger(__name__)


def standard_error(first: Values, second: Values) -> float:
    """Standard error of measurement (consistency) of paired values, in their unit.

    Two-way analysis of variance with two captures a subject: the error mean square is half the variance of
    the differences. Raises ValueError for fewer than two pairs or for unequal lengths.
    """
    if len(first) != len(second) or len(first) < 2:
        raise ValueError("At least two pairs are needed, and every value needs its partner.")
    differences = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    return float(np.sqrt(differences.var(ddof=1) / 2))


def smallest_detectable_change(sem: float) -> float:
    """SDC95 = 1.96 sqrt(2) SEM, in the unit of `sem`."""
    return float(1.96 * np.sqrt(2) * sem)


@dataclass(frozen=True)
class Pair:
    """F-Vitiligo of two captures of one unchanged face, in percent."""

    measured: tuple[float, float]
    true: tuple[float, float]


def measure_pairs(seed: int, *, releases: Mapping[str, Path], jitter: float) -> dict[View, Pair]:
    """Two captures of one phantom by view; a view with a refusal is left out.

    `releases` are release folders by task.
    """
    torch.set_num_threads(1)
    models = models_of({task: read_release(folder) for task, folder in releases.items()})
    rng = np.random.default_rng(seed)
    person = Person.from_seed(seed)
    vitiligo = Vitiligo.from_seed(seed, extent=float(rng.uniform(0.03, 0.35)), kind="bilateral")
    vitiligo = vitiligo.repigmented(float(rng.uniform(0, 0.6)))
    mark = float(np.clip(rng.normal(56, 9), 44, 90))
    pairs = {}
    for view, turn in ((View.LEFT, -mark), (View.FRONT, 0.0), (View.RIGHT, mark)):
        scenes = [
            Scene(
                view=view,
                modality=Modality.UV_REFLECTANCE,
                capture_seed=seed * 10 + capture,
                yaw=turn + float(rng.normal(0, POSE_ERROR * jitter)),
                jitter=jitter,
            )
            for capture in (1, 2)
        ]
        values = [value for scene in scenes if (value := _measure(person, vitiligo, scene, models))]
        if len(values) == 2:
            (one, true_one), (other, true_other) = values
            pairs[view] = Pair((one, other), (true_one, true_other))
    return pairs


def _measure(
    person: Person, vitiligo: Vitiligo, scene: Scene, models: FaceModels
) -> tuple[float, float] | None:
    """Measured and true percent of one capture; None where it is refused."""
    photo = take_photo(person, vitiligo, scene, size=(448, 608))
    result = analyse_face(photo.image, models, view=scene.view, modality=scene.modality)
    if isinstance(result, NotMeasurable) or photo.truth.f_vitiligo is None:
        return None
    return result.f_vitiligo, photo.truth.f_vitiligo


def main() -> None:
    parser = argparse.ArgumentParser(description="Repeatability of F-Vitiligo on phantom people.")
    parser.add_argument("weights", type=Path)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--jitter", type=float, default=1.0, help="1: free hand, 0.5: with a ghost outline")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    seeds = range(FIRST_SEED, FIRST_SEED + options.people)
    folders = {task: find_release(options.weights, task).folder for task in TASKS}
    with ProcessPoolExecutor(options.workers) as pool:
        work = pool.map(partial(measure_pairs, releases=folders, jitter=options.jitter), seeds)
        people = list(tqdm(work, total=len(seeds), unit="person"))
    for view in View:
        pairs = [person[view] for person in people if view in person]
        sem, true_sem = (
            standard_error(*zip(*values, strict=True))
            for values in ([pair.measured for pair in pairs], [pair.true for pair in pairs])
        )
        log.info(
            "%s: n %s, SEM %.2f, SDC95 %.2f points (true values: SEM %.2f, SDC95 %.2f)",
            view,
            len(pairs),
            sem,
            smallest_detectable_change(sem),
            true_sem,
            smallest_detectable_change(true_sem),
        )


if __name__ == "__main__":
    main()
