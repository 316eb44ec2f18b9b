"""Regions and maps of change for the report of a visit, from what is stored: a report computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from numpy.typing import NDArray
from PIL import Image

from analysis.alignments import NoPair, request_alignment
from analysis.models import Alignment, Measurement
from imaging.models import Photo, Rendition
from patients.models import Patient
from reports.charts import Track
from reports.pdf.photos import face_window
from reports.pdf.place_facts import ChangeSheet, Places, RegionCell, RegionFacts
from reports.slots import Slot
from reports.where import RegionTrend, regions_of_patient

NOT_MADE = gettext_noop(
    "The two photographs had not been laid over each other when this report was written. A report that is "
    "made later shows what changed."
)
SHAPE = 0.95
"""Width by height of the place for a map."""


def places_of(patient: Patient, slots: Sequence[Slot], here: Sequence[Slot], day: date) -> Places:
    """What is known at the visit of `day`, whose slots are `here`; `slots` are those up to it."""
    rows = regions_of_patient(patient=patient, until=day)
    regions = [
        RegionFacts(name=row.label, cells=tuple(_cell(trend, day) for trend in row.trends)) for row in rows
    ]
    return Places(
        regions=tuple(region for region in regions if any(region.cells)),
        changes=tuple(_changes(slots, here)),
    )


def _cell(trend: RegionTrend | None, day: date) -> RegionCell | None:
    if trend is None or trend.latest.taken_on != day:
        return None
    never = all(reading.f_vitiligo == 0 for reading in trend.readings)
    return RegionCell(value=trend.latest.f_vitiligo, points=None if never else trend.change)


def request_changes(slots: Sequence[Slot], here: Sequence[Slot]) -> None:
    """Have the pairs laid over each other that no worker was asked for yet: for the next report."""
    for first, second in _pairs(slots, here):
        if first.photo is not None and second.photo is not None:
            with suppress(NoPair):  # of one day
                request_alignment(first=first.photo, second=second.photo)


def _pairs(slots: Sequence[Slot], here: Sequence[Slot]) -> list[tuple[Slot, Slot]]:
    """The first measured photograph of each view, and that of this visit, in the order of the views."""
    found = []
    for slot in here:
        first = next((one for one in slots if one.view == slot.view and one.measurement), None)
        if slot.measurement and first and first.measurement != slot.measurement:
            found.append((first, slot))
    order = list(Track)
    return sorted(found, key=lambda pair: order.index(Track(pair[0].view)))


def _changes(slots: Sequence[Slot], here: Sequence[Slot]) -> Iterator[ChangeSheet]:
    """One sheet a pair, whether it has a map, cannot have one, or has none yet."""
    pairs = _pairs(slots, here)
    made = {
        (alignment.first_id, alignment.second_id): alignment
        for alignment in Alignment.objects.select_related("first__run__photo__visit").filter(
            first__in=[first.measurement for first, _later in pairs],
            second__in=[later.measurement for _first, later in pairs],
        )
    }
    for first, second in pairs:
        if first.measurement and second.measurement:
            alignment = made.get((first.measurement.pk, second.measurement.pk))
            yield _sheet(first, alignment)


def _sheet(first: Slot, alignment: Alignment | None) -> ChangeSheet:
    track, since = Track(first.view), first.visit.date
    if alignment is None or alignment.is_waiting:
        return ChangeSheet(track=track, since=since, refusal=_(NOT_MADE))
    if not alignment.is_aligned:
        return ChangeSheet(track=track, since=since, refusal=alignment.reason)
    photo = alignment.first.run.photo
    return ChangeSheet(
        track=track,
        since=since,
        picture=_picture(photo, alignment),
        repigmented=alignment.repigmented or 0.0,
        depigmented=alignment.depigmented or 0.0,
        stable=alignment.stable or 0.0,
        outside=alignment.outside or 0.0,
        residual=alignment.residual or 0.0,
    )


def _picture(photo: Photo, alignment: Alignment) -> NDArray[np.uint8]:
    """The earlier photo with the map over it, cut to the face."""
    rendition = photo.renditions.get(kind=Rendition.Kind.DISPLAY)
    with rendition.file.open("rb") as ground, Image.open(ground) as picture:
        under = picture.convert("RGBA")
    with alignment.map_file.open("rb") as drawn, Image.open(drawn) as picture:
        over = picture.convert("RGBA")
    if over.size != under.size:
        over = over.resize(under.size)
    whole = np.asarray(Image.alpha_composite(under, over).convert("RGB"), np.uint8)
    window = face_window(_box(alignment.first, photo), SHAPE * photo.height / photo.width)
    return window.cut(whole)


def _box(measurement: Measurement, photo: Photo) -> NDArray[np.uint8]:
    """The box of the face as a coarse mask of the photo."""
    mask = np.zeros((200, 200), np.uint8)
    x0, y0, x1, y1 = measurement.face_box
    rows = slice(int(200 * y0 / photo.height), max(1, int(200 * y1 / photo.height)))
    mask[rows, int(200 * x0 / photo.width) : max(1, int(200 * x1 / photo.width))] = 1
    return mask
