"""The registry: figures in words, two releases side by side, the choice, and measuring again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from analysis.models import ModelRelease, Run
from analysis.releases import sync_releases
from analysis.repeats import repeat_patient, repeats_of
from clinic.accounts.models import User
from clinic.audit.models import Event
from patients.models import Patient
from reports.pages.release_comparison import Line, Outcome
from reports.pages.release_figures import KINDS, Figure, set_name
from tests.analysis.test_releases import NETWORKS, install
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


def figure(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high}


def newer(releases: Releases) -> ModelRelease:
    """vitiligo-2 beside vitiligo-1, both judged on the phantom."""
    judged = {"phantom": (0.9, 0.88, 0.92, 1.1), "clinic": (0.8, 0.7, 0.9, 2.0)}
    card = {
        "evaluation": [
            {
                "name": name,
                "n": 120,
                "note": "",
                "metrics": {"dice_mean": figure(dice, low, high), "f_vitiligo_mae": figure(mae, 0.8, 2.5)},
            }
            for name, (dice, low, high, mae) in judged.items()
        ]
        + [
            {
                "name": "clinic, by vitiligo-1",
                "n": 120,
                "note": "",
                "metrics": {"dice_mean": figure(0.75, 0.6, 0.85)},
            }
        ]
    }
    old = releases["vitiligo"]
    old.card = {
        "evaluation": [
            {
                "name": "phantom",
                "n": 120,
                "note": "",
                "metrics": {
                    "dice_mean": figure(0.65, 0.58, 0.72),
                    "f1_mean": figure(0.65, 0.58, 0.72),
                    "f_vitiligo_mae": figure(2.01, 1.3, 2.91),
                },
            }
        ]
    }
    old.save()
    return ModelRelease.objects.create(name="vitiligo-2", task="vitiligo", sha256="9" * 64, card=card)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("phantom", "Digital phantom"),
        ("phantom, left", "Digital phantom, left view"),
        ("faces_parsing, uv reflectance", "Portraits, painted vitiligo, UV look"),
        ("dermoscopy, dermoscopy_2017, dermoscopy_2018", "Pictures without a face"),
        ("phantom, interval", "Digital phantom, how sure"),
        ("somebody's set", "somebody's set"),
    ],
)
def test_sets_have_names(key: str, name: str) -> None:
    assert set_name(key) == name


@pytest.mark.parametrize(
    ("metric", "ours", "theirs", "outcome"),
    [
        ("dice_mean", (0.9, 0.88, 0.92), (0.6, 0.5, 0.7), Outcome.BETTER),
        ("dice_mean", (0.6, 0.5, 0.7), (0.9, 0.88, 0.92), Outcome.WORSE),
        ("dice_mean", (0.9, 0.6, 0.95), (0.6, 0.5, 0.7), Outcome.UNCLEAR),
        ("f_vitiligo_mae", (1.0, 0.8, 1.2), (2.0, 1.5, 2.5), Outcome.BETTER),
        ("f_vitiligo_bias", (-3.0, -4.0, -2.0), (0.1, -0.5, 0.5), Outcome.WORSE),
        ("f_vitiligo_bias", (0.1, -0.5, 0.5), (-3.0, -4.0, -2.0), Outcome.BETTER),
        ("yaw_mae", (9.0, 9.0, 9.0), (8.0, 8.0, 8.0), Outcome.UNCLEAR),
    ],
)
def test_only_intervals_apart_decide(
    metric: str,
    ours: tuple[float, float, float],
    theirs: tuple[float, float, float],
    outcome: Outcome,
) -> None:
    kind = KINDS[metric]
    assert Line(Figure(metric, kind, *ours), Figure(metric, kind, *theirs)).outcome is outcome


def test_cards_speak_in_words(
    client_of: Callable[[User], Client], administrator: User, releases: Releases
) -> None:
    release = newer(releases)
    page = client_of(administrator).get(reverse("pages:releases")).content.decode()
    for text in (
        "Error of F-Vitiligo, mean, points",
        "2.01",
        "1.30 to 2.91",
        "n = 120",
        "Digital phantom",
        "Compare with vitiligo-1",
        reverse("pages:release_promote", args=[release.pk]),
    ):
        assert text in page
    for raw in ("f vitiligo mae", ">f1<", ">F1<", "clinic, by vitiligo-1"):
        assert raw not in page


def test_only_administrators_are_offered_the_choice(
    client_of: Callable[[User], Client], dermatologist: User, releases: Releases
) -> None:
    release = newer(releases)
    client = client_of(dermatologist)
    assert "Make active" not in client.get(reverse("pages:releases")).content.decode()
    address = reverse("pages:release_promote", args=[release.pk])
    assert client.get(address).status_code == 403
    assert client.post(address).status_code == 403
    assert not ModelRelease.objects.get(pk=release.pk).is_active


def test_two_releases_are_compared_on_the_same_sets(
    client_of: Callable[[User], Client], dermatologist: User, releases: Releases
) -> None:
    release = newer(releases)
    address = reverse("pages:release_comparison", args=[release.pk, releases["vitiligo"].pk])
    page = client_of(dermatologist).get(address).content.decode()
    for text in ("+0.250", "better", "no clear difference", "+0.050", "Signed masks of this clinic"):
        assert text in page
    assert page.index("Signed masks of this clinic") < page.index("Digital phantom")


def test_releases_of_two_tasks_are_not_compared(
    client_of: Callable[[User], Client], dermatologist: User, releases: Releases
) -> None:
    pair = [releases["vitiligo"].pk, releases["face_matting"].pk]
    assert client_of(dermatologist).get(reverse("pages:release_comparison", args=pair)).status_code == 404


@pytest.fixture
def installed(tmp_path: Path, settings: Settings) -> ModelRelease:
    """Releases with their files; the second of vitiligo waits."""
    settings.WEIGHTS_DIR = tmp_path / "weights"
    for task in NETWORKS:
        install(settings.WEIGHTS_DIR, task)
    sync_releases()
    install(settings.WEIGHTS_DIR, "vitiligo", 2, seed=1)
    sync_releases()
    return ModelRelease.objects.get(name="vitiligo-2")


def test_a_release_is_promoted_by_hand_and_on_record(
    client_of: Callable[[User], Client], administrator: User, installed: ModelRelease
) -> None:
    client, address = client_of(administrator), reverse("pages:release_promote", args=[installed.pk])
    page = client.get(address).content.decode()
    assert "measured by vitiligo-2 instead of vitiligo-1" in page
    assert not ModelRelease.objects.get(pk=installed.pk).is_active
    assert client.post(address)["Location"] == reverse("pages:repeats")
    assert ModelRelease.objects.get(task="vitiligo", is_active=True) == installed
    event = Event.objects.get(object_label="analysis.modelrelease")
    assert (event.user, event.detail) == (administrator, {"active": "vitiligo-2"})


def test_a_release_whose_files_are_gone_is_not_promoted(
    client_of: Callable[[User], Client], administrator: User, installed: ModelRelease, settings: Settings
) -> None:
    (Path(settings.WEIGHTS_DIR) / "vitiligo-2" / "weights.safetensors").unlink()
    answer = client_of(administrator).post(reverse("pages:release_promote", args=[installed.pk]))
    assert answer.status_code == 409
    assert "has no weights file" in answer.content.decode()
    assert not ModelRelease.objects.get(pk=installed.pk).is_active


@pytest.fixture
def patient() -> Patient:
    return pictures.patient()


def make_active(release: ModelRelease) -> None:
    ModelRelease.objects.filter(task=release.task).update(is_active=False)
    ModelRelease.objects.filter(pk=release.pk).update(is_active=True)


def test_old_and_new_values_lie_side_by_side(
    client_of: Callable[[User], Client], patient: Patient, photographer: User, releases: Releases
) -> None:
    sittings.measured_visits(patient, photographer, releases, [60, 40])
    client, address = client_of(photographer), reverse("pages:patient_repeats", args=[patient.pk])
    assert "nothing to measure again" in client.get(reverse("pages:repeats")).content.decode()
    make_active(second := newer(releases))
    listed = client.get(reverse("pages:repeats")).content.decode()
    assert address in listed
    assert "Measure 6 photographs again" in client.get(address).content.decode()
    client.post(reverse("pages:repeat", args=[patient.pk]))
    assert Run.objects.filter(status="queued").count() == 6
    photo = Run.objects.filter(status="queued").earliest("pk").photo
    sittings.measure(photo, {**releases, "vitiligo": second}, rows=64)
    page = client.get(address).content.decode()
    assert 'hx-trigger="every 3s"' in page
    for text in ("15.0 %", "16.0 %", "+1.0", "vitiligo-1", "vitiligo-2"):
        assert text in page
    assert photo.runs.filter(status="done").count() == 2
    assert "Measure 6" not in page


def test_measuring_again_is_asked_once(patient: Patient, photographer: User, releases: Releases) -> None:
    sittings.measured_visits(patient, photographer, releases, [60])
    make_active(newer(releases))
    assert len(repeat_patient(patient=patient, user=photographer)) == 3
    assert repeat_patient(patient=patient, user=photographer) == []
    event = Event.objects.filter(object_label="patients.patient", action="create").latest("pk")
    assert event.detail["photos"] == 3


def test_a_researcher_starts_nothing(
    client_of: Callable[[User], Client], patient: Patient, researcher: User
) -> None:
    client = client_of(researcher)
    for name, arguments in (("repeats", []), ("patient_repeats", [patient.pk])):
        assert client.get(reverse(f"pages:{name}", args=arguments)).status_code == 403
    assert client.post(reverse("pages:repeat", args=[patient.pk])).status_code == 403


def test_a_longer_history_takes_no_more_queries(
    patient: Patient,
    photographer: User,
    releases: Releases,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sittings.measured_visits(patient, photographer, releases, [60, 40, 30])
    with django_assert_num_queries(4):
        assert len(repeats_of(patient=patient)) == 9
