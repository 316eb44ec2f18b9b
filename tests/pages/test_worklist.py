"""The worklist names what runs, what needs a hand and what is missing, each with its next step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from analysis.models import ModelRelease
from clinic.accounts.models import User
from patients.models import Patient, Visit
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]
EMPTY = ("Nothing is running.", "Every analysed photograph has a result.", "No visits yet.")


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
    page = nurse.get(reverse("pages:worklist")).content.decode()
    assert "Waiting for a worker" in page
    assert reverse("pages:photo_rerun", args=[failed.pk]) in page
    assert "Add photographs" in page
    assert "fault in the software" in page


def test_a_retaken_photograph_needs_no_hand_any_more(nurse: Client, visit: Visit, photographer: User) -> None:
    photo = sittings.photo_of(visit, "left", photographer)
    sittings.refuse(photo)
    nurse.post(reverse("pages:photo_withdraw", args=[photo.pk]))
    assert "No face was found" not in nurse.get(reverse("pages:worklist")).content.decode()


def test_the_running_part_refreshes_by_itself(nurse: Client, visit: Visit, photographer: User) -> None:
    sittings.photo_of(visit, "left", photographer)
    page = nurse.get(reverse("pages:worklist_running")).content.decode()
    assert 'hx-trigger="every 3s"' in page
    assert "<html" not in page


@pytest.mark.parametrize("count", [1, 5])
def test_more_work_does_not_cost_more_queries(
    nurse: Client, photographer: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        visit = pictures.visit(pictures.patient(f"R-{number}"))
        sittings.refuse(sittings.photo_of(visit, "left", photographer))
        sittings.photo_of(visit, "right", photographer)
    with django_assert_num_queries(16):
        nurse.get(reverse("pages:worklist"))


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
