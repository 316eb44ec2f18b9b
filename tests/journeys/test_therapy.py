"""A follow-up visit with the treatment in view: started, logged, scored, and drawn under the response."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from clinic.accounts.models import User
from patients.models import Patient, PhototherapyProtocol, Score, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[User], None]


def test_a_treatment_becomes_a_lane_and_a_session_a_tick(
    page: Page, visits: list[Visit], dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    patient = f"/patients/{visits[0].patient_id}/"
    page.goto(patient)
    page.get_by_role("link", name="Treatment", exact=True).click()
    page.get_by_label("Treatment").select_option("nb_uvb")
    page.get_by_label("How often").fill("3 sessions a week")
    page.get_by_label("Start").fill("2026-03-01")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("The treatment is recorded.")).to_be_visible()
    chart = page.locator("[data-chart][data-drawn]")
    expect(chart.get_by_text("NB-UVB 311–313 nm")).to_be_visible()
    words = page.get_by_role("list", name="The chart in words")
    expect(words).to_contain_text("NB-UVB 311–313 nm: since 2026-03-01")

    page.goto(f"{patient}phototherapy/")
    page.get_by_label("Device").fill("Booth 2")
    page.get_by_label("Dose given, mJ/cm²").fill("300")
    page.get_by_label("Seconds").fill("75")
    page.get_by_role("button", name="Log the session").click()
    expect(page.get_by_text("The session is logged.")).to_be_visible()
    expect(page.get_by_label("Dose given, mJ/cm²")).to_have_value("300")
    expect(page.get_by_text("It does not calculate or recommend a dose.")).to_be_visible()


def test_a_warning_of_the_protocol_asks_for_a_reason(
    page: Page, patient: Patient, dermatologist: User, log_in: LogIn, complaints: list[str]
) -> None:
    PhototherapyProtocol.objects.create(
        light="nb_uvb",
        version=1,
        longest_gap_days=7,
        highest_dose_face=500,
        highest_dose_body=900,
        source="Test",
    )
    log_in(dermatologist)
    page.goto(f"/patients/{patient.pk}/phototherapy/")
    page.get_by_label("Device").fill("Booth 2")
    page.get_by_label("Dose given, mJ/cm²").fill("600")
    page.get_by_label("Seconds").fill("75")
    page.get_by_role("button", name="Log the session").click()
    expect(page.get_by_role("alert")).to_contain_text("over the clinic's highest dose")
    complaints.clear()  # the browser notes the 422 of the refused form
    page.get_by_label("Reason of change").fill("As ordered.")
    page.get_by_role("button", name="Log the session").click()
    expect(page.get_by_text("The session is logged.")).to_be_visible()


def test_the_calculator_shows_its_sum_and_stores_the_same(
    page: Page, patient: Patient, dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    page.goto(f"/patients/{patient.pk}/scores/f-vasi/")
    page.get_by_label("Forehead: Hand units").fill("0.1")
    page.get_by_label("Forehead: Depigmentation").select_option("10")
    page.get_by_label("Nose: Hand units").fill("0.2")
    page.get_by_label("Nose: Depigmentation").select_option("10")
    expect(page.get_by_text("F-VASI = 0.1 × 10 % + 0.2 × 10 % = 0.03")).to_be_visible()
    page.get_by_role("button", name="Record this F-VASI").click()
    expect(page.get_by_text("F-VASI 0.03 is recorded.")).to_be_visible()
    assert f"{Score.objects.get().value.normalize():f}" == "0.03"


def test_a_consent_is_withdrawn_after_reading_what_ends(
    page: Page, patient: Patient, dermatologist: User, log_in: LogIn
) -> None:
    log_in(dermatologist)
    page.goto(f"/patients/{patient.pk}/")
    page.get_by_role("link", name="Withdraw…").click()
    expect(page.get_by_text("Researchers no longer see this patient")).to_be_visible()
    page.get_by_role("button", name="Withdraw this consent").click()
    expect(page.get_by_text("The consent is withdrawn.")).to_be_visible()
    expect(page.get_by_text("No consent recorded").first).to_be_visible()
