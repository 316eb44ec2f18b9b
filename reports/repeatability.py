"""The repeatability study: photographing twice, what came out by view, and taking it over by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import BinaryIO

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analysis.models import ModelRelease, Run
from analysis.repeats import measurement_of
from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.intake.reading import Readable
from imaging.models import Photo, View
from imaging.services import store_repeat
from patients.models import Visit
from reports.agreement import (
    MeanSquares,
    lins_concordance,
    mean_squares,
    sem_interval,
    smallest_detectable_change,
)
from reports.charts.series import VIEWS, Track
from reports.models import AdoptedError, RepeatabilityStudy, RepeatPair
from reports.slots import newest_runs

FEWEST_PATIENTS = 5
"""Below it an interval is so wide that a figure would say nothing."""
ADVISED_PATIENTS = 30

Releases = tuple[ModelRelease, ModelRelease, ModelRelease]


class StudyIncomplete(Exception):
    """The study cannot be adopted yet; the message is fit to show."""


@dataclass(frozen=True)
class PairResult:
    """A pair with the newest run of each photograph; a value is there only where one was measured."""

    pair: RepeatPair
    first: Run | None
    second: Run | None

    @property
    def values(self) -> tuple[float, float] | None:
        values = [_value(run) for run in (self.first, self.second)]
        first, second = values
        return None if first is None or second is None else (first, second)

    @property
    def difference(self) -> float | None:
        return None if self.values is None else self.values[1] - self.values[0]

    @property
    def releases(self) -> Releases | None:
        """The releases behind both values; none where the two were measured by different ones."""
        first, second = (_releases(run) for run in (self.first, self.second))
        return first if first == second else None


@dataclass(frozen=True)
class ViewError:
    """What the pairs of one view say. `low` and `high` bound sdc95; all in percentage points."""

    track: Track
    pairs: int
    patients: int
    sem: float
    sdc95: float
    low: float
    high: float
    icc: float
    concordance: float | None
    bias: float

    @property
    def is_enough(self) -> bool:
        return self.patients >= FEWEST_PATIENTS

    @property
    def is_few(self) -> bool:
        return self.patients < ADVISED_PATIENTS


@transaction.atomic
def start_study(*, name: str, views: Sequence[str], user: User) -> RepeatabilityStudy:
    """Raises PermissionDenied for those who record nothing, ValueError for a view that there is not."""
    _require(user.may_record)
    if not views or any(view not in View.values for view in views):
        raise ValueError("A study needs views out of left, front and right.")
    chosen = [view for view in View.values if view in views]
    study = RepeatabilityStudy.objects.create(name=name, views=chosen, created_by=user)
    record(user=user, action=Event.Action.CREATE, target=study, detail={"views": chosen})
    return study


@transaction.atomic
def choose_visit(*, study: RepeatabilityStudy, visit: Visit, user: User) -> None:
    _require(user.may_record)
    study.visits.add(visit)
    record(user=user, action=Event.Action.CHANGE, target=study, detail={"visit": visit.pk})


@transaction.atomic
def add_repeat(
    *, study: RepeatabilityStudy, first: Photo, file: Readable | BinaryIO, user: User
) -> RepeatPair:
    """Store the second photograph of a pair; one that is there already is withdrawn. Raises PhotoRefused."""
    _require(user.may_record)
    second = store_repeat(first=first, file=file, user=user)
    study.pairs.filter(first=first, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
    study.visits.add(first.visit)
    pair = RepeatPair.objects.create(study=study, first=first, second=second)
    record(user=user, action=Event.Action.CREATE, target=pair, detail={"study": study.pk, "view": first.view})
    return pair


def results_of(pairs: Iterable[RepeatPair]) -> list[PairResult]:
    """The standing pairs with their newest runs, in two queries."""
    pairs = list(pairs)
    # A first photograph that was moved to another view is no partner any more.
    pairs = [pair for pair in pairs if pair.first.view == pair.second.view]
    runs = newest_runs([photo for pair in pairs for photo in (pair.first, pair.second)])
    return [PairResult(pair, runs.get(pair.first_id), runs.get(pair.second_id)) for pair in pairs]


def standing_pairs(study: RepeatabilityStudy) -> Iterable[RepeatPair]:
    pairs = study.pairs.filter(withdrawn_at__isnull=True)
    return pairs.select_related("first__visit__patient", "second").order_by("pk")


def releases_of_study(results: Sequence[PairResult]) -> Releases | None:
    """The releases that measured the most recent complete pair: only pairs of these are counted."""
    found = [result.releases for result in results if result.values is not None and result.releases]
    return found[-1] if found else None


def errors_by_view(results: Sequence[PairResult]) -> list[ViewError]:
    """SEM and SDC95 of left, front, right and the three pooled, where two patients or more were measured."""
    releases = releases_of_study(results)
    counted = [result for result in results if result.values is not None and result.releases == releases]
    by_track = {Track(view): _rows(counted, view) for view in VIEWS}
    by_track[Track.POOLED] = _pooled_rows(counted)
    errors = (_error(track, rows) for track, rows in by_track.items())
    return [error for error in errors if error is not None]


@transaction.atomic
def adopt_errors(*, study: RepeatabilityStudy, user: User) -> AdoptedError:
    """Judge with the study's SDC95 from now on; an earlier one for the same releases ends and is kept.

    Raises StudyIncomplete, and PermissionDenied for those who may not sign.
    """
    _require(user.may_sign)
    results = results_of(standing_pairs(study))
    releases, errors = releases_of_study(results), [e for e in errors_by_view(results) if e.is_enough]
    if releases is None or not errors:
        raise StudyIncomplete(
            _("No view has complete pairs of {n} patients yet. Photograph more patients twice.").format(
                n=FEWEST_PATIENTS
            )
        )
    detector, matting, vitiligo = releases
    keys = {"detector": detector, "matting": matting, "vitiligo": vitiligo}
    for earlier in AdoptedError.objects.standing().filter(**keys).select_for_update():
        end_adoption(adopted=earlier, user=user)
    figures = {error.track.value: _figures(error) for error in errors}
    adopted = AdoptedError.objects.create(study=study, figures=figures, adopted_by=user, **keys)
    detail = {"study": study.pk, "sdc95": {view: entry["sdc95"] for view, entry in figures.items()}}
    record(user=user, action=Event.Action.CREATE, target=adopted, detail=detail)
    return adopted


@transaction.atomic
def end_adoption(*, adopted: AdoptedError, user: User) -> AdoptedError:
    """Return to the card's figures; what was adopted stays in the history."""
    _require(user.may_sign)
    adopted.ended_at, adopted.ended_by = timezone.now(), user
    adopted.save(update_fields=["ended_at", "ended_by"])
    record(user=user, action=Event.Action.CHANGE, target=adopted, detail={"ended": True})
    return adopted


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _value(run: Run | None) -> float | None:
    """What the software measured; a corrected mask would measure the correction."""
    measurement = measurement_of(run)
    return None if measurement is None else float(measurement.f_vitiligo)


def _releases(run: Run | None) -> Releases | None:
    if run is None or run.detector is None or run.matting is None or run.vitiligo is None:
        return None
    return run.detector, run.matting, run.vitiligo


Row = tuple[int, float, float]
"""Patient, first and second value."""


def _rows(results: Iterable[PairResult], view: Track) -> list[Row]:
    return [
        (result.pair.first.visit.patient_id, *result.values)
        for result in results
        if result.values is not None and result.pair.first.view == view.value
    ]


def _pooled_rows(results: Sequence[PairResult]) -> list[Row]:
    """Visits with a pair of each view: the counts of both captures, summed over the views."""
    by_visit: dict[int, dict[str, PairResult]] = {}
    for result in results:
        by_visit.setdefault(result.pair.first.visit_id, {})[result.pair.first.view] = result
    complete = [list(found.values()) for found in by_visit.values() if len(found) == len(VIEWS)]
    return [
        (
            found[0].pair.first.visit.patient_id,
            _share([result.first for result in found]),
            _share([result.second for result in found]),
        )
        for found in complete
    ]


def _share(runs: Iterable[Run | None]) -> float:
    counts = [measurement for run in runs if (measurement := measurement_of(run)) is not None]
    return 100.0 * sum(one.n_vitiligo for one in counts) / sum(one.n_face for one in counts)


def _error(track: Track, rows: Sequence[Row]) -> ViewError | None:
    patients = len({patient for patient, _first, _second in rows})
    if patients < 2:
        return None
    values = [(first, second) for _patient, first, second in rows]
    squares: MeanSquares = mean_squares(values)
    sem = squares.sem_agreement
    low, high = sem_interval(sem, patients)
    firsts, seconds = zip(*values, strict=True)
    is_spread = len({*firsts, *seconds}) > 1
    return ViewError(
        track=track,
        pairs=len(rows),
        patients=patients,
        sem=sem,
        sdc95=smallest_detectable_change(sem),
        low=smallest_detectable_change(low),
        high=smallest_detectable_change(high),
        icc=squares.icc_2_1 if is_spread else 0.0,
        concordance=lins_concordance(firsts, seconds) if is_spread else None,
        bias=sum(seconds) / len(rows) - sum(firsts) / len(rows),
    )


def _figures(error: ViewError) -> dict[str, float]:
    kept = ("pairs", "patients", "sem", "sdc95", "low", "high", "icc")
    return {name: value for name, value in asdict(error).items() if name in kept}
