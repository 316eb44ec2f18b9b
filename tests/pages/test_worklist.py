"""The worklist names what runs, what needs a hand and what is missing, each with its next step."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from analysis.models import ModelRelease
from analysis.reviews import save_masks, sign_review
from clinic.accounts.models import User
from imaging.models import Photo, RetakeRequest
from imaging.retakes import ask_retake
from imaging.services import store_photo
from patients.models import Patient, Visit
from reports.worklists import WORKLISTS, overdue, unsigned
from tests.analysis.results import SHAPE
from tests.imaging import pictures
from tests.lesions import sittings as lesion_sittings
from tests.lesions.results import active_lesion_rows
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]
EMPTY = ("Nothing is running.", "Nothing. Nobody asked for a better photograph.", "No visits yet.")


def test_an_empty_clinic_is_told_how_to_begin(nurse: Client) -> None:
    page = nurse.get(reverse("pages:worklist")).content.decode()
    for sentence in EMPTY:
        assert sentence in page


def test_every_kind_of_work_is_listed_with_its_next_step(
    nurse: Client, visit: Visit, photographer: User
) -> None:
    sittings.photo_of(visit, "left", photographer)
    failed = sittings.photo_of(visit, "front", photographer)
    sittings.fail(failed)
    page = list_of(nurse)
    assert "Waiting for a worker" in page
    assert reverse("pages:photo_rerun", args=[failed.pk]) in page
    assert "fault in the software" in page
    assert "Add photographs" in list_of(nurse, "incomplete")


def test_a_retaken_photograph_needs_no_hand_any_more(nurse: Client, visit: Visit, photographer: User) -> None:
    photo = sittings.photo_of(visit, "left", photographer)
    sittings.refuse(photo)
    assert "No face was found" in list_of(nurse, "not_measurable")
    nurse.post(reverse("pages:photo_withdraw", args=[photo.pk]))
    assert "No face was found" not in list_of(nurse, "not_measurable")


def test_the_running_part_refreshes_by_itself(nurse: Client, visit: Visit, photographer: User) -> None:
    sittings.photo_of(visit, "left", photographer)
    page = nurse.get(reverse("pages:worklist_running")).content.decode()
    assert 'hx-trigger="every 3s"' in page
    assert "<html" not in page


@pytest.mark.parametrize("key", [one.key for one in WORKLISTS])
def test_more_work_does_not_cost_more_queries(
    nurse: Client, photographer: User, releases: Releases, key: str
) -> None:
    """Each list with one of everything in it, and with three."""
    counts = []
    for number in (1, 3):
        for _round in range(number):
            everything(photographer, releases)
        with CaptureQueriesContext(connection) as queries:
            list_of(nurse, key)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 21


def everything(user: User, releases: Releases) -> None:
    """A patient who is overdue, with a value, a lesion, a refused and a failed photo, and a retake."""
    visit = pictures.visit(pictures.patient(f"R-{Patient.objects.count()}"))
    Visit.objects.filter(pk=visit.pk).update(date=timezone.localdate() - timedelta(days=200))
    measured = sittings.photo_of(visit, "left", user)
    sittings.measure(measured, releases)
    lesion = lesion_sittings.photographed(lesion_sittings.entered(visit.patient, user), visit, user)
    lesion_sittings.assess(lesion, active_lesion_rows(), malignancy=0.4)
    sittings.refuse(sittings.photo_of(visit, "front", user))
    sittings.fail(sittings.photo_of(visit, "right", user))
    ask_retake(photo=measured, reason="hair over the temple", user=user)
    pictures.visit(visit.patient, 3)
    Visit.objects.filter(patient=visit.patient).exclude(pk=visit.pk).update(date=date(2020, 1, 1))


def list_of(client: Client, key: str = "") -> str:
    return client.get(reverse("pages:worklist"), {"list": key} if key else {}).content.decode()


def counts_of(page: str) -> dict[str, int]:
    return {key: int(n) for key, n in re.findall(r'\?list=(\w+)".*?class="count">(\d+)', page)}


def test_every_list_counts_what_waits_and_shows_it(
    nurse: Client, photographer: User, releases: Releases
) -> None:
    everything(photographer, releases)
    assert counts_of(list_of(nurse)) == dict.fromkeys([one.key for one in WORKLISTS], 1)
    for key, text in {
        "unsigned": "12.5 %",
        "lesions": "Indeterminate: needs clinician review",
        "retakes": "hair over the temple",
        "not_measurable": "No face was found",
        "failed": "Run again",
        "incomplete": "Add photographs",
        "overdue": "was due",
    }.items():
        assert text in list_of(nurse, key)


def test_a_doctor_begins_with_what_only_a_doctor_can_do(
    nurse: Client,
    photographer: User,
    releases: Releases,
    client_of: Callable[[User], Client],
    dermatologist: User,
) -> None:
    everything(photographer, releases)
    assert "Review and sign" in list_of(client_of(dermatologist))
    assert "hair over the temple" in list_of(nurse)


def test_signing_takes_a_visit_off_the_list_and_an_edit_brings_it_back(
    photographer: User, releases: Releases, visit: Visit, dermatologist: User
) -> None:
    photo = sittings.photo_of(visit, "left", photographer)
    run = sittings.measure(photo, releases)
    assert list(unsigned(dermatologist)) == [visit]
    sign_review(review=photo.reviews.get(), signer=dermatologist)
    assert list(unsigned(dermatologist)) == []
    empty = np.zeros(SHAPE, np.uint8)
    save_masks(run=run, author=dermatologist, reason="reflex", based_on=1, vitiligo=empty)
    assert list(unsigned(dermatologist)) == [visit]


class TestRetakes:
    @pytest.fixture
    def photo(self, visit: Visit, photographer: User, releases: Releases) -> Photo:
        photo = sittings.photo_of(visit, "left", photographer)
        sittings.measure(photo, releases)
        return photo

    def ask(self, client: Client, photo: Photo, reason: str = "blurred chin") -> str:
        address = reverse("pages:retake_ask", args=[photo.pk])
        return client.post(address, {"reason": reason}, follow=True).content.decode()

    def test_are_asked_for_with_a_reason(self, nurse: Client, photo: Photo) -> None:
        assert "Say in a few words" in self.ask(nurse, photo, " ")
        assert "is on the worklist" in self.ask(nurse, photo)
        assert self.ask(nurse, photo, "again").count("blurred chin") == 1
        assert RetakeRequest.objects.count() == 1

    def test_end_when_a_new_photograph_is_there(
        self, nurse: Client, photo: Photo, photographer: User
    ) -> None:
        self.ask(nurse, photo)
        file = pictures.photograph(77, size=(SHAPE[1], SHAPE[0]))
        store_photo(
            visit=photo.visit, view="left", modality="visible", file=file, user=photographer, replace=True
        )
        assert counts_of(list_of(nurse))["retakes"] == 0

    def test_can_be_taken_back(self, nurse: Client, photo: Photo) -> None:
        self.ask(nurse, photo)
        address = reverse("pages:retake_cancel", args=[photo.pk])
        assert "not asked for any more" in nurse.post(address, follow=True).content.decode()
        assert nurse.post(address).status_code == 404
        assert "is on the worklist" in self.ask(nurse, photo, "after all")

    def test_are_not_for_researchers(
        self, client_of: Callable[[User], Client], researcher: User, photo: Photo
    ) -> None:
        client = client_of(researcher)
        assert client.post(reverse("pages:retake_ask", args=[photo.pk]), {"reason": "x"}).status_code == 403


# The patient's interval in weeks, that of the clinic, days since the last visit, whether overdue.
FOLLOW_UPS = [
    (None, 12, 84, False),
    (None, 12, 85, True),
    (None, 0, 999, False),
    (4, 12, 28, False),
    (4, 12, 29, True),
    (0, 12, 999, False),
    (52, 12, 200, False),
    (26, 0, 183, True),
]


@pytest.mark.parametrize(("own", "usual", "days", "late"), FOLLOW_UPS)
def test_overdue(
    settings: Settings, photographer: User, visit: Visit, own: int | None, usual: int, days: int, late: bool
) -> None:
    settings.FOLLOW_UP_WEEKS = usual
    Patient.objects.update(follow_up_weeks=own)
    Visit.objects.update(date=timezone.localdate() - timedelta(days=days))
    found = list(overdue(photographer))
    assert found == ([visit.patient] if late else [])
    for patient in found:
        assert patient.follow_up is not None
        assert patient.follow_up < timedelta(days=days)


def test_a_patient_who_never_came_is_not_overdue(photographer: User, patient: Patient) -> None:
    assert list(overdue(photographer)) == []


def test_long_lists_come_in_pages(nurse: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.pages.worklist.PER_PAGE", 2)
    for day in (1, 2, 3):
        pictures.visit(patient, day)
    page = list_of(nurse, "incomplete")
    assert "1–2 of 3" in page
    address = reverse("pages:worklist")
    assert "3–3 of 3" in nurse.get(address, {"list": "incomplete", "page": "2"}).content.decode()


def test_a_researcher_sees_pseudonyms_and_no_button_that_writes(
    client_of: Callable[[User], Client], researcher: User, photographer: User
) -> None:
    patient: Patient = pictures.patient(research=True)
    sittings.fail(sittings.photo_of(pictures.visit(patient), "left", photographer))
    page = client_of(researcher).get(reverse("pages:worklist")).content.decode()
    assert patient.pseudonym in page
    assert patient.name not in page
    assert "rerun" not in page
    assert "New patient" not in page
