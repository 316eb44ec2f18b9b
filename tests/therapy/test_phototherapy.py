"""The phototherapy log: sums that are computed, limits that warn, versions that stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from clinic.accounts.models import User
from patients.entries.services import strike_entry
from patients.models import Patient, PhototherapyProtocol, PhototherapySession
from patients.phototherapy.judging import concerns_about
from patients.phototherapy.log import courses_of, log_of
from patients.phototherapy.services import (
    ReasonNeeded,
    correct_session,
    log_session,
    publish_protocol,
)

pytestmark = pytest.mark.django_db
LIMITS = {
    "longest_gap_days": 7,
    "largest_rise_percent": 20,
    "highest_dose_face": 1000,
    "highest_dose_body": 2000,
    "erythema_grade": 2,
    "source": "Decided in March.",
}


def given(patient: Patient, user: User, day: int, dose: int, **facts: Any) -> PhototherapySession:
    """A session in March, not stored."""
    return PhototherapySession(
        **{
            "patient": patient,
            "date": date(2026, 3, day),
            "light": "nb_uvb",
            "device": "Booth 1",
            "region": "face",
            "dose": dose,
            "seconds": 60,
            "operator": user,
            **facts,
        }
    )


@pytest.mark.parametrize(
    ("gap", "before", "dose", "facts", "codes"),
    [
        (2, 500, 500, {}, []),
        (7, 500, 600, {}, []),  # exactly at both limits
        (8, 500, 500, {}, ["gap"]),
        (2, 500, 601, {}, ["rise"]),
        (2, 5, 6, {}, []),
        (2, 3, 4, {}, ["rise"]),
        (2, 900, 1000, {}, []),
        (2, 1000, 1001, {}, ["highest_dose"]),
        (2, 1000, 1001, {"region": "neck"}, ["highest_dose"]),
        (2, 1000, 1001, {"region": "legs"}, []),
        (2, 2000, 2001, {"region": "whole_body"}, ["highest_dose"]),
        (2, 500, 500, {"erythema": 1}, []),
        (2, 500, 500, {"erythema": 2}, ["erythema"]),
        (20, 500, 1200, {"erythema": 4}, ["highest_dose", "erythema", "gap", "rise"]),
        (2, 800, 300, {}, []),
    ],
)
def test_the_protocol_warns_beyond_its_limits_and_not_at_them(
    patient: Patient,
    photographer: User,
    protocol: PhototherapyProtocol,
    gap: int,
    before: int,
    dose: int,
    facts: dict[str, Any],
    codes: list[str],
) -> None:
    session = given(patient, photographer, 30, dose, protocol=protocol, **facts)
    found = concerns_about(session, previous_date=date(2026, 3, 30 - gap), previous_dose=before)
    assert [concern.code for concern in found] == codes
    for concern in found:
        assert "version 1" in concern.sentence
        for advice in ("reduce", "should", "recommend", "increase", "lower the"):
            assert advice not in concern.sentence.lower()


def test_without_a_protocol_nothing_is_judged(patient: Patient, photographer: User) -> None:
    session = log_session(session=given(patient, photographer, 1, 90_000), by=photographer)
    assert session.protocol is None
    assert log_of(patient)[0].concerns == ()


def test_a_first_session_has_no_gap_and_no_rise(
    patient: Patient, photographer: User, protocol: PhototherapyProtocol
) -> None:
    session = given(patient, photographer, 1, 900, protocol=protocol)
    assert concerns_about(session, previous_date=None, previous_dose=None) == ()


def test_the_cumulative_dose_is_of_one_light_and_region(patient: Patient, photographer: User) -> None:
    for day, dose, facts in [
        (1, 200, {}),
        (3, 220, {}),
        (3, 300, {"region": "legs"}),
        (5, 240, {}),
        (6, 400, {"light": "excimer"}),
    ]:
        log_session(session=given(patient, photographer, day, dose, **facts), by=photographer)
    log = log_of(patient)
    assert [logged.cumulative_dose for logged in log] == [200, 420, 300, 660, 400]
    assert [logged.gap_days for logged in log] == [None, 2, None, 2, None]
    courses = courses_of(log)
    assert [(course.last.session.region, course.last.session.light, course.count) for course in courses] == [
        ("face", "excimer", 1),
        ("face", "nb_uvb", 3),
        ("legs", "nb_uvb", 1),
    ]


def test_a_session_struck_out_is_out_of_every_sum(patient: Patient, photographer: User) -> None:
    sessions = [
        log_session(session=given(patient, photographer, day, 200), by=photographer) for day in (1, 3, 5)
    ]
    strike_entry(entry=sessions[1], reason="Twice.", by=photographer)
    assert [(logged.cumulative_dose, logged.gap_days) for logged in log_of(patient)] == [
        (200, None),
        (400, 4),
    ]
    log_session(session=given(patient, photographer, 3, 210), by=photographer)
    assert log_of(patient)[-1].cumulative_dose == 610


def test_a_warning_asks_for_a_reason(
    patient: Patient, photographer: User, protocol: PhototherapyProtocol
) -> None:
    log_session(session=given(patient, photographer, 1, 500), by=photographer)
    with pytest.raises(ReasonNeeded) as needed:
        log_session(session=given(patient, photographer, 3, 700), by=photographer)
    assert [concern.code for concern in needed.value.concerns] == ["rise"]
    assert PhototherapySession.objects.count() == 1
    log_session(session=given(patient, photographer, 3, 700, reason="As ordered."), by=photographer)
    assert log_of(patient)[-1].concerns[0].code == "rise"


def test_old_sessions_keep_the_version_they_were_judged_by(
    patient: Patient, photographer: User, administrator: User, protocol: PhototherapyProtocol
) -> None:
    old = log_session(session=given(patient, photographer, 1, 900), by=photographer)
    newer = publish_protocol(light="nb_uvb", by=administrator, **{**LIMITS, "highest_dose_face": 600})
    assert (newer.version, list(PhototherapyProtocol.objects.newest())) == (2, [newer])
    with pytest.raises(ReasonNeeded):
        log_session(session=given(patient, photographer, 3, 900), by=photographer)
    log_session(session=given(patient, photographer, 3, 900, reason="As before."), by=photographer)
    log = log_of(patient)
    assert [logged.session.protocol for logged in log] == [protocol, newer]
    assert [len(logged.concerns) for logged in log] == [0, 1]
    old.seconds = 61
    correct_session(session=old, changed=["seconds"], by=photographer)
    old.refresh_from_db()
    assert old.protocol == protocol


@pytest.mark.parametrize("wrong", [{"dose": 0}, {"seconds": 0}, {"erythema": 5}])
def test_the_database_refuses_what_cannot_be(
    patient: Patient, photographer: User, wrong: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        given(patient, photographer, 1, **{"dose": 100, **wrong}).save()


def post(client: Client, patient: Patient, user: User, **facts: Any) -> Any:
    data = {
        "date": "2026-03-03",
        "light": "nb_uvb",
        "region": "face",
        "device": "Booth 1",
        "dose": "500",
        "seconds": "60",
        "erythema": "",
        "operator": str(user.pk),
        "reason": "",
    }
    return client.post(reverse("patients:phototherapy", args=[patient.pk]), {**data, **facts})


class TestPage:
    def test_starts_with_the_last_values(self, nurse: Client, patient: Patient, photographer: User) -> None:
        log_session(session=given(patient, photographer, 1, 432, device="Booth 7"), by=photographer)
        page = nurse.get(reverse("patients:phototherapy", args=[patient.pk])).content.decode()
        assert 'value="432"' in page
        assert 'value="Booth 7"' in page
        assert "It does not calculate or recommend a dose." in page

    def test_logs_and_refuses_a_double(self, nurse: Client, patient: Patient, photographer: User) -> None:
        assert post(nurse, patient, photographer).status_code == 302
        second = post(nurse, patient, photographer)
        assert second.status_code == 422
        assert "already logged for this day" in second.content.decode()
        assert PhototherapySession.objects.count() == 1

    def test_shows_the_warning_and_asks_why(
        self, nurse: Client, patient: Patient, photographer: User, protocol: PhototherapyProtocol
    ) -> None:
        page = post(nurse, patient, photographer, dose="1200")
        assert page.status_code == 422
        assert "over the clinic&#x27;s highest dose" in page.content.decode()
        assert "Say why it was given so" in page.content.decode()
        assert post(nurse, patient, photographer, dose="1200", reason="Ordered.").status_code == 302

    @pytest.mark.parametrize(
        "wrong",
        [{"dose": "0"}, {"dose": "-5"}, {"dose": "some"}, {"seconds": ""}, {"erythema": "5"}, {"device": ""}],
    )
    def test_refuses_what_cannot_be(
        self, nurse: Client, patient: Patient, photographer: User, wrong: dict[str, str]
    ) -> None:
        assert post(nurse, patient, photographer, **wrong).status_code == 422
        assert not PhototherapySession.objects.exists()

    @pytest.mark.parametrize("count", [1, 20])
    def test_costs_the_same_for_many(
        self,
        nurse: Client,
        patient: Patient,
        photographer: User,
        count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for day in range(1, count + 1):
            given(patient, photographer, day, 100).save()
        with django_assert_num_queries(10):
            nurse.get(reverse("patients:phototherapy", args=[patient.pk]))

    def test_is_corrected(self, nurse: Client, patient: Patient, photographer: User) -> None:
        session = log_session(session=given(patient, photographer, 3, 400), by=photographer)
        address = reverse("patients:session_edit", args=[session.pk])
        data = {
            "date": "2026-03-03",
            "light": "nb_uvb",
            "region": "face",
            "device": "Booth 1",
            "dose": "410",
            "seconds": "60",
            "erythema": "1",
            "operator": str(photographer.pk),
            "reason": "",
        }
        assert nurse.post(address, data).status_code == 302
        session.refresh_from_db()
        assert (session.dose, session.erythema) == (410, 1)


class TestProtocol:
    def test_is_set_by_administrators_alone(
        self, client_of: Callable[[User], Client], administrator: User, dermatologist: User
    ) -> None:
        address = reverse("patients:protocol_create", args=["nb_uvb"])
        assert client_of(dermatologist).post(address, LIMITS).status_code == 403
        assert client_of(administrator).post(address, LIMITS).status_code == 302
        assert (
            client_of(administrator).post(address, {**LIMITS, "largest_rise_percent": 0}).status_code == 422
        )
        assert PhototherapyProtocol.objects.get().made_by == administrator

    def test_by_program(
        self, api_of: Callable[[User], APIClient], administrator: User, photographer: User
    ) -> None:
        facts = {"light": "excimer", **LIMITS}
        assert api_of(photographer).post("/api/phototherapy-protocols/", facts).status_code == 403
        made = api_of(administrator).post("/api/phototherapy-protocols/", facts)
        assert (made.status_code, made.json()["version"]) == (201, 1)
        address = f"/api/phototherapy-protocols/{made.json()['id']}/"
        assert api_of(administrator).patch(address, {"largest_rise_percent": 50}).status_code == 405


def test_a_session_by_program(
    api_of: Callable[[User], APIClient], photographer: User, patient: Patient, protocol: PhototherapyProtocol
) -> None:
    client = api_of(photographer)
    facts = {
        "patient": patient.pk,
        "date": "2026-03-01",
        "light": "nb_uvb",
        "device": "Booth 1",
        "region": "face",
        "dose": 500,
        "seconds": 60,
    }
    made = client.post("/api/phototherapy-sessions/", facts, format="json")
    assert (made.status_code, made.json()["cumulative_dose"]) == (201, 500)
    assert made.json()["operator"] == photographer.pk
    typed = client.post(
        "/api/phototherapy-sessions/",
        {**facts, "date": "2026-03-02", "cumulative_dose": 1},
        format="json",
    )
    assert typed.json()["cumulative_dose"] == 1000
    refused = client.post(
        "/api/phototherapy-sessions/", {**facts, "date": "2026-03-04", "dose": 900}, format="json"
    )
    assert refused.status_code == 400
    assert "80 % more" in refused.json()["concerns"][0]
    for wrong in ({"dose": 0}, {"erythema": 7}, {"light": "sun"}, {"date": "2999-01-01"}):
        answer = client.post("/api/phototherapy-sessions/", {**facts, **wrong}, format="json")
        assert answer.status_code == 400, wrong
