"""The networks of this process: loaded once, and loaded anew when other releases become active."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from analysis.models import ModelRelease
from analysis.releases import active_releases, read_active
from analysis.vision.face.models import FaceModels, models_of


@dataclass(frozen=True)
class Predictor:
    """The networks, and the rows that say which releases they are, by task."""

    models: FaceModels
    releases: dict[str, ModelRelease]


def active_predictor() -> Predictor:
    """The networks of the active releases. Raises WeightsMissing or WeightsMismatch.

    The files are compared with their cards at each call, and a file that was altered after it was loaded
    stops measuring as well: its next reader would get other numbers.
    """
    rows = active_releases()
    cards = tuple(read_active(rows[task]).card.to_json() for task in sorted(rows))
    return Predictor(_load(tuple(rows[task].pk for task in sorted(rows)), cards), rows)


def active_models(device: str = "cpu") -> FaceModels:
    """The networks of the active releases, on a device. Raises WeightsMissing or WeightsMismatch."""
    return models_of({task: read_active(row) for task, row in active_releases().items()}, device)


@lru_cache(maxsize=1)
def _load(release_ids: tuple[int, ...], _cards: tuple[str, ...]) -> FaceModels:
    """The networks; loaded anew also when only a card changed, for it says how they are asked."""
    rows = ModelRelease.objects.filter(pk__in=release_ids)
    return models_of({row.task: read_active(row) for row in rows})
