"""The cohort's pages: who is counted, who sees whom, and what leaves the clinic."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analysis.models import ModelRelease
from clinic.accounts.models import User
from clinic.audit.models import Event
from patients.models import Consent, Patient, Treatment, Visit
from reports.charts.cohort import DAYS_A_MONTH
from reports.models import StudyGroup
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]
FIRST = date(2025, 1, 6)


@pytest.fixture
def add_course(photographer: User, releases: Releases) -> Callable[..., Patient]:
    """add_course(number, rows=[...], kind=..., consents=[...]): front views at months 0, 6, 12."""

    def add(
        number: int, *, rows: list[int], kind: str = "", consents: tuple[str, ...] = (), **facts: object
    ) -> Patient:
        patient = Patient.objects.create(
            record_number=f"C-{number}", name=f"Person {number}", birth_date=date(1980, 1, 1), **facts
        )
        for step, extent in enumerate(rows):
            visit = Visit.objects.create(
                patient=patient,
                date=FIRST + timedelta(days=round(6 * step * DAYS_A_MONTH)),
                skin_condition=Visit.SkinCondition.CLEAN,
            )
            sittings.measure(sittings.photo_of(visit, "front", photographer), releases, rows=extent)
        if kind:
            Treatment.objects.create(patient=patient, kind=kind, started_on=FIRST)
        for purpose in consents:
            Consent.objects.create(patient=patient, purpose=purpose, given_on=FIRST)
        return patient

    return add


def page_of(client: Client, address: str = "pages:cohort", /, **query: str | int) -> str:
    response = client.get(reverse(address), {"track": "front", **query})
    assert response.status_code == 200
    return response.content.decode()


def test_shares_curves_and_the_patients_behind_them(
    nurse: Client, add_course: Callable[..., Patient]
) -> None:
    good = add_course(1, rows=[80, 40, 10], kind="ruxolitinib")
    none = add_course(2, rows=[80, 79, 78], kind="nb_uvb")
    page = page_of(nurse)
    assert "2 patients with a baseline" in page
    assert "Ruxolitinib 1.5 %, topical" in page
    assert "Fewer than 5 patients" in page
    assert "F-VASI50" not in page
    behind = page_of(nurse, "pages:cohort_patients", month=6, threshold=50)
    assert "1 of 2 reached a reduction of 50 %" in behind
    assert reverse("pages:patient", args=[good.pk]) in behind
    assert reverse("pages:patient", args=[none.pk]) in behind
    assert "within measurement error" in behind


def test_every_point_of_the_charts_leads_to_its_patients(
    nurse: Client, add_course: Callable[..., Patient]
) -> None:
    add_course(1, rows=[80, 40, 10], kind="ruxolitinib")
    figures = nurse.get(reverse("pages:cohort_charts"), {"track": "front", "theme": "dark"}).json()
    half = next(trace for trace in figures["shares"]["data"] if trace["name"] == "≥ 50 %")
    assert half["y"] == [100, 100]
    for address in half["customdata"]:
        assert "1 of 1 reached a reduction of 50 %" in nurse.get(address).content.decode()
    stairs = [trace for trace in figures["curves"]["data"] if "customdata" in trace]
    answer = nurse.get(stairs[0]["customdata"][0]).content.decode()
    assert "1 of 1 reached" in answer


@pytest.mark.parametrize(
    ("query", "counted"),
    [
        ({}, 3),
        ({"treatment": "ruxolitinib"}, 1),
        ({"vitiligo_type": "unisegmental"}, 1),
        ({"facial_subtype": "hairline"}, 1),
        ({"phototype": 5}, 1),
        ({"phototype": 5, "treatment": "ruxolitinib"}, 0),
        ({"phototype": "nonsense"}, 3),
    ],
)
def test_filters(
    nurse: Client, add_course: Callable[..., Patient], query: dict[str, str | int], counted: int
) -> None:
    add_course(1, rows=[40], kind="ruxolitinib", facial_subtype="hairline")
    add_course(2, rows=[40], vitiligo_type="unisegmental")
    add_course(3, rows=[40], phototype=5)
    page = page_of(nurse, **query)
    words = f"{counted} patients with a baseline" if counted > 1 else "1 patient with a baseline"
    assert (words in page) is bool(counted)
    assert ("Nobody belongs to this group" in page) is not bool(counted)


def test_a_researcher_sees_those_who_agreed_and_no_names(
    client_of: Callable[[User], Client], researcher: User, add_course: Callable[..., Patient]
) -> None:
    agreed = add_course(1, rows=[80, 40], consents=("research",))
    add_course(2, rows=[80, 40])
    client = client_of(researcher)
    assert "1 patient with a baseline" in page_of(client)
    behind = page_of(client, "pages:cohort_patients", month=6, threshold=25)
    assert agreed.pseudonym in behind
    assert "Person" not in behind


def test_only_what_patients_agreed_to_leaves_the_clinic(
    client_of: Callable[[User], Client],
    dermatologist: User,
    researcher: User,
    add_course: Callable[..., Patient],
) -> None:
    agreed = add_course(1, rows=[80, 40], kind="ruxolitinib", consents=("research", "export"))
    add_course(2, rows=[80, 40], consents=("research",))
    withdrawn = add_course(3, rows=[80], consents=("export",))
    withdrawn.consents.update(withdrawn_on=FIRST)
    for user in (dermatologist, researcher):
        answer = client_of(user).get(reverse("pages:cohort_csv"))
        lines = list(csv.DictReader(StringIO(answer.content.decode())))
        assert {line["pseudonym"] for line in lines} == {agreed.pseudonym}
        fronts = [line for line in lines if line["view"] == "front"]
        assert [line["f_vitiligo_percent"] for line in fronts] == ["20.0000", "10.0000"]
        assert [line["days_since_first_visit"] for line in fronts] == ["0", "183"]
        assert fronts[0]["treatments"] == "ruxolitinib"
        assert "Person" not in answer.content.decode()
        assert "2025" not in answer.content.decode()
        event = Event.objects.filter(action=Event.Action.EXPORT, user=user).get()
        assert event.detail == {"what": "cohort", "patients": 1}


def test_a_group_is_saved_as_its_question(nurse: Client, add_course: Callable[..., Patient]) -> None:
    add_course(1, rows=[40], kind="ruxolitinib")
    query = "treatment=ruxolitinib&track=front&evil=1"
    nurse.post(reverse("pages:cohort_group_save"), {"name": "Ruxolitinib", "query": query})
    group = StudyGroup.objects.get()
    assert group.query == "treatment=ruxolitinib&track=front&threshold=50&split=treatment"
    assert "Ruxolitinib</a>" in page_of(nurse)
    nurse.post(reverse("pages:cohort_group_delete", args=[group.pk]))
    assert not StudyGroup.objects.exists()


@pytest.mark.parametrize("count", [1, 4])
def test_more_patients_do_not_cost_more_queries(
    nurse: Client,
    add_course: Callable[..., Patient],
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        add_course(number, rows=[40, 30], kind="ruxolitinib")
    with django_assert_num_queries(13):
        page_of(nurse)
