"""What a patient was treated with, as lanes over time. Pure: no Django, no drawing library.

One lane for each treatment; where two courses of one treatment overlap, the second gets a lane of its own,
so that nothing covers anything. The page and the report draw the same lanes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from reports.charts.wording import Translate, same


class Family(StrEnum):
    """What a treatment is by its kind; it gives a lane its colour, never its meaning alone."""

    LIGHT = "light"
    TOPICAL = "topical"
    ORAL = "oral"
    SURGERY = "surgery"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Pause:
    """From the first day without the treatment to the day on which it went on; None: not yet."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One treatment from its start to its stop; None: it goes on. `detail` is dose and adherence in words."""

    name: str
    family: Family
    start: date
    stop: date | None = None
    pauses: tuple[Pause, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A session of phototherapy; `name` is the lane on which it is drawn."""

    on: date
    name: str
    text: str
    warned: bool = False


@dataclass(frozen=True, slots=True)
class Mishap:
    """An adverse event."""

    on: date
    grade: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Therapy:
    """`today` is where a treatment that goes on ends for now."""

    today: date
    courses: tuple[Course, ...] = ()
    ticks: tuple[Tick, ...] = ()
    mishaps: tuple[Mishap, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.courses or self.ticks or self.mishaps)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which a treatment was given, the gaps taken out. `goes_on`: it has not ended by today."""

    start: date
    end: date
    goes_on: bool


@dataclass(slots=True)
class Lane:
    name: str
    family: Family
    courses: list[Course] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)

    def is_free(self, course: Course, today: date) -> bool:
        """Whether the course begins after everything on the lane has ended."""
        return all((other.stop or today) < course.start for other in self.courses)


def lanes_of(therapy: Therapy) -> tuple[Lane, ...]:
    """The lanes from top to bottom, in the order in which their treatments began."""
    lanes: list[Lane] = []
    for course in sorted(therapy.courses, key=lambda one: (one.start, one.name)):
        own = [lane for lane in lanes if lane.name == course.name]
        lane = next((lane for lane in own if lane.is_free(course, therapy.today)), None)
        if lane is None:
            lane = Lane(course.name, course.family)
            lanes.append(lane)
        lane.courses.append(course)
    for tick in therapy.ticks:
        _lane_of(tick, lanes, therapy.today).ticks.append(tick)
    return tuple(lanes)


def _lane_of(tick: Tick, lanes: list[Lane], today: date) -> Lane:
    """The lane of the course that the session fell into, else the first of its name, else a new one."""
    named = [lane for lane in lanes if lane.name == tick.name]
    inside = (lane for lane in named for one in lane.courses if one.start <= tick.on <= (one.stop or today))
    found = next(inside, None) or (named[0] if named else None)
    if found is None:
        found = Lane(tick.name, Family.LIGHT)
        lanes.append(found)
    return found


def stretches_of(course: Course, today: date) -> Iterator[Stretch]:
    """The course without its pauses, in order. A pause that goes on ends the last stretch."""
    end = course.stop or today
    start = course.start
    for pause in sorted(course.pauses, key=lambda one: one.start):
        if pause.start > start:
            yield Stretch(start, min(pause.start, end), goes_on=False)
        if pause.end is None:
            return
        start = pause.end
    if start <= end:
        yield Stretch(start, end, goes_on=course.stop is None)


def days_of(therapy: Therapy) -> Sequence[date]:
    """Every day that a lane needs to have room for, except how long ago a treatment began."""
    stops = [course.stop or therapy.today for course in therapy.courses]
    starts = [course.start for course in therapy.courses]
    moments = [tick.on for tick in therapy.ticks] + [mishap.on for mishap in therapy.mishaps]
    return sorted([*starts, *stops, *moments])


BEFORE = timedelta(days=60)
"""How far the time axis of the response reaches back for treatments that began earlier: further, a cream
used for ten years would press a year of visits into a corner."""


def widened(first: date, last: date, therapy: Therapy) -> tuple[date, date]:
    """The time axis of the response, with room for the therapy."""
    days = days_of(therapy)
    if not days:
        return first, last
    margin = timedelta(days=max(7, (last - first).days // 30))
    earliest = max(days[0] - margin, first - BEFORE)
    latest = days[-1] + margin if days[-1] > last - margin else last
    return min(first, earliest), max(last, latest)


def course_text(course: Course, _: Translate = same) -> str:
    """A course in words: 'NB-UVB: 2026-01-02 to 2026-03-01; 3 sessions a week; paused from ... to ...'."""
    days = _("{start} to {stop}") if course.stop else _("since {start}")
    when = days.format(start=course.start.isoformat(), stop=course.stop and course.stop.isoformat())
    parts = [f"{course.name}: {when}"]
    parts += [course.detail] if course.detail else []
    parts += [pause_text(pause, _) for pause in course.pauses]
    return "; ".join(parts)


def pause_text(pause: Pause, _: Translate = same) -> str:
    if pause.end is None:
        return _("paused since {start}").format(start=pause.start.isoformat())
    return _("paused from {start} to {end}").format(start=pause.start.isoformat(), end=pause.end.isoformat())


def mishap_text(mishap: Mishap, _: Translate = same) -> str:
    text = _("Adverse event of grade {grade}, {day}").format(grade=mishap.grade, day=mishap.on.isoformat())
    return f"{text}: {mishap.text}" if mishap.text else text


def therapy_lines(therapy: Therapy, _: Translate = same) -> list[str]:
    """The lanes in words, for a reader who does not see them."""
    lines = [course_text(course, _) for course in sorted(therapy.courses, key=lambda one: one.start)]
    for name in dict.fromkeys(tick.name for tick in therapy.ticks):
        days = [tick.on for tick in therapy.ticks if tick.name == name]
        lines.append(
            _("{name}: {count} sessions from {first} to {last}").format(
                name=name, count=len(days), first=min(days).isoformat(), last=max(days).isoformat()
            )
        )
    return lines + [mishap_text(mishap, _) for mishap in therapy.mishaps]


def spaced(places: Iterable[float], *, least: float) -> list[bool]:
    """For each place from left to right, whether a text beside it has `least` room before the next one."""
    ordered = list(places)
    following = [*ordered[1:], float("inf")][: len(ordered)]
    return [after - here >= least for here, after in zip(ordered, following, strict=True)]
