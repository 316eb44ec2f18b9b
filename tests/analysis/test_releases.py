"""Which releases measure: entered from their folders, never changed in silence, refused when altered."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import torch
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from pytest_django import Settings

from analysis.models import ModelRelease, Run
from analysis.predictor import active_predictor
from analysis.releases import activate_release, active_releases, newest_first, read_active, sync_releases
from analysis.vision.architectures import ARCHITECTURES
from analysis.vision.cards import Card
from analysis.vision.releases import WeightsMismatch, WeightsMissing, read_release, write_card, write_release
from analysis.work import perform_run
from clinic.accounts.models import User
from clinic.audit.models import Event

pytestmark = pytest.mark.django_db
NETWORKS = {"face_detector": "retinaface", "face_matting": "face_matting", "vitiligo": "ddrnet"}


def card(task: str, number: int = 1) -> Card:
    return Card(
        name=f"{task}-{number}",
        task=task,
        architecture=NETWORKS[task],
        seed=0,
        data_terms="None.",
        intended_use="Tests.",
        limits="It was never trained.",
        created="2026-01-02T03:04:05Z",
    )


def install(folder: Path, task: str, number: int = 1, seed: int = 0) -> None:
    torch.manual_seed(seed)
    write_release(folder / f"{task}-{number}", ARCHITECTURES[NETWORKS[task]](), card(task, number))


@pytest.fixture
def weights(tmp_path: Path, settings: Settings) -> Path:
    """A weights folder with an untrained release of each task."""
    settings.WEIGHTS_DIR = tmp_path / "weights"
    for task in NETWORKS:
        install(settings.WEIGHTS_DIR, task)
    return Path(settings.WEIGHTS_DIR)


def test_the_first_release_of_a_task_becomes_active(weights: Path) -> None:
    entered = sync_releases()
    assert {release.name for release in entered} == {f"{task}-1" for task in NETWORKS}
    assert all(release.is_active for release in entered)
    assert entered[0].card["intended_use"] == "Tests."
    assert sync_releases() == entered


def test_a_fresh_clinic_measures_with_the_newest(weights: Path) -> None:
    for number in (2, 10):
        install(weights, "vitiligo", number, seed=number)
    (weights / "vitiligo-2").rename(weights / "vitiligo-clinic-11")
    sync_releases()
    assert active_releases()["vitiligo"].name == "vitiligo-10"


def test_another_release_waits_to_be_chosen(weights: Path, administrator: User) -> None:
    sync_releases()
    install(weights, "vitiligo", 2, seed=1)
    sync_releases()
    assert active_releases()["vitiligo"].name == "vitiligo-1"
    activate_release(release=ModelRelease.objects.get(name="vitiligo-2"), user=administrator)
    assert active_releases()["vitiligo"].name == "vitiligo-2"
    assert Event.objects.get(object_label="analysis.modelrelease").detail == {"active": "vitiligo-2"}


def test_only_an_administrator_chooses(weights: Path, dermatologist: User) -> None:
    release = sync_releases()[0]
    with pytest.raises(PermissionDenied):
        activate_release(release=release, user=dermatologist)


def test_an_altered_file_is_not_entered(weights: Path) -> None:
    file = weights / "vitiligo-1" / "weights.safetensors"
    file.write_bytes(file.read_bytes() + b"\0")
    assert "vitiligo-1" not in {release.name for release in sync_releases()}
    with pytest.raises(WeightsMissing, match="Vitiligo segmentation"):
        active_releases()


def test_one_predictor_serves_until_other_releases_are_active(weights: Path, administrator: User) -> None:
    first = active_predictor()
    assert active_predictor().models is first.models
    install(weights, "vitiligo", 2, seed=1)
    sync_releases()
    activate_release(release=ModelRelease.objects.get(name="vitiligo-2"), user=administrator)
    second = active_predictor()
    assert second.models is not first.models
    assert second.models.releases["vitiligo"].name == second.releases["vitiligo"].name == "vitiligo-2"


def test_a_file_altered_after_it_was_loaded_stops_measuring(weights: Path, run: Run) -> None:
    active_predictor()
    file = weights / "face_matting-1" / "weights.safetensors"
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    with pytest.raises(WeightsMismatch):
        active_predictor()
    assert perform_run(run_id=run.pk) == "not_measurable"
    run.refresh_from_db()
    assert run.reason_code == "no_model"
    assert "face_matting-1" in run.reason


def test_other_weights_under_an_installed_name_do_not_measure(weights: Path) -> None:
    sync_releases()
    install(weights, "vitiligo", 1, seed=1)
    with pytest.raises(WeightsMismatch, match="not the ones that were installed"):
        active_predictor()


def test_a_card_may_say_more_about_the_same_weights(weights: Path) -> None:
    row = next(release for release in sync_releases() if release.task == "vitiligo")
    release = read_release(weights / "vitiligo-1")
    thresholds = {**release.card.thresholds, "vitiligo_low": 0.2, "vitiligo_high": 0.8}
    write_card(release, replace(release.card, thresholds=thresholds, limits="Known by now."))
    sync_releases()
    row.refresh_from_db()
    assert (row.card["limits"], row.card["thresholds"]["vitiligo_low"]) == ("Known by now.", 0.2)
    assert read_active(row).card.thresholds["vitiligo_high"] == 0.8


@pytest.mark.parametrize(
    "change", [{"thresholds": {"vitiligo": 0.4}}, {"preprocessing": {"size": 320, "mirrored": True}}]
)
def test_a_card_that_measures_in_another_way_is_another_release(
    weights: Path, change: dict[str, Any]
) -> None:
    row = next(release for release in sync_releases() if release.task == "vitiligo")
    release = read_release(weights / "vitiligo-1")
    write_card(release, replace(release.card, **change))
    sync_releases()
    row.refresh_from_db()
    assert row.card["preprocessing"] == {}
    with pytest.raises(WeightsMismatch, match="in another way"):
        active_predictor()


def test_without_any_release_a_photo_is_not_measurable(tmp_path: Path, settings: Settings, run: Run) -> None:
    settings.WEIGHTS_DIR = tmp_path
    assert perform_run(run_id=run.pk) == "not_measurable"
    run.refresh_from_db()
    assert "No network is installed" in run.reason


def test_the_command_lists_and_chooses(weights: Path, administrator: User) -> None:
    install(weights, "vitiligo", 2, seed=1)
    out = StringIO()
    call_command("releases", activate="vitiligo-2", by=administrator.username, stdout=out)
    lines = [line.split()[:3] for line in out.getvalue().splitlines()]
    assert ["active", "vitiligo", "vitiligo-2"] in lines
    assert ["vitiligo", "vitiligo-1"] in [line[:2] for line in lines]


def test_the_command_wants_an_administrator(weights: Path, dermatologist: User) -> None:
    with pytest.raises(CommandError, match="administrator"):
        call_command("releases", activate="vitiligo-1", by=dermatologist.username, stdout=StringIO())
    with pytest.raises(CommandError, match="vitiligo-9"):
        call_command("releases", activate="vitiligo-9", by=dermatologist.username, stdout=StringIO())


def test_the_newest_release_comes_first(tmp_path: Path) -> None:
    names = ["vitiligo-clinic-11", "vitiligo-1", "vitiligo-10", "vitiligo-9", "vitiligo-unet"]
    ordered = [folder.name for folder in sorted(map(tmp_path.joinpath, names), key=newest_first)]
    assert ordered == ["vitiligo-10", "vitiligo-9", "vitiligo-1", "vitiligo-clinic-11", "vitiligo-unet"]
