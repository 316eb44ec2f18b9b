"""The networks of this process: loaded once, and loaded anew when other releases become active."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

from analysis.models import ModelRelease
from analysis.releases import active_releases, read_active
from analysis.vision.face.models import FaceModels, models_of

if TYPE_CHECKING:
    from analysis.vision.lesion.models import LesionModels

Networks = TypeVar("Networks")
Releases = dict[str, ModelRelease]


@dataclass(frozen=True)
class Predictor(Generic[Networks]):
    """The networks, and the rows that say which releases they are, by task."""

    models: Networks
    releases: Releases


def active_predictor() -> Predictor[FaceModels]:
    """The networks of the active releases for faces. Raises WeightsMissing or WeightsMismatch.

    The files are compared with their cards at each call, and a file that was altered after it was loaded
    stops measuring as well: its next reader would get other numbers.
    """
    rows = active_releases()
    return Predictor(_load(*_identity(rows)), rows)


def active_lesion_predictor() -> Predictor[LesionModels]:
    """The same for single lesions; where they are missing, faces are measured all the same."""
    rows = active_releases(ModelRelease.LESION_TASKS)
    return Predictor(_load_lesions(*_identity(rows)), rows)


def active_models(device: str = "cpu") -> FaceModels:
    """The networks of the active releases, on a device. Raises WeightsMissing or WeightsMismatch."""
    return models_of({task: read_active(row) for task, row in active_releases().items()}, device)


def _identity(rows: Releases) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Which releases, and what their cards say: networks are loaded anew also when only a card changed, for
    it says how they are asked.
    """
    in_order = [rows[task] for task in sorted(rows)]
    return tuple(row.pk for row in in_order), tuple(read_active(row).card.to_json() for row in in_order)


@lru_cache(maxsize=1)
def _load(release_ids: tuple[int, ...], _cards: tuple[str, ...]) -> FaceModels:
    return models_of({row.task: read_active(row) for row in _rows(release_ids)})


@lru_cache(maxsize=1)
def _load_lesions(release_ids: tuple[int, ...], _cards: tuple[str, ...]) -> LesionModels:
    # Imported here: a worker that sees faces alone does without the libraries of these networks.
    from analysis.vision.lesion.models import lesion_models_of

    return lesion_models_of({row.task: read_active(row) for row in _rows(release_ids)})


def _rows(release_ids: Sequence[int]) -> list[ModelRelease]:
    return list(ModelRelease.objects.filter(pk__in=release_ids))
