"""The cohort by program: the page's figures, and the patients behind them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from clinic.accounts.models import User
from clinic.audit.models import Event
from patients.models import Consent, Patient, Treatment, Visit
from reports.charts.cohort import DAYS_A_MONTH, wilson
from tests.analysis.results import active_rows
from tests.pages import sittings

pytestmark = pytest.mark.django_db
FIRST = date(2025, 1, 6)


@pytest.fixture
def add_course(photographer: User) -> Callable[..., Patient]:
    """add_course(number, rows=[...]): front views half a year apart; a row is a quarter of a point."""
    releases = active_rows()
    releases["vitiligo"].card = {"sdc": {"front": 0.9}}
    releases["vitiligo"].save()

    def add(number: int, *, rows: list[int], research: bool = False) -> Patient:
        patient = Patient.objects.create(
            record_number=f"C-{number}", name=f"Person {number}", birth_date=date(1980, 1, 1)
        )
        for step, extent in enumerate(rows):
            day = FIRST + timedelta(days=round(6 * step * DAYS_A_MONTH))
            visit = Visit.objects.create(patient=patient, date=day, skin_condition=Visit.SkinCondition.CLEAN)
            sittings.measure(sittings.photo_of(visit, "front", photographer), releases, rows=extent)
        Treatment.objects.create(patient=patient, kind="ruxolitinib", started_on=FIRST)
        if research:
            Consent.objects.create(patient=patient, purpose="research", given_on=FIRST)
        return patient

    return add


def test_shares_and_curves(nurse: APIClient, add_course: Callable[..., Patient]) -> None:
    add_course(1, rows=[80, 40, 10])
    add_course(2, rows=[80, 79, 78])
    said = nurse.get("/api/cohort/", {"track": "front", "threshold": "50"}).json()
    assert (said["patients"], said["with_baseline"], said["without_error"]) == (2, 2, 0)
    half = {share["month"]: share for share in said["shares"] if share["threshold"] == 50}
    assert {month: (share["reached"], share["assessed"]) for month, share in half.items()} == {
        6: (1, 2),
        12: (1, 2),
    }
    assert (half[6]["low"], half[6]["high"]) == pytest.approx(wilson(1, 2))
    (curve,) = said["curves"]
    assert (curve["n"], curve["events"], curve["group"]) == (2, 1, "Ruxolitinib 1.5 %, topical")
    assert [step["share"] for step in curve["steps"]] == [0.0, 0.5]
    assert curve["at_risk"][0] == {"month": 0, "patients": 2}
    assert Event.objects.filter(action="read", detail__what="cohort").count() == 1


def test_the_courses_behind_the_points(nurse: APIClient, add_course: Callable[..., Patient]) -> None:
    patient = add_course(1, rows=[80, 40])
    (course,) = nurse.get("/api/cohort/courses/", {"track": "front"}).json()
    assert (course["patient"], course["baseline"]) == (patient.pk, FIRST.isoformat())
    (seen,) = course["assessments"]
    assert (seen["reduction"], seen["is_beyond_error"]) == (pytest.approx(50), True)


def test_a_researcher_counts_only_those_who_agreed(
    scholar: APIClient, add_course: Callable[..., Patient]
) -> None:
    agreed = add_course(1, rows=[80, 40], research=True)
    add_course(2, rows=[80, 40])
    assert scholar.get("/api/cohort/", {"track": "front"}).json()["patients"] == 1
    courses = scholar.get("/api/cohort/courses/", {"track": "front"}).json()
    assert [course["patient"] for course in courses] == [agreed.pk]


@pytest.mark.parametrize("question", [{"track": "back"}, {"threshold": "51"}, {"phototype": "x"}])
def test_a_question_that_cannot_be_read_is_refused(nurse: APIClient, question: dict[str, str]) -> None:
    answer = nurse.get("/api/cohort/", question)
    assert (answer.status_code, list(answer.json())) == (400, list(question))


@pytest.mark.parametrize("count", [1, 3])
def test_more_patients_do_not_cost_more_queries(
    nurse: APIClient,
    add_course: Callable[..., Patient],
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        add_course(number, rows=[40, 30])
    with django_assert_num_queries(10):
        nurse.get("/api/cohort/", {"track": "front"})
