"""The clinic's texts on next steps: each with its source, worded with care, changed by administrators."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from analysis.models import LesionReading
from clinic.accounts.models import User
from clinic.audit.models import Event
from reports.models import NextStep
from reports.next_steps import next_step_for, publish_next_step

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
FORBIDDEN = re.compile(r"\b(clear|safe|healthy|normal|must|shall)\b", re.I)
TEXT = {"text": "What a clinician would consider: dermoscopy.", "source": "House rule 7"}


@pytest.mark.parametrize("band", LesionReading.Band.values)
def test_every_band_has_a_first_text_with_its_source(band: str) -> None:
    step = next_step_for(lesion_class="a class without a text of its own", band=band)
    assert step is not None
    assert step.text.startswith("What a clinician would consider:")
    assert "verify" in step.source
    assert FORBIDDEN.search(step.text) is None


def test_a_class_of_its_own_goes_before_any_class(administrator: User) -> None:
    assert next_step_for(lesion_class="benign", band="indeterminate") != next_step_for(
        lesion_class="malignant", band="indeterminate"
    )
    publish_next_step(lesion_class="melanoma", band="malignant", by=administrator, **TEXT)
    texts = [next_step_for(lesion_class=name, band="malignant") for name in ("melanoma", "malignant")]
    assert [step.text == TEXT["text"] for step in texts if step] == [True, False]


def test_an_administrator_puts_a_new_version_in_force(client_of: ClientOf, administrator: User) -> None:
    client = client_of(administrator)
    form = client.get(reverse("pages:next_step_create"), {"band": "malignant"}).content.decode()
    assert "prompt examination with dermoscopy" in form
    facts = {"band": "malignant", "lesion_class": "", **TEXT}
    page = client.post(reverse("pages:next_step_create"), facts, follow=True).content.decode()
    assert "Version 2" in page
    assert "Earlier versions" in page
    step = next_step_for(lesion_class="malignant", band="malignant")
    assert step is not None
    assert (step.text, step.version, step.made_by) == (TEXT["text"], 2, administrator)
    event = Event.objects.about(step).get()
    assert (event.action, event.user) == ("create", administrator)


@pytest.mark.parametrize("missing", ["text", "source", "band"])
def test_nothing_is_published_without_text_source_and_band(
    client_of: ClientOf, administrator: User, missing: str
) -> None:
    facts = {"band": "benign", "lesion_class": "", **TEXT} | {missing: ""}
    assert client_of(administrator).post(reverse("pages:next_step_create"), facts).status_code == 422
    assert not NextStep.objects.filter(version=2).exists()


@pytest.mark.parametrize("role", ["dermatologist", "photographer", "researcher"])
def test_others_read_and_do_not_write(client_of: ClientOf, role: str, request: pytest.FixtureRequest) -> None:
    user = request.getfixturevalue(role)
    client, api = client_of(user), APIClient()
    api.force_authenticate(user)
    page = client.get(reverse("pages:next_steps")).content.decode()
    assert "What a clinician would consider" in page
    assert "New text" not in page
    facts = {"band": "benign", "lesion_class": "", **TEXT}
    assert client.post(reverse("pages:next_step_create"), facts).status_code == 403
    assert api.get("/api/next-steps/").status_code == 200
    assert api.post("/api/next-steps/", facts).status_code == 403
    assert not NextStep.objects.filter(version=2).exists()


def test_a_program_puts_a_text_in_force(administrator: User) -> None:
    api = APIClient()
    api.force_authenticate(administrator)
    made = api.post("/api/next-steps/", {"band": "benign", **TEXT})
    assert (made.status_code, made.json()["version"]) == (201, 2)
    assert api.post("/api/next-steps/", {"band": "benign", "text": "No source"}).status_code == 400
