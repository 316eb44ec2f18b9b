"""Held-out faces with painted vitiligo: the same pictures every time."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from analysis.vision.terms import Modality
from analysis.vision.training.data import FaceSample
from analysis.vision.training.painting import Brush, paint_face

JUDGING = Brush(without_vitiligo=0.0, untouched=0.0)
"""Every face gets vitiligo; the rest as in training."""


def painted(samples: Iterable[FaceSample], *, modality: Modality, seed: int = 0) -> list[FaceSample]:
    """Each face once, at its own resolution, with vitiligo under one lamp; a function of the seed alone.

    The source of the result is the set's name with the lamp, such as "faces_parsing, visible".
    """
    brush = replace(JUDGING, modalities=((modality, 1.0),))
    result = []
    for index, sample in enumerate(samples):
        face = paint_face(np.random.default_rng((seed, index)), sample.image, sample.parts, brush)
        name = f"{sample.source}, {modality.value.replace('_', ' ')}"
        result.append(
            replace(sample, image=face.image, vitiligo=face.vitiligo, source=name, modality=modality.value)
        )
    return result
