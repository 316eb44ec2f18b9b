"""A report's content, made of nothing but numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import cv2
import numpy as np
import pytest

from reports.charts import Reading, Status, Track
from reports.charts.series import VIEWS
from reports.pdf import Letterhead, PatientFacts, PhotoSheet, ReleaseFacts, ReportContent, VisitFacts

RELEASE = "face_detector-1 + face_matting-1 + vitiligo-1"


def make_readings(visits: int) -> tuple[Reading, ...]:
    """Three views a visit, a month apart, shrinking; the right view of the second visit has no number."""
    readings = [_reading(view, visit) for visit in range(visits) for view in VIEWS]
    if visits > 1:
        readings[5] = Reading(
            track=Track.RIGHT,
            visit=1,
            taken_on=readings[5].taken_on,
            status=Status.NOT_MEASURABLE,
            reason="no face was found",
        )
    return tuple(readings)


def _reading(view: Track, visit: int) -> Reading:
    return Reading(
        track=view,
        visit=visit,
        taken_on=date(2025, 1, 14) + timedelta(days=30 * visit),
        status=Status.MEASURED,
        n_vitiligo=18_000 // (visit + 1),
        n_face=100_000,
        release=RELEASE,
        modality="uv_reflectance",
        skin_condition="clean",
    )


def make_sheet(view: Track, size: tuple[int, int] = (300, 200)) -> PhotoSheet:
    """A grey oval with one bright patch on black."""
    height, width = size
    face = np.zeros(size, np.uint8)
    cv2.ellipse(face, (width // 2, height // 2), (width // 3, height // 3), 0, 0, 360, 1, -1)
    vitiligo = np.zeros(size, np.uint8)
    cv2.circle(vitiligo, (width // 2, height // 2), width // 12, 1, -1)
    image = np.where(vitiligo[..., None] > 0, 200, face[..., None] * 80).astype(np.uint8)
    return PhotoSheet(track=view, image=np.repeat(image, 3, axis=2), face=face, vitiligo=vitiligo)


def make_content(*, visits: int = 3, name: str = "Anna Kowalska", **changes: Any) -> ReportContent:
    readings = make_readings(visits)
    content = ReportContent(
        letterhead=Letterhead(clinic="Dermatology Clinic", address="12 Example Street"),
        patient=PatientFacts(
            name=name,
            record_number="VT-000417",
            birth_date=date(1988, 5, 2),
            age=37,
            sex="Female",
            phototype="IV",
            vitiligo_type="Non-segmental, generalised",
            is_synthetic=True,
        ),
        visit=VisitFacts(key=visits - 1, date=readings[-1].taken_on, skin_condition="Clean"),
        photos=tuple(make_sheet(view) for view in VIEWS),
        readings=readings,
        releases=(ReleaseFacts(task="Vitiligo segmentation", name="vitiligo-1", sha256="ab" * 32),),
        sdc95=2.2,
        generated_at=datetime(2026, 1, 3, 14, 5, tzinfo=UTC),
        generated_by="Dr. M. Lindqvist",
    )
    return replace(content, **changes)


@pytest.fixture
def content() -> ReportContent:
    return make_content()
