"""How far two photographs of one unchanged face differ: the smallest detectable change of a release.

    python -m analysis.vision.training.repeatability WEIGHTS --people 30

photographs phantom people that never train twice in every view, under UV reflectance, and prints SEM and
SDC95 by view.
"""

import argparse
import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from analysis.vision.face.models import load_models
from analysis.vision.face.pipeline import NotMeasurable, analyse_face
from analysis.vision.phantom import Person, Scene, Vitiligo, take_photo
from analysis.vision.terms import Modality, View

FIRST_SEED = 950_000
"""Of the people who are photographed twice; apart from those that train and those that judge."""

log = logging.getLogger(__name__)


def standard_error(first: Sequence[float], second: Sequence[float]) -> float:
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


def measure_pairs(seed: int, *, weights: Path) -> dict[View, tuple[float, float]]:
    """F-Vitiligo, in percent, of two captures of one phantom by view; a view with a refusal is left out."""
    torch.set_num_threads(1)
    models = load_models(weights)
    rng = np.random.default_rng(seed)
    person = Person.from_seed(seed)
    vitiligo = Vitiligo.from_seed(seed, extent=float(rng.uniform(0.03, 0.35)), kind="bilateral")
    vitiligo = vitiligo.repigmented(float(rng.uniform(0, 0.6)))
    pairs = {}
    for view in View:
        values = []
        for capture in (1, 2):
            scene = Scene(view=view, modality=Modality.UV_REFLECTANCE, capture_seed=seed * 10 + capture)
            photo = take_photo(person, vitiligo, scene, size=(448, 608))
            result = analyse_face(photo.image, models, view=view, modality=scene.modality)
            if not isinstance(result, NotMeasurable):
                values.append(result.f_vitiligo)
        if len(values) == 2:
            pairs[view] = (values[0], values[1])
    return pairs


def main() -> None:
    parser = argparse.ArgumentParser(description="Repeatability of F-Vitiligo on phantom people.")
    parser.add_argument("weights", type=Path)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    seeds = range(FIRST_SEED, FIRST_SEED + options.people)
    with ProcessPoolExecutor(options.workers) as pool:
        work = pool.map(partial(measure_pairs, weights=options.weights), seeds)
        people = list(tqdm(work, total=len(seeds), unit="person"))
    for view in View:
        pairs = [pair[view] for pair in people if view in pair]
        sem = standard_error([one for one, _ in pairs], [other for _, other in pairs])
        log.info(
            "%s: n %s, SEM %.2f, SDC95 %.2f points", view, len(pairs), sem, smallest_detectable_change(sem)
        )


if __name__ == "__main__":
    main()
