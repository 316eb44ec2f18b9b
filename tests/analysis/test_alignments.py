"""One pair of photos, from the request to its files: once, again after an edit, refused, failed, lost."""

from __future__ import annotations

import logging
from io import StringIO
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image
from rest_framework.authtoken.models import Token

from analysis import alignment_work
from analysis.alignment_work import perform_alignment
from analysis.alignments import NoPair, request_alignment
from analysis.models import Alignment, ModelRelease, RegionMeasurement
from analysis.reviews import save_masks
from analysis.vision.face.crop import Crop
from analysis.vision.face.misfits import Misfit
from analysis.vision.face.places import pixel_grid
from analysis.vision.face.registration import SIDE, NotAligned, Registration
from clinic.accounts.models import User
from clinic.jobs.worker import ClinicWorker
from imaging.models import Photo
from tests.analysis.alignments import aligned
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]
FACE = Crop.around((100.0, 100.0, 200.0, 300.0))


@pytest.fixture
def pair(photographer: User, releases: Releases) -> tuple[Photo, Photo]:
    first, second = sittings.measured_visits(pictures.patient(), photographer, releases, [60, 40])
    return first.photos.get(view="front"), second.photos.get(view="front")


@pytest.fixture
def laid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every pair lies over itself without a shift, so that the areas are those of the masks."""

    def register(first: Any, _second: Any) -> Registration:
        face = FACE.sample_mask(first.face, SIDE)
        return Registration(FACE, FACE, pixel_grid(SIDE), face, face, 0.4, 0.97, 99)

    monkeypatch.setattr(alignment_work, "register", register)


def test_a_pair_is_laid_over_and_its_change_counted(pair: tuple[Photo, Photo], laid: None) -> None:
    alignment = request_alignment(first=pair[0], second=pair[1])
    assert perform_alignment(alignment_id=alignment.pk) == "aligned"
    alignment.refresh_from_db()
    # 60 rows of 50 of the face's 20000 pixels become 40.
    assert alignment.repigmented == pytest.approx(5.0, abs=0.3)
    assert alignment.stable == pytest.approx(10.0, abs=0.3)
    assert alignment.depigmented == 0
    assert (alignment.residual, alignment.overlap) == (0.4, 0.97)
    with (
        alignment.map_file.open("rb") as map_file,
        alignment.photo_file.open("rb") as photo_file,
        Image.open(map_file) as drawn,
        Image.open(photo_file) as photo,
    ):
        assert drawn.size == photo.size == (pair[0].width, pair[0].height)
        pixels = np.asarray(drawn)
    assert set(map(tuple, pixels[pixels[..., 3] == 255][:, :3])) == {(86, 180, 233), (240, 228, 66)}
    assert perform_alignment(alignment_id=alignment.pk) == "not waiting"


def test_a_pair_is_asked_for_once_and_anew_after_an_edit(
    pair: tuple[Photo, Photo], photographer: User
) -> None:
    one = request_alignment(first=pair[0], second=pair[1])
    assert request_alignment(first=pair[0], second=pair[1]) == one
    run = pair[1].runs.get()
    drawn = np.zeros((pair[1].height, pair[1].width), np.uint8)
    cv2.circle(drawn, (150, 180), 20, 1, -1)
    save_masks(run=run, author=photographer, reason="Hair.", based_on=1, vitiligo=drawn)
    again = request_alignment(first=pair[0], second=pair[1])
    assert again != one
    assert again.second.version == 2
    regions = RegionMeasurement.objects.filter(measurement=again.second)
    assert sum(region.n_vitiligo for region in regions) == again.second.n_vitiligo


def test_a_refusal_is_stored_with_its_reason(
    pair: tuple[Photo, Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = NotAligned(Misfit.TURNED, 31.0, 25.0, "degrees")
    monkeypatch.setattr(alignment_work, "register", lambda *_pair: refusal)
    alignment = request_alignment(first=pair[0], second=pair[1])
    assert perform_alignment(alignment_id=alignment.pk) == "refused"
    alignment.refresh_from_db()
    assert (alignment.reason_code, alignment.value, alignment.limit) == ("turned", 31.0, 25.0)
    assert "turned differently" in alignment.reason
    assert not alignment.map_file


class Fault(Exception):
    """A fault in the software."""


def test_a_fault_fails_the_pair_and_is_not_swallowed(
    pair: tuple[Photo, Photo], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(*_pair: Any) -> Registration:
        raise Fault

    monkeypatch.setattr(alignment_work, "register", fall)
    alignment = request_alignment(first=pair[0], second=pair[1])
    with caplog.at_level(logging.ERROR), pytest.raises(Fault):
        perform_alignment(alignment_id=alignment.pk)
    alignment.refresh_from_db()
    assert alignment.status == "failed"
    assert f"alignment {alignment.pk} failed" in caplog.text


def test_only_two_visits_of_one_view_make_a_pair(pair: tuple[Photo, Photo], photographer: User) -> None:
    stranger = sittings.photo_of(pictures.visit(pictures.patient("R-2"), 9), "front", photographer)
    waiting = sittings.photo_of(pictures.visit(pair[0].visit.patient, 9), "front", photographer)
    wrong = [(pair[0], stranger), (pair[1], pair[0]), (pair[0], pair[0]), (pair[0], waiting)]
    for first, second in wrong:
        with pytest.raises(NoPair):
            request_alignment(first=first, second=second)


@pytest.mark.django_db(transaction=True)
def test_the_worker_of_the_clinic_aligns(pair: tuple[Photo, Photo], laid: None) -> None:
    alignment = request_alignment(first=pair[0], second=pair[1])
    worker = ClinicWorker(name="a-worker")
    while Alignment.objects.waiting().exists() and worker.work_once():
        continue
    alignment.refresh_from_db()
    assert alignment.is_aligned


@pytest.mark.django_db(transaction=True)
def test_a_pair_whose_task_was_lost_is_asked_for_again(pair: tuple[Photo, Photo]) -> None:
    alignment = request_alignment(first=pair[0], second=pair[1])
    Alignment.objects.update(task_id="")
    request_alignment(first=pair[0], second=pair[1])
    alignment.refresh_from_db()
    assert alignment.task_id


def test_the_api_lists_regions_and_aligns(
    client: Client, pair: tuple[Photo, Photo], photographer: User
) -> None:
    headers = {"Authorization": f"Token {Token.objects.create(user=photographer).key}"}
    regions = client.get(
        reverse("api:region-list"), {"photo": pair[0].pk, "page_size": 20}, headers=headers
    ).json()
    assert sum(one["n_face"] for one in regions["results"]) == 20000
    alignment = aligned(*pair)
    asked = {"first": pair[0].pk, "second": pair[1].pk}
    answer = client.post(
        reverse("api:alignment-list"), asked, content_type="application/json", headers=headers
    )
    assert (answer.status_code, answer.json()["id"]) == (201, alignment.pk)
    assert answer.json()["map"].endswith(reverse("analysis:alignment_map", args=[alignment.pk]))
    turned = {"first": pair[1].pk, "second": pair[0].pk}
    refused = client.post(
        reverse("api:alignment-list"), turned, content_type="application/json", headers=headers
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "no_pair")


def test_earlier_measurements_are_divided_later(pair: tuple[Photo, Photo]) -> None:
    whole = RegionMeasurement.objects.count()
    RegionMeasurement.objects.all().delete()
    said = StringIO()
    call_command("regions", stdout=said)
    call_command("regions", stdout=said)
    assert RegionMeasurement.objects.count() == whole
    assert "6 of 6" in said.getvalue()
    assert "0 of 0" in said.getvalue()
