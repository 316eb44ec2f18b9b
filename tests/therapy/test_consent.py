"""Without consent a researcher sees nothing, and carries nothing away: over every place there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver

from analysis.models import Run
from clinic.accounts.models import Role, User
from clinic.audit.models import Event
from imaging.models import Photo
from imaging.refusals import NoConsent
from patients.consents.gate import refuses_photographs
from patients.models import (
    ActivitySign,
    AdverseEvent,
    Consent,
    Patient,
    PhototherapySession,
    Score,
    Treatment,
    TreatmentPause,
    Visit,
)
from reports.documents import make_report
from reports.models import Report
from tests.analysis.results import active_rows
from tests.house.sources import APPS
from tests.house.test_addresses import SAMPLES, walk
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
SECRET = "Secretname"
GIVEN, WITHDRAWN = date(2026, 1, 2), date(2026, 2, 1)

# Purposes that stand, and purposes that were withdrawn; then: may a researcher see, and carry away?
CONSENTS: dict[str, tuple[list[str], list[str], bool, bool]] = {
    "nothing recorded": ([], [], False, False),
    "care alone": (["care"], [], False, False),
    "all but research": (["care", "teaching", "export"], [], False, False),
    "research withdrawn": (["care", "export"], ["research"], False, False),
    "research": (["research"], [], True, False),
    "export withdrawn": (["research"], ["export"], True, False),
    "withdrawn and given again": (["research", "export"], ["research", "export"], True, True),
    "research and export": (["research", "export"], [], True, True),
}


@dataclass(frozen=True)
class Record:
    """One row of everything about one patient."""

    patient: Patient
    visit: Visit
    photo: Photo
    run: Run
    report: Report
    rows: dict[str, int]


@pytest.fixture
def record(dermatologist: User) -> Record:
    releases = active_rows()
    patient = Patient.objects.create(record_number="S-1", name=SECRET, birth_date=date(1980, 2, 3))
    visit = pictures.visit(patient)
    photo = sittings.photo_of(visit, "front", dermatologist)
    run = sittings.measure(photo, releases)
    treatment = Treatment.objects.create(
        patient=patient, kind="tacrolimus", started_on=date(2026, 1, 1), note=SECRET, stop_reason=SECRET
    )
    session = PhototherapySession.objects.create(
        patient=patient,
        date=date(2026, 3, 1),
        device="Booth",
        dose=200,
        seconds=50,
        operator=dermatologist,
        reason=SECRET,
    )
    rows = {
        "patients": patient.pk,
        "visits": visit.pk,
        "photos": photo.pk,
        "runs": run.pk,
        "measurements": run.measurements.get().pk,
        "treatments": treatment.pk,
        "treatment-pauses": TreatmentPause.objects.create(
            treatment=treatment, paused_on=date(2026, 2, 1), reason=SECRET
        ).pk,
        "adverse-events": AdverseEvent.objects.create(
            patient=patient, date=date(2026, 2, 2), grade=1, description=SECRET
        ).pk,
        "phototherapy-sessions": session.pk,
        "scores": Score.objects.create(
            patient=patient, kind="dlqi", value=Decimal(7), date=date(2026, 3, 4), note=SECRET
        ).pk,
        "activity-signs": ActivitySign.objects.create(
            patient=patient, date=date(2026, 3, 4), sign="koebner", is_present=True
        ).pk,
    }
    return Record(patient, visit, photo, run, pseudonymous_report(visit), rows)


def pseudonymous_report(visit: Visit) -> Report:
    """Of a time when a researcher was still allowed to make it."""
    scholar = User.objects.create_user("former", role=Role.RESEARCHER)
    agree(visit.patient, ["research", "export"], [])
    report = make_report(visit=visit, user=scholar)
    visit.patient.consents.all().delete()
    return report


def agree(patient: Patient, standing: list[str], withdrawn: list[str]) -> None:
    for purpose in withdrawn:
        Consent.objects.create(
            patient=patient, purpose=purpose, given_on=GIVEN, withdrawn_on=WITHDRAWN, document=SECRET
        )
    for purpose in standing:
        Consent.objects.create(patient=patient, purpose=purpose, given_on=WITHDRAWN, document=SECRET)


def places_shown(record: Record) -> list[str]:
    """Where a researcher reads about one patient."""
    patient, visit, photo, run = record.patient.pk, record.visit.pk, record.photo.pk, record.run.pk
    return [
        f"/patients/{patient}/",
        f"/patients/{patient}/scores/",
        f"/patients/{patient}/phototherapy/",
        f"/patients/{patient}/chart.json",
        f"/visits/{visit}/",
        f"/photos/{photo}/",
        f"/photos/{photo}/display.jpg",
        f"/photos/{photo}/thumbnail.jpg",
        f"/runs/{run}/outline.png",
        f"/runs/{run}/layers/vitiligo.png",
        f"/api/photos/{photo}/display/",
        *(f"/api/{route}/{key}/" for route, key in record.rows.items()),
    ]


def places_carried_away(record: Record) -> list[str]:
    """Where a file leaves the application."""
    return [f"/runs/{record.run.pk}/masks/vitiligo.png", f"/reports/{record.report.pk}/report.pdf"]


def report_of(record: Record) -> str:
    """Where a report is asked for, by POST."""
    return f"/patients/{record.patient.pk}/visits/{record.visit.pk}/report/"


def status_of(client: Client, address: str) -> int:
    """A file is read to its end, which closes it. `close()` would end the test's database connection too."""
    answer = client.get(address)
    b"".join(answer)
    return answer.status_code


LISTS = ["patients", "visits", "photos", "runs", "measurements", "consents", "treatments"]
LISTS += ["treatment-pauses", "adverse-events", "phototherapy-sessions", "scores", "activity-signs"]


@pytest.mark.parametrize("state", CONSENTS)
def test_a_researcher_sees_and_takes_what_was_agreed_to(
    client_of: ClientOf, researcher: User, record: Record, state: str
) -> None:
    standing, withdrawn, may_see, may_take = CONSENTS[state]
    agree(record.patient, standing, withdrawn)
    client = client_of(researcher)
    for address in places_shown(record):
        answer = client.get(address)
        assert answer.status_code == (200 if may_see else 404), address
        if may_see and not address.endswith((".jpg", ".png", "/display/")):
            assert SECRET not in answer.content.decode(), address
    for address in places_carried_away(record):
        expected = 200 if may_take else 403 if may_see else 404
        assert status_of(client, address) == expected, address
    made = client.post(report_of(record)).status_code
    assert made == (302 if may_take else 403 if may_see else 404)
    for route in LISTS:
        answer = client.get(f"/api/{route}/")
        assert bool(answer.json()["count"]) == may_see, route
        assert SECRET not in answer.content.decode(), route
    assert Patient.objects.exportable_by(researcher).exists() == may_take
    page = client.get(f"/patients/{record.patient.pk}/")
    for link in (report_of(record), places_carried_away(record)[1]):
        assert (link in page.content.decode()) == may_take


def test_a_refused_export_is_on_record(client_of: ClientOf, researcher: User, record: Record) -> None:
    agree(record.patient, ["research"], [])
    client_of(researcher).post(report_of(record))
    event = Event.objects.about(record.patient).get(action=Event.Action.REFUSE)
    assert event.detail == {"what": "report", "needs": "export"}
    assert not Event.objects.filter(action=Event.Action.EXPORT, user=researcher).exists()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DERMATOLOGIST, Role.PHOTOGRAPHER])
def test_staff_that_treats_needs_no_research_consent(
    client_of: ClientOf, make_user: Callable[..., User], record: Record, role: Role
) -> None:
    client = client_of(make_user(role, username="treating"))
    for address in [*places_shown(record), *places_carried_away(record)]:
        assert status_of(client, address) == 200, address


@pytest.mark.slow
def test_no_address_at_all_tells_a_researcher_of_a_patient_who_did_not_agree(
    client_of: ClientOf, researcher: User, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those that are added later: nothing here is listed by hand."""
    agree(record.patient, ["care", "export"], ["research"])
    own = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]
    keys = {row.pk for model in own for row in model._default_manager.all() if isinstance(row.pk, int)}
    client = client_of(researcher)
    told = []
    for path in sorted(addresses_of(keys, monkeypatch)):
        answer = client.get(path)
        body = b"".join(answer)
        if answer.status_code == 200 and names(body, record.patient):
            told.append(path)
    assert told == []


def addresses_of(keys: set[int], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    found: set[str] = set()
    words = ["left", "front", "face", "vitiligo", "treatment", "session", "score", "nb_uvb"]
    for key, word in product(sorted(keys), words):
        for kind, sample in {"int": str(key), "slug": word, "str": word}.items():
            monkeypatch.setitem(SAMPLES, kind, sample)
        found |= {path for _name, path in walk(get_resolver().url_patterns, "", "")}
    return {path for path in found if not path.startswith(("/accounts/", "/api/schema", "/api/docs"))}


def names(body: bytes, patient: Patient) -> bool:
    text = body.decode(errors="ignore")
    return any(secret in text for secret in (SECRET, patient.record_number, patient.pseudonym)) or (
        body[:4] in {b"\xff\xd8\xff\xe0", b"\x89PNG", b"%PDF"}
    )


@pytest.mark.parametrize(
    ("standing", "withdrawn", "refused"),
    [
        ([], [], False),
        (["care"], [], False),
        ([], ["care"], True),
        (["care"], ["care"], False),
        (["research"], ["care"], True),
        ([], ["research"], False),
    ],
)
def test_no_photograph_after_the_consent_to_it_was_withdrawn(
    record: Record, dermatologist: User, standing: list[str], withdrawn: list[str], refused: bool
) -> None:
    agree(record.patient, standing, withdrawn)
    assert refuses_photographs(record.patient) == refused
    if not refused:
        assert sittings.photo_of(record.visit, "left", dermatologist).pk
        return
    with pytest.raises(NoConsent, match="withdrawn"):
        sittings.photo_of(record.visit, "left", dermatologist)


def test_consents_by_program(
    client_of: ClientOf, photographer: User, researcher: User, record: Record
) -> None:
    nurse = client_of(photographer)
    facts = {
        "patient": record.patient.pk,
        "purpose": "research",
        "given_on": "2026-02-01",
        "document": "F-12",
    }
    for wrong in ({"purpose": "anything"}, {"given_on": "2999-01-01"}, {"given_on": "1970-01-01"}):
        assert nurse.post("/api/consents/", {**facts, **wrong}).status_code == 400, wrong
    made = nurse.post("/api/consents/", facts)
    assert made.status_code == 201
    assert nurse.post("/api/consents/", facts).status_code == 400
    address = f"/api/consents/{made.json()['id']}/"
    assert "document" not in client_of(researcher).get(address).json()
    assert nurse.patch(address, {"purpose": "care"}, content_type="application/json").status_code == 405
    for wrong_day in ("2026-01-31", "2999-01-01", ""):
        assert nurse.post(f"{address}withdraw/", {"withdrawn_on": wrong_day}).status_code == 400
    assert nurse.post(f"{address}withdraw/", {"withdrawn_on": "2026-03-01"}).status_code == 200
    assert nurse.post(f"{address}withdraw/", {"withdrawn_on": "2026-03-02"}).status_code == 400
    assert client_of(researcher).get(address).status_code == 404
