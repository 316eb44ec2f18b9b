"""Accepting a warning: by those who may sign, with a reason, once, and never against a refusal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from analysis.claims import claim_run
from analysis.models import ModelRelease, Override, Run
from analysis.outcomes import finish_run, refuse_run
from analysis.overrides import OverrideRefused, override_warning
from analysis.vision.face.reasons import Reason
from analysis.vision.findings import Finding, Verdict
from clinic.accounts.models import Role, User
from clinic.audit.models import Event
from imaging.models import Photo
from tests.analysis.results import BLURRED, face_result

pytestmark = pytest.mark.django_db
GLARE = Finding(Reason.GLARE, Verdict.WARN, 0.04, 0.02, "share", 0.25)
BURNT_OUT = Finding(Reason.GLARE, Verdict.FAIL, 0.4, 0.02, "share", 0.25)
WHY = "Only the hair is blurred."


@pytest.fixture
def warned(run: Run, releases: dict[str, ModelRelease]) -> Run:
    """Measured, with two warnings."""
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    finish_run(claim=claim, result=face_result(quality=(BLURRED, GLARE)), releases=releases)
    run.refresh_from_db()
    return run


def test_an_accepted_warning_keeps_who_when_and_why(warned: Run, dermatologist: User) -> None:
    override = override_warning(run=warned, code="blurred", reason=f"  {WHY}\n", user=dermatologist)
    assert (override.reason, override.made_by, override.run) == (WHY, dermatologist, warned)
    event = Event.objects.about(warned).get(action=Event.Action.CHANGE)
    assert (event.user, event.detail) == (dermatologist, {"override": "blurred"})


def test_a_photo_is_comparable_when_every_warning_was_accepted(warned: Run, dermatologist: User) -> None:
    open_ones = [["blurred", "glare"], ["glare"], []]
    for code, left in zip(("", "blurred", "glare"), open_ones, strict=True):
        if code:
            override_warning(run=warned, code=code, reason=WHY, user=dermatologist)
        run = Run.objects.with_overrides().get(pk=warned.pk)
        assert (run.open_warnings, run.is_quality_passed) == (left, not left)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PHOTOGRAPHER, Role.RESEARCHER])
def test_only_those_who_sign_may_accept(warned: Run, make_user: Callable[..., User], role: Role) -> None:
    with pytest.raises(PermissionDenied):
        override_warning(run=warned, code="blurred", reason=WHY, user=make_user(role, username="someone"))
    assert not Override.objects.exists()


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        ("blurred", " \n ", "Say why"),
        ("blurred", "x" * 301, "below 300"),
        ("too_dark", WHY, "no such warning"),
    ],
)
def test_what_is_refused_is_said(
    warned: Run, dermatologist: User, code: str, reason: str, words: str
) -> None:
    with pytest.raises(OverrideRefused, match=words):
        override_warning(run=warned, code=code, reason=reason, user=dermatologist)
    assert not Override.objects.exists()
    assert not Event.objects.about(warned).filter(action=Event.Action.CHANGE).exists()


def test_a_warning_is_accepted_once(warned: Run, dermatologist: User) -> None:
    first = override_warning(run=warned, code="blurred", reason=WHY, user=dermatologist)
    with pytest.raises(OverrideRefused, match="already"):
        override_warning(run=warned, code="blurred", reason="Another.", user=dermatologist)
    assert Override.objects.get() == first


@pytest.mark.parametrize("code", ["glare", "blurred"])
def test_a_refusal_stays_one_whatever_is_accepted(run: Run, dermatologist: User, code: str) -> None:
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    refuse_run(claim=claim, code="glare", quality=[BLURRED, BURNT_OUT])
    with pytest.raises(OverrideRefused, match="not measurable"):
        override_warning(run=run, code=code, reason=WHY, user=dermatologist)
    assert not Override.objects.exists()


def test_the_database_itself_asks_for_a_reason(warned: Run, dermatologist: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.create(run=warned, code="blurred", reason="", made_by=dermatologist)


def test_a_new_run_is_judged_anew(photo: Photo, warned: Run, dermatologist: User) -> None:
    for code in ("blurred", "glare"):
        override_warning(run=warned, code=code, reason=WHY, user=dermatologist)
    again = Run.objects.create(photo=photo, quality=warned.quality)
    assert again.open_warnings == ["blurred", "glare"]


class TestByProgram:
    @staticmethod
    def client(user: User) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.get_or_create(user=user)[0].key}")
        return client

    def test_is_accepted_and_read_back(self, warned: Run, dermatologist: User) -> None:
        client, address = self.client(dermatologist), f"/api/runs/{warned.pk}/"
        answer = client.post(f"{address}overrides/", {"code": "blurred", "reason": WHY}, format="json")
        assert answer.status_code == 201
        (override,) = client.get(address).json()["overrides"]
        assert (override["code"], override["reason"], override["made_by"]) == (
            "blurred",
            WHY,
            dermatologist.username,
        )

    def test_is_refused_with_a_code_and_a_sentence(self, warned: Run, dermatologist: User) -> None:
        answer = self.client(dermatologist).post(
            f"/api/runs/{warned.pk}/overrides/", {"code": "too_dark", "reason": WHY}, format="json"
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "override_refused")
        assert answer.json()["detail"].endswith(".")

    def test_is_not_for_the_photographer(self, warned: Run, photographer: User) -> None:
        answer = self.client(photographer).post(
            f"/api/runs/{warned.pk}/overrides/", {"code": "blurred", "reason": WHY}, format="json"
        )
        assert answer.status_code == 403
