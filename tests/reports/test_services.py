"""From stored photographs to the chart and the report, for those who may read them."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from analysis.claims import Claim, claim_run
from analysis.models import ModelRelease, Run
from analysis.outcomes import fail_run, finish_run, refuse_run
from analysis.overrides import override_warning
from analysis.vision.face.reasons import Reason
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.services import store_photo
from patients.models import Consent, Patient, Purpose, Visit
from reports.charts import Status, Track, Verdict
from reports.pdf import build_pdf
from reports.services import report_content, response_of, response_summary
from tests.analysis.results import BLURRED, SHARP, active_rows, face_result
from tests.imaging.pictures import photograph

pytestmark = pytest.mark.django_db
VIEWS = ("left", "front", "right")


@pytest.fixture
def patient(db: None) -> Patient:
    return Patient.objects.create(
        record_number="병록 12/7", name="김민준", birth_date=date(1980, 6, 3), phototype=4, is_synthetic=True
    )


@pytest.fixture
def add_visit(patient: Patient, photographer: User) -> Callable[..., Visit]:
    """add_visit(months, left=..., front=..., right=...): a measured visit, or what `how` does with a run."""

    def add(months: int, **how: Callable[[Claim], object]) -> Visit:
        visit = Visit.objects.create(
            patient=patient, date=date(2026, 1, 5) + timedelta(days=30 * months), skin_condition="clean"
        )
        for number, view in enumerate(VIEWS):
            photo = store_photo(
                visit=visit,
                view=view,
                modality="uv_reflectance",
                file=photograph(10 * months + number),
                user=photographer,
            )
            claim = claim_run(run_id=photo.runs.get().pk)
            assert claim is not None
            how.get(view, measured)(claim)
        return visit

    return add


def measured(claim: Claim) -> object:
    return finish_run(claim=claim, result=face_result(), releases=active_rows())


def refused(claim: Claim) -> None:
    refuse_run(claim=claim, code="no_face")


def failed(claim: Claim) -> None:
    fail_run(claim=claim, code="workers_died", facts={"attempts": 3})


def text_of(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(unicodedata.normalize("NFKC", page.extract_text()) for page in pages))


class TestResponse:
    def test_measured_refused_failed_and_waiting_stay_apart(self, add_visit: Callable[..., Visit]) -> None:
        visit = add_visit(0, left=refused, right=failed)
        readings = {reading.track: reading for reading in response_of(patient=visit.patient).readings}
        assert readings[Track.FRONT].f_vitiligo == 12.5
        assert (readings[Track.LEFT].status, readings[Track.LEFT].f_vitiligo) == (Status.NOT_MEASURABLE, None)
        assert (readings[Track.RIGHT].status, readings[Track.RIGHT].f_vitiligo) == (Status.FAILED, None)
        Run.objects.create(photo=visit.photos.get(view="front"))
        again = {reading.track: reading for reading in response_of(patient=visit.patient).readings}
        assert (again[Track.FRONT].status, again[Track.FRONT].f_vitiligo) == (Status.WAITING, None)

    def test_error_comes_from_the_card(self, add_visit: Callable[..., Visit]) -> None:
        visit = add_visit(0)
        assert response_summary(patient=visit.patient)[Track.FRONT].change is None
        add_visit(1)
        change = response_summary(patient=visit.patient)[Track.FRONT].change
        assert change is not None
        assert change.verdict is Verdict.ERROR_UNKNOWN
        ModelRelease.objects.filter(task="vitiligo").update(card={"sdc": {"front": 1.5}})
        summary = response_summary(patient=visit.patient)
        front, pooled = summary[Track.FRONT].change, summary[Track.POOLED].latest
        assert front is not None
        assert front.verdict is Verdict.WITHIN_ERROR
        assert pooled is not None
        assert pooled.f_vitiligo == 12.5

    def test_ends_with_the_visit_it_is_asked_for(self, add_visit: Callable[..., Visit]) -> None:
        first, _second = add_visit(0), add_visit(1)
        readings = response_of(patient=first.patient, until=first).readings
        assert {reading.visit for reading in readings} == {first.pk}

    def test_asks_the_database_as_often_for_one_visit_as_for_three(
        self, add_visit: Callable[..., Visit], django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        visit = add_visit(0)
        for visits in (1, 2):
            add_visit(visits)
            with django_assert_num_queries(6):
                response_of(patient=visit.patient)


class TestChart:
    def test_points_open_their_photos(
        self, add_visit: Callable[..., Visit], client_of: Callable[[User], Client], dermatologist: User
    ) -> None:
        visit = add_visit(0)
        client = client_of(dermatologist)
        figure = client.get(reverse("reports:response_chart", args=[visit.patient_id])).json()
        links = {link for trace in figure["data"] for link in trace["customdata"]}
        assert {reverse("pages:photo", args=[photo.pk]) for photo in visit.photos.all()} <= links
        assert figure["summary"][0] == "Left: 12.5 %"

    def test_theme(self, patient: Patient, client_of: Callable[[User], Client], dermatologist: User) -> None:
        address = reverse("reports:response_chart", args=[patient.pk])
        client = client_of(dermatologist)
        inks = {
            theme: client.get(address, {"theme": theme}).json()["layout"]["font"]["color"]
            for theme in ("light", "dark", "'><script>")
        }
        assert inks["light"] != inks["dark"]
        assert inks["'><script>"] == inks["light"]

    def test_is_not_found_by_those_who_may_not(
        self, patient: Patient, client_of: Callable[[User], Client], researcher: User
    ) -> None:
        address = reverse("reports:response_chart", args=[patient.pk])
        assert client_of(researcher).get(address).status_code == 404
        assert not Event.objects.about(patient).exists()


class TestReport:
    @pytest.fixture
    def fetch(self, client_of: Callable[[User], Client]) -> Callable[[User, Visit], Any]:
        def get(user: User, visit: Visit) -> Any:
            address = reverse("reports:visit_report", args=[visit.patient_id, visit.pk])
            return client_of(user).post(address, follow=True)

        return get

    def test_is_a_file_to_take_away(
        self, add_visit: Callable[..., Visit], fetch: Callable[[User, Visit], Any], dermatologist: User
    ) -> None:
        visit = add_visit(0, right=refused)
        answer = fetch(dermatologist, visit)
        assert answer.headers["Content-Type"] == "application/pdf"
        number = visit.reports.get().number
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{number}-127-2026-01-05.pdf"'
        assert answer.headers["Cache-Control"] == "private, no-store"
        text = text_of(answer.content)
        for part in (
            "김민준",
            "병록 12/7",
            "12.5 %",
            "Synthetic data",
            "No face was found",
            "UV reflectance",
            "2" * 64,
        ):
            assert part in text
        event = Event.objects.about(visit.reports.get()).get(action=Event.Action.EXPORT)
        assert (event.user, event.detail) == (dermatologist, {"what": "report"})

    def test_outlines_come_from_the_stored_masks(
        self, add_visit: Callable[..., Visit], dermatologist: User
    ) -> None:
        content = report_content(visit=add_visit(0, left=refused), user=dermatologist)
        left, front, _right = content.photos
        assert left.image is not None
        assert left.face is None
        assert front.vitiligo is not None
        assert (front.vitiligo.shape, int(front.vitiligo.sum())) == ((400, 320), 2500)

    def test_a_researcher_reads_a_pseudonym(
        self, add_visit: Callable[..., Visit], fetch: Callable[[User, Visit], Any], researcher: User
    ) -> None:
        visit = add_visit(0)
        visit.notes = "김민준 called."
        visit.save()
        assert fetch(researcher, visit).status_code == 404
        for purpose in (Purpose.RESEARCH, Purpose.EXPORT):
            Consent.objects.create(patient=visit.patient, purpose=purpose, given_on=date(2026, 1, 1))
        answer = fetch(researcher, visit)
        text = text_of(answer.content)
        assert visit.patient.pseudonym in text
        assert visit.patient.pseudonym.lower() in answer.headers["Content-Disposition"]
        for secret in ("김민준", "12/7", "1980"):
            assert secret not in text

    def test_a_visit_belongs_to_the_patient_in_the_address(
        self, add_visit: Callable[..., Visit], client_of: Callable[[User], Client], dermatologist: User
    ) -> None:
        visit = add_visit(0)
        other = Patient.objects.create(record_number="R-2", name="Other", birth_date=date(1990, 1, 1))
        address = reverse("reports:visit_report", args=[other.pk, visit.pk])
        assert client_of(dermatologist).post(address).status_code == 404

    def test_a_visit_without_photographs(
        self, patient: Patient, fetch: Callable[[User, Visit], Any], dermatologist: User
    ) -> None:
        visit = Visit.objects.create(patient=patient, date=date(2026, 2, 1))
        assert "No photo of this view" in text_of(fetch(dermatologist, visit).content)


class TestQuality:
    def test_the_report_prints_warnings_with_who_accepted_them_and_why(
        self, add_visit: Callable[..., Visit], dermatologist: User, researcher: User
    ) -> None:
        def warned(claim: Claim) -> object:
            result = face_result(
                quality=(replace(SHARP, code=Reason.TOO_DARK), replace(BLURRED, code=Reason.GLARE), BLURRED)
            )
            return finish_run(claim=claim, result=result, releases=active_rows())

        visit = add_visit(0, front=warned)
        run = Run.objects.get(photo__visit=visit, photo__view="front")
        override_warning(run=run, code="blurred", reason="Only the 머리 moved.", user=dermatologist)
        content = report_content(visit=visit, user=dermatologist)
        assert [(one.track, one.level) for one in content.quality] == [
            (Track.FRONT, "Warning"),
            (Track.FRONT, "Accepted"),
        ]
        assert {one.track for one in content.glare} == {Track.LEFT, Track.FRONT, Track.RIGHT}
        text = text_of(build_pdf(content))
        for part in (
            "Quality of the photos of this visit",
            f"{dermatologist.username}, ",
            "Only the 머리 moved.",
            "not accepted",
            "Front: 0.1 % of the face is burnt out by glare.",
            "F-Vitiligo is 12.5 % with these pixels, 12.5 % without.",
        ):
            assert part in text
        Consent.objects.create(patient=visit.patient, purpose=Purpose.RESEARCH, given_on=date(2026, 1, 2))
        assert "moved" not in text_of(build_pdf(report_content(visit=visit, user=researcher)))

    def test_photos_that_passed_need_no_section(
        self, add_visit: Callable[..., Visit], dermatologist: User
    ) -> None:
        content = report_content(visit=add_visit(0, left=refused), user=dermatologist)
        assert content.quality == ()
