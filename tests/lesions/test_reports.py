"""The report of a lesion: on the visit's own report, and to take away alone, on record."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from analysis.lesion_reviews import edit_note
from analysis.models import ModelRelease
from analysis.reviews import sign_review
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo
from patients.models import Lesion, Visit
from reports.documents import make_report
from reports.pdf.safety import lesion_sentence
from tests.lesions import sittings
from tests.lesions.ovals import NARROW, SHARP

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(lesion: Lesion, visits: list[Visit], photographer: User) -> Photo:
    return sittings.photographed(lesion, visits[0], photographer, mm_per_pixel=0.02)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_the_report_alone_says_what_the_page_says(
    doctor: Client, photo: Photo, releases: dict[str, ModelRelease]
) -> None:
    sittings.assess(photo, releases, malignancy=0.4)
    answer = doctor.get(reverse("reports:lesion_report", args=[photo.pk]))
    assert 'filename="lesion-r-1-l1-2026-03-01.pdf"' in answer.headers["Content-Disposition"]
    text = text_of(answer.content)
    for part in (
        "L1 Back",
        "U-Net (picked)",
        "40 ± 3.0 %",
        "Indeterminate: needs clinician review",
        "0.0200 mm per pixel",
        "Draft produced by software lesion_unet-1",
        "What a clinician would consider",
        lesion_sentence(),
    ):
        assert part in text, part
    event = Event.objects.about(photo).get(action="export")
    assert event.detail["what"] == "lesion report"


def test_a_note_is_printed_once_a_person_has_worded_it(
    doctor: Client, photo: Photo, releases: dict[str, ModelRelease], dermatologist: User
) -> None:
    assessment = sittings.assess(photo, releases)
    address = reverse("reports:lesion_report", args=[photo.pk])
    assert "Note of a clinician" not in text_of(doctor.get(address).content)
    edit_note(assessment=assessment, note="Seen with the patient.", author=dermatologist)
    text = text_of(doctor.get(address).content)
    assert "Note of a clinician Seen with the patient." in text


def test_a_signature_is_printed(
    doctor: Client, photo: Photo, releases: dict[str, ModelRelease], dermatologist: User
) -> None:
    sign_review(review=sittings.assess(photo, releases).review, signer=dermatologist)
    text = text_of(doctor.get(reverse("reports:lesion_report", args=[photo.pk])).content)
    assert f"Reviewed and signed by {dermatologist.username} on" in text
    assert "Draft produced by software" not in text


def test_a_withheld_estimate_prints_its_reason(doctor: Client, photo: Photo) -> None:
    sittings.withhold(photo, "lesion_tone_not_evaluated")
    text = text_of(doctor.get(reverse("reports:lesion_report", args=[photo.pk])).content)
    assert "Outside the conditions this model was evaluated on (skin tone); result withheld." in text
    assert "±" not in text


def test_the_visit_s_report_has_a_page_for_each_lesion_of_that_visit(
    photo: Photo, lesion: Lesion, visits: list[Visit], releases: dict[str, ModelRelease], dermatologist: User
) -> None:
    sittings.assess(photo, releases, quality=(SHARP, *[NARROW] * 7))
    later = sittings.photographed(lesion, visits[1], dermatologist)
    sittings.assess(later, releases)
    report = make_report(visit=visits[0], user=dermatologist)
    with report.file.open("rb") as file:
        pages = [page.extract_text() for page in PdfReader(file).pages]
    lesions = [page for page in pages if "Single lesion" in page]
    assert len(lesions) == 1
    whole = " ".join(lesions[0].split())
    assert all(
        part in whole for part in ("2026-03-01", "Gates", "Information, not an order", lesion_sentence())
    )
    assert make_report(visit=visits[0], user=dermatologist) == report


def test_without_consent_to_export_a_researcher_takes_nothing_away(
    client_of: Callable[[User], Client], researcher: User, photo: Photo, releases: dict[str, ModelRelease]
) -> None:
    sittings.assess(photo, releases)
    photo.visit.patient.consents.create(purpose="research", given_on="2026-01-01")
    client, address = client_of(researcher), reverse("reports:lesion_report", args=[photo.pk])
    assert client.get(address).status_code == 403
    photo.visit.patient.consents.create(purpose="export", given_on="2026-01-01")
    text = text_of(client.get(address).content)
    assert "Ada Kim" not in text
    assert photo.visit.patient.pseudonym in text
