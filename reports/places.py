"""Regions and maps of change for the report of a visit, from what is stored: a report computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from analysis.models import Alignment, Measurement
from imaging.models import Photo, Rendition
from patients.models import Patient
from reports.charts import Track
from reports.pdf.photos import face_window
from reports.pdf.place_facts import ChangeSheet, Places, RegionCell, RegionFacts
from reports.slots import Slot
from reports.where import RegionTrend, regions_of_patient

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
        changes=tuple(_sheet(alignment) for alignment in _alignments(slots, here)),
    )


def _cell(trend: RegionTrend | None, day: date) -> RegionCell | None:
    if trend is None or trend.latest.taken_on != day:
        return None
    never = all(reading.f_vitiligo == 0 for reading in trend.readings)
    return RegionCell(value=trend.latest.f_vitiligo, points=None if never else trend.change)


def _alignments(slots: Sequence[Slot], here: Sequence[Slot]) -> list[Alignment]:
    """Finished comparisons of this visit's measurements with the first measurement of their view."""
    found = []
    for slot in here:
        first = next((one.measurement for one in slots if one.view == slot.view and one.measurement), None)
        if slot.measurement and first and first.pk != slot.measurement.pk:
            found.append((first, slot.measurement))
    pairs = Alignment.objects.select_related("first__run__photo__visit").filter(
        first__in=[first for first, _second in found],
        second__in=[second for _first, second in found],
        status__in=[Alignment.Status.ALIGNED, Alignment.Status.REFUSED],
    )
    order = list(Track)
    return sorted(pairs, key=lambda pair: order.index(Track(pair.first.run.photo.view)))


def _sheet(alignment: Alignment) -> ChangeSheet:
    photo = alignment.first.run.photo
    track, since = Track(photo.view), photo.visit.date
    if not alignment.is_aligned:
        return ChangeSheet(track=track, since=since, refusal=alignment.reason)
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
