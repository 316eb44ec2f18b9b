"""Readings of F-Vitiligo and the series they form, one for each view and one for the three views pooled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby


class Track(StrEnum):
    """What a line of the chart follows. Left and right are the patient's."""

    LEFT = "left"
    FRONT = "front"
    RIGHT = "right"
    POOLED = "pooled"


VIEWS = (Track.LEFT, Track.FRONT, Track.RIGHT)


class Status(StrEnum):
    """What became of a photo. Only `MEASURED` carries a number; none of the others is ever 0 %."""

    MEASURED = "measured"
    NOT_MEASURABLE = "not_measurable"
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One view at one visit.

    `visit` identifies the visit and orders readings of one day. `n_vitiligo` and `n_face` count pixels on the
    photo's own grid and are given for measured readings only; `reason` is given for all the others. `release`
    names every model release behind the number, `modality` and `skin_condition` the conditions of the photo.
    `n_least` and `n_most` count the lesions without and with their uncertain borders, where that is known.
    `quality_warned` means a warning of the quality check that nobody has overridden; `warning` names it.
    """

    track: Track
    visit: int
    taken_on: date
    status: Status
    n_vitiligo: int | None = None
    n_face: int | None = None
    reason: str = ""
    signed: bool = False
    signed_by: str = ""
    signed_at: datetime | None = None
    corrected_by: str = ""
    release: str = ""
    modality: str = ""
    skin_condition: str = "unknown"
    quality_passed: bool = True
    quality_warned: bool = False
    warning: str = ""
    link: str = ""
    n_least: int | None = None
    n_most: int | None = None

    def __post_init__(self) -> None:
        if self.status is not Status.MEASURED:
            if self.n_vitiligo is not None or self.n_face is not None:
                raise ValueError(f"A reading that is {self.status} carries no pixel counts.")
            return
        if self.n_vitiligo is None or self.n_face is None or not 0 <= self.n_vitiligo <= self.n_face:
            raise ValueError("A measured reading needs 0 <= n_vitiligo <= n_face.")
        if self.n_face == 0:
            raise ValueError("Without face pixels a reading is not measurable.")

    @property
    def f_vitiligo(self) -> float | None:
        """Per cent of visible face pixels, 0 to 100; None unless measured."""
        if self.n_vitiligo is None or self.n_face is None:
            return None
        return 100.0 * self.n_vitiligo / self.n_face

    @property
    def span(self) -> tuple[float, float] | None:
        """Lower and upper end of F-Vitiligo in per cent; None where its uncertainty is not known."""
        if self.n_least is None or self.n_most is None or not self.n_face:
            return None
        return 100.0 * self.n_least / self.n_face, 100.0 * self.n_most / self.n_face

    @property
    def order(self) -> tuple[date, int]:
        return (self.taken_on, self.visit)


@dataclass(frozen=True, slots=True)
class Series:
    """The readings of one track in the order of their visits."""

    track: Track
    readings: tuple[Reading, ...]

    @property
    def measured(self) -> tuple[Reading, ...]:
        return tuple(reading for reading in self.readings if reading.status is Status.MEASURED)


def series_of(readings: Iterable[Reading]) -> tuple[Series, ...]:
    """One series for each of left, front, right, and the pooled one last; a series may be empty."""
    in_order = sorted((r for r in readings if r.track in VIEWS), key=lambda reading: reading.order)
    by_view = [Series(view, tuple(r for r in in_order if r.track is view)) for view in VIEWS]
    return (*by_view, Series(Track.POOLED, pool(in_order)))


def pool(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Three views pooled = sum N_vitiligo / sum N_face, one reading a visit.

    It is measured only where left, front and right all are, under one modality and by one release; otherwise
    it is not measurable and says why. Areas seen in two views count twice, so it is always labelled.
    """
    in_order = sorted((r for r in readings if r.track in VIEWS), key=lambda reading: reading.order)
    visits = groupby(in_order, key=lambda reading: reading.order)
    return tuple(_pool_visit(tuple(of_visit)) for _, of_visit in visits)


def _pool_visit(views: Sequence[Reading]) -> Reading:
    first = views[0]
    reason = _why_not_pooled(views)
    if reason:
        waiting = any(view.status is Status.WAITING for view in views)
        return Reading(
            track=Track.POOLED,
            visit=first.visit,
            taken_on=first.taken_on,
            status=Status.WAITING if waiting else Status.NOT_MEASURABLE,
            reason=reason,
            link=first.link,
        )
    skins = {view.skin_condition for view in views}
    return Reading(
        track=Track.POOLED,
        visit=first.visit,
        taken_on=first.taken_on,
        status=Status.MEASURED,
        n_vitiligo=sum(view.n_vitiligo or 0 for view in views),
        n_face=sum(view.n_face or 0 for view in views),
        signed=all(view.signed for view in views),
        release=first.release,
        modality=first.modality,
        skin_condition=first.skin_condition if len(skins) == 1 else "unknown",
        quality_passed=all(view.quality_passed for view in views),
        quality_warned=any(view.quality_warned for view in views),
        warning="; ".join(dict.fromkeys(view.warning for view in views if view.warning)),
        link=first.link,
    )


def _why_not_pooled(views: Sequence[Reading]) -> str:
    measured = [view.track for view in views if view.status is Status.MEASURED]
    missing = [view.value for view in VIEWS if view not in measured]
    if missing:
        return f"needs all three views; not measured: {', '.join(missing)}"
    if len(measured) > len(VIEWS):
        return "more than one photo of a view"
    if len({view.modality for view in views}) > 1:
        return "the views were taken under different light"
    if len({view.release for view in views}) > 1:
        return "the views were measured by different releases"
    return ""
