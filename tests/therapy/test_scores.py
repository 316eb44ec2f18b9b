"""Scores stay on their scales in form, API and database, and F-VASI is a clinician's sum."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from clinic.accounts.models import User
from patients.models import ActivitySign, Patient, Score, ScoreKind, ScorePart
from patients.scores.arithmetic import Threshold, f_vasi, percent_improvement, thresholds
from patients.scores.definitions import DEFINITIONS, GRADES, Rater, dlqi_band
from patients.scores.forms import AssessmentForm
from patients.scores.services import Part, correct_score, record_f_vasi, record_score
from reports.clinical import scores_of, value_text

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 4)
ON_SCALE = {
    "vasi": ["0", "37.25", "100"],
    "f_vasi": ["0", "0.5", "3"],
    "f_vasi_ftu": ["0", "2.2", "112"],
    "depigmentation": ["0", "10", "25", "50", "75", "90", "100"],
    "ves": ["0", "1.3", "100"],
    "sa_ves": ["0", "1.3", "100"],
    "phgva": ["0", "4"],
    "vida": ["-1", "0", "4"],
    "vns": ["1", "5"],
    "dlqi": ["0", "30"],
    "vitiqol": ["0", "90"],
}
OFF_SCALE = {
    "vasi": ["-0.1", "100.1"],
    "f_vasi": ["-0.01", "3.01"],
    "f_vasi_ftu": ["-1", "112.5"],
    "depigmentation": ["5", "20", "60", "95", "101"],
    "ves": ["-1", "101"],
    "sa_ves": ["-1", "101"],
    "phgva": ["-1", "5", "2.5"],
    "vida": ["-2", "5", "0.5"],
    "vns": ["0", "6", "3.5"],
    "dlqi": ["-1", "31", "2.5"],
    "vitiqol": ["-1", "91", "1.5"],
}
good = pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in ON_SCALE.items() for value in values]
)
bad = pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in OFF_SCALE.items() for value in values]
)


def test_every_score_has_a_scale_and_a_row_in_these_tables() -> None:
    assert set(DEFINITIONS) == set(ScoreKind)
    assert set(ON_SCALE) == set(OFF_SCALE) == set(ScoreKind.values)


@good
def test_a_value_on_the_scale_is_stored(patient: Patient, dermatologist: User, kind: str, value: str) -> None:
    form = AssessmentForm({"date": DAY, kind: value}, patient=patient, user=dermatologist)
    assert form.is_valid(), form.errors
    score = record_score(
        score=Score(patient=patient, kind=kind, value=form.values[ScoreKind(kind)], date=DAY),
        by=dermatologist,
    )
    assert Score.objects.get() == score
    assert score.value == Decimal(value)


@bad
def test_a_value_off_the_scale_is_refused_by_the_form(
    patient: Patient, dermatologist: User, kind: str, value: str
) -> None:
    form = AssessmentForm({"date": DAY, kind: value}, patient=patient, user=dermatologist)
    assert DEFINITIONS[ScoreKind(kind)].refusal in form.errors[kind]


@bad
def test_a_value_off_the_scale_is_refused_by_program_and_by_the_database(
    api_of: Callable[[User], APIClient], patient: Patient, dermatologist: User, kind: str, value: str
) -> None:
    facts = {"patient": patient.pk, "kind": kind, "value": value, "date": "2026-03-04"}
    answer = api_of(dermatologist).post("/api/scores/", facts, format="json")
    assert answer.status_code == 400
    assert DEFINITIONS[ScoreKind(kind)].refusal in answer.json()["value"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(patient=patient, kind=kind, value=Decimal(value), date=DAY)


def test_an_unknown_kind_is_refused_everywhere(
    api_of: Callable[[User], APIClient], patient: Patient, dermatologist: User
) -> None:
    facts = {"patient": patient.pk, "kind": "f_vitiligo", "value": "12", "date": "2026-03-04"}
    assert api_of(dermatologist).post("/api/scores/", facts, format="json").status_code == 400
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(patient=patient, kind="f_vitiligo", value=1, date=DAY)


@pytest.mark.parametrize("kind", ScoreKind.values)
def test_a_clinicians_score_is_not_a_nurses(patient: Patient, photographer: User, kind: str) -> None:
    score = Score(patient=patient, kind=kind, value=Decimal(ON_SCALE[kind][0]), date=DAY)
    if DEFINITIONS[ScoreKind(kind)].rater is Rater.PATIENT:
        assert record_score(score=score, by=photographer).pk
        return
    with pytest.raises(PermissionDenied):
        record_score(score=score, by=photographer)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], "0"),
        ([("1", 50)], "0.5"),
        ([("0.25", 25), ("0.5", 100), ("1", 10)], "0.6625"),
        ([("0.1", 10), ("0.2", 10)], "0.03"),
        ([("3", 100)], "3"),
        ([("1", 0)], "0"),
    ],
)
def test_f_vasi_is_hand_units_times_grade(parts: list[tuple[str, int]], expected: str) -> None:
    assert f_vasi((Decimal(units), grade) for units, grade in parts) == Decimal(expected)


def test_a_calculated_f_vasi_keeps_its_lines(patient: Patient, dermatologist: User) -> None:
    parts = [Part("forehead", Decimal("0.5"), 75), Part("nose", Decimal("0.25"), 90)]
    score = record_f_vasi(patient=patient, day=DAY, parts=parts, note="", by=dermatologist)
    assert score.value == Decimal("0.6")
    assert sum(part.product for part in score.parts.all()) == score.value
    score.value = Decimal(1)
    with pytest.raises(ValidationError, match="Strike it out"):
        correct_score(score=score, changed=["value"], by=dermatologist)


def test_more_than_a_face_is_refused(patient: Patient, dermatologist: User) -> None:
    parts = [Part("forehead", Decimal(2), 10), Part("chin", Decimal("1.5"), 10)]
    with pytest.raises(ValidationError, match="whole face"):
        record_f_vasi(patient=patient, day=DAY, parts=parts, note="", by=dermatologist)


@pytest.mark.parametrize("grade", sorted({1, 5, 20, 30, 60, 95, 99, 101} - set(GRADES)))
def test_a_grade_is_one_of_seven(patient: Patient, dermatologist: User, grade: int) -> None:
    score = record_f_vasi(
        patient=patient, day=DAY, parts=[Part("nose", Decimal(1), 10)], note="", by=dermatologist
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        ScorePart.objects.create(score=score, region="chin", hand_units=1, grade=grade)


@pytest.mark.parametrize(
    ("baseline", "value", "expected"),
    [("2", "1", "50"), ("2", "0", "100"), ("2", "3", "-50"), ("0", "1", None), ("0", "0", None)],
)
def test_improvement_is_undefined_at_a_baseline_of_zero(
    baseline: str, value: str, expected: str | None
) -> None:
    found = percent_improvement(Decimal(baseline), Decimal(value))
    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("values", "reached"),
    [
        ([], None),
        (["2"], None),
        (["0", "1"], None),
        (["2", "1.5"], [(1, True), None, None, None]),
        (["2", "1.51"], [None, None, None, None]),
        (["2", "1", "0.2"], [(1, True), (1, True), (2, True), (2, True)]),
        (["2", "0.5", "1.2"], [(1, True), (1, False), (1, False), None]),
    ],
)
def test_f_vasi_thresholds_are_reached_and_lost(
    values: list[str], reached: list[tuple[int, bool] | None] | None
) -> None:
    days = [date(2026, 1, 1 + number) for number in range(len(values))]
    found = thresholds(list(zip(days, map(Decimal, values), strict=True)))
    if reached is None:
        assert found == ()
        return
    assert found == tuple(
        Threshold(percent, days[hit[0]], hit[1]) if hit else Threshold(percent, None, False)
        for percent, hit in zip((25, 50, 75, 90), reached, strict=True)
    )


@pytest.mark.parametrize(
    ("value", "band"),
    [(0, 1), (1, 1), (2, 2), (5, 2), (6, 3), (10, 3), (11, 4), (20, 4), (21, 5), (30, 5)],
)
def test_dlqi_has_five_bands(value: int, band: int) -> None:
    assert dlqi_band(value)[0] == band
    assert f"band {band} of 5" in value_text(ScoreKind.DLQI, Decimal(value))


@pytest.mark.parametrize("value", [-1, 31])
def test_dlqi_has_no_band_off_its_scale(value: int) -> None:
    with pytest.raises(ValueError, match="0 to 30"):
        dlqi_band(value)


class TestPages:
    def test_an_assessment_stores_what_was_filled_in(self, doctor: Client, patient: Patient) -> None:
        data = {"date": "2026-03-04", "dlqi": "7", "vns": "", "sign_koebner": "no", "sign_confetti": "yes"}
        answer = doctor.post(reverse("patients:assessment_create", args=[patient.pk]), data)
        assert answer["Location"] == reverse("pages:scores", args=[patient.pk])
        assert [(row.kind, row.value) for row in Score.objects.all()] == [("dlqi", Decimal(7))]
        assert dict(ActivitySign.objects.values_list("sign", "is_present")) == {
            "koebner": False,
            "confetti": True,
        }
        page = doctor.get(answer["Location"]).content.decode()
        assert "band 3 of 5" in page
        assert "Koebner phenomenon: absent" in page
        assert "Trichrome" not in page

    def test_an_empty_or_double_assessment_is_refused(self, doctor: Client, patient: Patient) -> None:
        address = reverse("patients:assessment_create", args=[patient.pk])
        assert "Nothing is filled in" in doctor.post(address, {"date": "2026-03-04"}).content.decode()
        assert doctor.post(address, {"date": "2026-03-04", "vida": "2"}).status_code == 302
        again = doctor.post(address, {"date": "2026-03-04", "vida": "3"})
        assert "Already recorded for this day" in again.content.decode()

    def test_a_nurse_is_not_asked_for_a_clinicians_judgement(self, nurse: Client, patient: Patient) -> None:
        page = nurse.get(reverse("patients:assessment_create", args=[patient.pk])).content.decode()
        assert 'name="dlqi"' in page
        assert 'name="f_vasi"' not in page
        assert 'name="sign_koebner"' not in page
        assert nurse.get(reverse("patients:f_vasi_create", args=[patient.pk])).status_code == 403

    def test_f_vasi_by_region(self, doctor: Client, patient: Patient) -> None:
        address = reverse("patients:f_vasi_create", args=[patient.pk])
        assert doctor.post(address, {"date": "2026-03-04"}).status_code == 422
        half = {"date": "2026-03-04", "units_forehead": "0.5"}
        assert "Choose the depigmentation" in doctor.post(address, half).content.decode()
        doctor.post(address, {**half, "grade_forehead": "75", "units_nose": "0.25", "grade_nose": "90"})
        assert Score.objects.get().value == Decimal("0.6")
        page = doctor.get(reverse("pages:scores", args=[patient.pk])).content.decode()
        assert "Forehead: 0.50 × 75 % = 0.375" in page

    def test_a_score_is_corrected_and_struck_out(
        self, doctor: Client, nurse: Client, patient: Patient, dermatologist: User
    ) -> None:
        score = record_score(
            score=Score(patient=patient, kind="phgva", value=Decimal(2), date=DAY), by=dermatologist
        )
        address = reverse("patients:score_edit", args=[score.pk])
        assert nurse.post(address, {"value": "3", "date": "2026-03-04", "note": ""}).status_code == 403
        assert doctor.post(address, {"value": "9", "date": "2026-03-04", "note": ""}).status_code == 422
        assert doctor.post(address, {"value": "3", "date": "2026-03-04", "note": ""}).status_code == 302
        score.refresh_from_db()
        assert score.value == 3
        strike = reverse("patients:entry_strike", args=["score", score.pk])
        assert nurse.post(strike, {"reason": "x"}).status_code == 403
        assert doctor.post(strike, {"reason": "Other patient."}).status_code == 302
        assert scores_of(patient).rows == ()


def test_f_vasi_by_program(
    api_of: Callable[[User], APIClient], patient: Patient, dermatologist: User, photographer: User
) -> None:
    parts = [{"region": "nose", "hand_units": "0.5", "grade": 50}]
    facts: dict[str, Any] = {"patient": patient.pk, "kind": "f_vasi", "date": "2026-03-04", "parts": parts}
    assert api_of(photographer).post("/api/scores/", facts, format="json").status_code == 403
    made = api_of(dermatologist).post("/api/scores/", facts, format="json")
    assert (made.status_code, made.json()["value"]) == (201, "0.2500")
    for wrong in (
        {"kind": "vasi"},
        {"value": "1"},
        {"parts": [{"region": "nose", "hand_units": "0.5", "grade": 60}]},
        {"parts": [{"region": "moon", "hand_units": "0.5", "grade": 50}]},
        {"parts": [{"region": "nose", "hand_units": "3.5", "grade": 50}]},
    ):
        answer = api_of(dermatologist).post(
            "/api/scores/", {**facts, "date": "2026-03-05", **wrong}, format="json"
        )
        assert answer.status_code == 400, wrong
