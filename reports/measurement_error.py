"""Which smallest detectable change judges a value: the clinic's own for its releases, or that of the card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from analysis.models import ModelRelease, Run
from reports.charts.series import Track
from reports.charts.wording import track_name
from reports.models import AdoptedError
from reports.slots import Slot


@dataclass(frozen=True)
class MeasurementError:
    """SDC95 in percentage points by track, and who found it out."""

    sdc95: dict[Track, float] = field(default_factory=dict)
    release: ModelRelease | None = None
    adopted: AdoptedError | None = None
    own: tuple[Track, ...] = ()
    """The tracks that the clinic studied itself; the others are those of the card."""

    @property
    def sentence(self) -> str:
        """Which error is meant, for the page that uses it."""
        if not self.sdc95:
            return _(
                "The measurement error of these releases is not known; no difference is called a change."
            )
        card = _("Measurement error: SDC95 from the card of {release}.").format(release=self.release)
        if self.adopted is None:
            return card
        day = self.adopted.adopted_at.date().isoformat()
        own = _("Measurement error: SDC95 from this clinic's own study {study}, adopted {day}").format(
            study=self.adopted.study.name, day=day
        )
        others = [track_name(track, _) for track in self.sdc95 if track not in self.own]
        if not others:
            return f"{own}."
        return _("{own}; {views}: from the card of {release}.").format(
            own=own, views=", ".join(others), release=self.release
        )


def card_errors(release: ModelRelease | None) -> dict[Track, float]:
    """SDC95 by view, as far as the card of a release knows it."""
    known: Mapping[str, Any] = release.card.get("sdc") or {} if release else {}
    return {track: float(known[track.value]) for track in Track if track.value in known}


Key = tuple[int | None, int | None, int | None]
Adopted = Mapping[Key, AdoptedError]


def standing_adoptions() -> dict[Key, AdoptedError]:
    """What the clinic adopted, by detector, matting and vitiligo release: for many patients in one query."""
    standing = AdoptedError.objects.standing().select_related("study")
    return {(one.detector_id, one.matting_id, one.vitiligo_id): one for one in standing}


def error_of_run(run: Run | None, adoptions: Adopted | None = None) -> MeasurementError:
    """The error of the values that the releases of a run measure."""
    if run is None or run.vitiligo is None:
        return MeasurementError()
    from_card = card_errors(run.vitiligo)
    known = standing_adoptions() if adoptions is None else adoptions
    adopted = known.get((run.detector_id, run.matting_id, run.vitiligo_id))
    if adopted is None:
        return MeasurementError(from_card, run.vitiligo)
    own = {track: float(adopted.figures[track.value]["sdc95"]) for track in Track if track in adopted.figures}
    return MeasurementError({**from_card, **own}, run.vitiligo, adopted, tuple(own))


def error_of_slots(slots: Iterable[Slot], adoptions: Adopted | None = None) -> MeasurementError:
    """The error of the newest measured value among the slots: the one that is judged."""
    measured = [slot.run for slot in slots if slot.run is not None and slot.measurement is not None]
    return error_of_run(measured[-1] if measured else None, adoptions)
