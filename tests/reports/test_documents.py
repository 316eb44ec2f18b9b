"""Reports as documents: numbers, bytes that never change, what replaces what, and who may have which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader
from pytest_django import Settings

from analysis.models import Alignment, ModelRelease, Review
from analysis.reviews import sign_reviews
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.integrity import check_file, expected_files
from patients.models import Consent, Patient, Purpose, Visit
from reports.charts.wording import Translate
from reports.documents import ReportAltered, ReportRefused, make_report, read_report
from reports.models import Report
from reports.pdf import ReportContent, build_pdf
from reports.services import report_content
from tests.analysis.results import active_rows
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year


@pytest.fixture
def patient(db: None) -> Patient:
    return pictures.patient(research=True)


@pytest.fixture
def releases(db: None) -> dict[str, ModelRelease]:
    return active_rows()


@pytest.fixture
def visit(patient: Patient, photographer: User, releases: dict[str, ModelRelease]) -> Visit:
    return sittings.measured_visits(patient, photographer, releases, [30, 20])[1]


def sign(visit: Visit, signer: User, view: str = "") -> None:
    reviews = Review.objects.unsigned().filter(photo__visit=visit)
    chosen = reviews.filter(photo__view=view) if view else reviews
    sign_reviews(reviews=list(chosen.select_related("photo")), signer=signer)


def text_of(report: Report) -> str:
    with report.file.open("rb") as file:
        pages = PdfReader(BytesIO(file.read())).pages
        text = " ".join(page.extract_text() for page in pages)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))


class TestNumbers:
    def test_count_up_within_the_year(self, visit: Visit, patient: Patient, dermatologist: User) -> None:
        other = pictures.visit(patient, 20)
        numbers = [make_report(visit=one, user=dermatologist).number for one in (visit, other)]
        assert numbers == [f"VT-{YEAR}-000001", f"VT-{YEAR}-000002"]

    def test_begin_as_the_clinic_wants(self, visit: Visit, dermatologist: User, settings: Settings) -> None:
        settings.REPORT_PREFIX = "SKIN"
        assert make_report(visit=visit, user=dermatologist).number == f"SKIN-{YEAR}-000001"

    def test_stand_for_facts_and_not_for_clicks(
        self, visit: Visit, dermatologist: User, photographer: User
    ) -> None:
        first = make_report(visit=visit, user=dermatologist)
        assert make_report(visit=visit, user=photographer) == first
        assert Report.objects.count() == 1

    def test_another_language_is_another_report(self, visit: Visit, dermatologist: User) -> None:
        first = make_report(visit=visit, user=dermatologist)
        with translation.override("ko"):
            second = make_report(visit=visit, user=dermatologist)
        assert second.supersedes == first


class TestSuperseding:
    def test_a_signature_makes_a_new_report_that_names_the_old(
        self, visit: Visit, dermatologist: User
    ) -> None:
        draft = make_report(visit=visit, user=dermatologist)
        with draft.file.open("rb") as file:
            before = file.read()
        sign(visit, dermatologist)
        signed = make_report(visit=visit, user=dermatologist)
        assert (signed.supersedes, signed.number) == (draft, f"VT-{YEAR}-000002")
        assert (draft.measured_values, draft.signed_values) == (3, 0)
        assert (signed.measured_values, signed.signed_values) == (3, 3)
        assert f"Report {signed.number} · replaces {draft.number}" in text_of(signed)
        assert "replaces" not in text_of(draft)
        with draft.file.open("rb") as file:
            assert file.read() == before
        assert list(Report.objects.current()) == [signed]

    def test_a_race_has_one_winner_and_a_sentence(
        self, visit: Visit, dermatologist: User, photographer: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another report of the visit is stored while this one is drawn."""
        from reports import documents

        def meanwhile(content: ReportContent, *, translate: Translate) -> bytes:
            monkeypatch.setattr(documents, "build_pdf", build_pdf)
            make_report(visit=visit, user=photographer)
            return build_pdf(content, translate=translate)

        monkeypatch.setattr(documents, "build_pdf", meanwhile)
        with pytest.raises(ReportRefused, match="at the same moment"):
            make_report(visit=visit, user=dermatologist)
        (kept,) = Report.objects.all()
        assert kept.author == photographer
        assert [check_file(file) for file in expected_files() if "report" in file.owner] == [None]


class TestContent:
    def test_says_what_is_signed_by_whom_and_what_is_not(self, visit: Visit, dermatologist: User) -> None:
        dermatologist.first_name, dermatologist.last_name = "Mira", "Kovač"
        dermatologist.save()
        sign(visit, dermatologist, "left")
        text = text_of(make_report(visit=visit, user=dermatologist))
        review = Review.objects.get(state="signed")
        moment = timezone.localtime(review.signed_at).strftime("%Y-%m-%d %H:%M")
        table = text[text.index("Review and signature") :]
        assert f"Left 5.0 % Final: reviewed and signed by a dermatologist Mira Kovač · {moment}" in table
        assert table.count("Draft by software: not reviewed by a clinician not signed") == 2
        assert "Of the 3 values of earlier visits in this report, 0 are signed." in table
        assert "Draft produced by software" in text

    def test_a_signed_report_is_no_draft(self, visit: Visit, dermatologist: User) -> None:
        sign(visit, dermatologist)
        assert "Draft produced by software" not in text_of(make_report(visit=visit, user=dermatologist))

    def test_a_researcher_s_report_names_nobody(
        self, visit: Visit, dermatologist: User, researcher: User, patient: Patient
    ) -> None:
        sign(visit, dermatologist)
        clinical = make_report(visit=visit, user=dermatologist)
        Consent.objects.create(patient=patient, purpose=Purpose.EXPORT, given_on=date(2026, 1, 2))
        report = make_report(visit=visit, user=researcher)
        assert report.is_pseudonymous
        assert report.supersedes is None
        text = text_of(report)
        for secret in (patient.name, dermatologist.username):
            assert secret not in text
        assert "a dermatologist" in text
        assert list(Report.objects.visible_to(researcher)) == [report]
        assert set(Report.objects.visible_to(dermatologist)) == {report, clinical}


class TestBytes:
    @pytest.fixture
    def report(self, visit: Visit, dermatologist: User) -> Report:
        return make_report(visit=visit, user=dermatologist)

    def test_are_checked_before_they_leave(
        self, report: Report, private_folder: Path, client_of: Callable[[User], Client], dermatologist: User
    ) -> None:
        path = private_folder / str(report.file.name)
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        with pytest.raises(ReportAltered):
            read_report(report=report, user=dermatologist)
        answer = client_of(dermatologist).get(reverse("reports:report_file", args=[report.pk]))
        assert answer.status_code == 500
        assert "is not handed out" in answer.content.decode()
        assert Event.objects.about(report).filter(action="refuse").count() == 2
        assert not Event.objects.about(report).filter(action="export").exists()

    def test_leave_on_record(
        self, report: Report, client_of: Callable[[User], Client], dermatologist: User
    ) -> None:
        answer = client_of(dermatologist).get(reverse("reports:report_file", args=[report.pk]))
        assert answer.content.startswith(b"%PDF")
        assert len(answer.content) == report.byte_size
        assert Event.objects.about(report).get(action="export").user == dermatologist

    def test_are_not_for_everyone(
        self, report: Report, client_of: Callable[[User], Client], researcher: User
    ) -> None:
        address = reverse("reports:report_file", args=[report.pk])
        assert client_of(researcher).get(address).status_code == 404
        assert Client().get(address).status_code == 302

    def test_stay_although_somebody_asks_the_database(self, report: Report) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(sha256="0" * 64)
        with pytest.raises(DatabaseError), transaction.atomic():
            Report.objects.filter(pk=report.pk)._raw_delete("default")


def test_the_patient_s_page_lists_them_with_what_replaced_them(
    visit: Visit, dermatologist: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(dermatologist)
    address = reverse("pages:patient", args=[visit.patient_id])
    assert "No report yet." in client.get(address).content.decode()
    first = make_report(visit=visit, user=dermatologist)
    assert "0 of 3 values signed" in client.get(address).content.decode()
    sign(visit, dermatologist)
    second = make_report(visit=visit, user=dermatologist)
    page = client.get(address).content.decode()
    card = page[page.index('id="reports"') :]
    assert card.index(second.number) < card.index(f"replaced by {second.number}")
    assert "Signed values" in card
    for report in (first, second):
        assert reverse("reports:report_file", args=[report.pk]) in card


def test_asking_with_get_makes_nothing(
    visit: Visit, dermatologist: User, client_of: Callable[[User], Client]
) -> None:
    address = reverse("reports:visit_report", args=[visit.patient_id, visit.pk])
    assert client_of(dermatologist).get(address).status_code == 405
    assert not Report.objects.exists()


def test_the_fingerprint_sees_every_field(visit: Visit, dermatologist: User) -> None:
    from dataclasses import replace

    from reports.pdf.digest import content_digest

    content = report_content(visit=visit, user=dermatologist)
    same = replace(content, number="VT-1", replaces="VT-0", generated_by="x", generated_at=timezone.now())
    digest = content_digest(content, language="en")
    assert content_digest(same, language="en") == digest
    others = [
        replace(content, readings=content.readings[:-1]),
        replace(content, photos=content.photos[:-1]),
        replace(content, visit=replace(content.visit, notes="x")),
        replace(content, sdc95=9.9),
    ]
    digests = {content_digest(one, language="en") for one in others}
    assert len({*digests, digest, content_digest(content, language="ko")}) == len(others) + 2


def test_a_comparison_that_is_not_made_yet_is_said_and_asked_for(visit: Visit, dermatologist: User) -> None:
    first = make_report(visit=visit, user=dermatologist)
    assert "had not been laid over each other" in text_of(first)
    assert Alignment.objects.waiting().count() == 3
    assert make_report(visit=visit, user=dermatologist) == first
    Alignment.objects.update(status="refused", reason_code="overlap")
    later = make_report(visit=visit, user=dermatologist)
    assert later.supersedes == first
    assert "had not been laid over each other" not in text_of(later)
    assert Alignment.objects.count() == 3
