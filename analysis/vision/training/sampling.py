"""Which faces meet in a batch."""

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.vision.training.data import FaceSample


def draw_samples(
    rng: np.random.Generator, samples: Sequence[FaceSample], weights: Mapping[str, float], number: int
) -> list[FaceSample]:
    """Draw faces: first a source, as often as its weight says, then a person of it, then a picture of that
    person.

    A set with many pictures of few people, or a large one, does not drown the others. Sources without a
    weight have 1.
    """
    tree: dict[str, dict[str, list[FaceSample]]] = {}
    for sample in samples:
        tree.setdefault(sample.source, {}).setdefault(sample.subject, []).append(sample)
    sources = sorted(tree)
    odds = np.array([weights.get(source, 1.0) for source in sources])
    drawn = []
    for _ in range(number):
        people = tree[str(rng.choice(sources, p=odds / odds.sum()))]
        pictures = people[str(rng.choice(sorted(people)))]
        drawn.append(pictures[int(rng.integers(len(pictures)))])
    return drawn
