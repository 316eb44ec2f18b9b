"""Saving edited masks: what is let in, what is refused and how, and that nobody overwrites anybody."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from analysis.mask_files import read_mask
from analysis.models import Measurement, ModelRelease, Run
from clinic.accounts.models import User
from clinic.audit.models import Event
from patients.models import Visit
from tests.analysis.results import SHAPE
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Post = Callable[..., Any]


@pytest.fixture
def visit(db: None) -> Visit:
    return pictures.visit(pictures.patient())


@pytest.fixture
def run(visit: Visit, photographer: User, releases: dict[str, ModelRelease]) -> Run:
    return sittings.measure(sittings.photo_of(visit, "front", photographer), releases)


def plane(rows: int = 10) -> np.ndarray[Any, Any]:
    """`rows` rows of 50 pixels of vitiligo, inside the face of the made-up result."""
    mask = np.zeros(SHAPE, np.uint8)
    mask[150 : 150 + rows, 120:170] = 1
    return mask


def png(pixels: np.ndarray[Any, Any], kind: str = "PNG") -> SimpleUploadedFile:
    target = BytesIO()
    Image.fromarray(pixels).save(target, kind)
    return SimpleUploadedFile("mask.png", target.getvalue(), "image/png")


@pytest.fixture
def post(run: Run, dermatologist: User, client_of: Callable[[User], Client]) -> Post:
    def save(user: User = dermatologist, *, of: int = run.pk, **fields: Any) -> Any:
        values = {"reason": "a lesion was missed", "based_on": 1, "vitiligo": png(plane() * 255), **fields}
        address = reverse("api:run-masks-list", args=[of])
        return client_of(user).post(
            address, {name: value for name, value in values.items() if value is not None}
        )

    return save


def versions(run: Run) -> list[int]:
    return list(run.measurements.order_by("version").values_list("version", flat=True))


@pytest.mark.parametrize(
    "form", [plane() * 255, plane(), plane().astype(bool)], ids=["0 255", "0 1", "1 bit"]
)
def test_a_mask_becomes_the_next_version_to_the_pixel(
    post: Post, run: Run, dermatologist: User, form: np.ndarray[Any, Any]
) -> None:
    answer = post(vitiligo=png(form))
    assert answer.status_code == 201, answer.json()
    assert answer.json()["version"] == 2
    assert answer.json()["f_vitiligo"] == pytest.approx(2.5)
    saved = Measurement.objects.get(pk=answer.json()["id"])
    assert (saved.run, saved.author, saved.reason) == (run, dermatologist, "a lesion was missed")
    assert np.array_equal(read_mask(saved.masks.get(kind="vitiligo")), plane())
    assert Event.objects.filter(user=dermatologist, action="create", detail__what="masks").exists()


def test_the_editor_reads_back_what_it_saved(
    post: Post, run: Run, dermatologist: User, client_of: Callable[[User], Client]
) -> None:
    address = post().json()["vitiligo"]
    answer = client_of(dermatologist).get(address)
    with Image.open(BytesIO(answer.content)) as picture:
        assert (picture.mode, picture.size) == ("1", SHAPE[::-1])
        assert np.array_equal(np.asarray(picture, np.uint8), plane())
    older = client_of(dermatologist).get(address.replace("version=2", "version=1"))
    assert older.content != answer.content
    assert client_of(dermatologist).get(address.replace("version=2", "version=9")).status_code == 404


def test_whoever_comes_second_is_told_and_overwrites_nothing(
    post: Post, run: Run, administrator: User
) -> None:
    post()
    answer = post(administrator, vitiligo=png(plane(20) * 255))
    assert answer.status_code == 409
    said = answer.json()
    assert said["code"] == "superseded"
    assert said["newest"]["version"] == 2
    assert said["newest"]["author"] == "dermatologist-test"
    assert versions(run) == [1, 2]
    again = post(administrator, vitiligo=png(plane(20) * 255), based_on=said["newest"]["version"])
    assert (again.status_code, versions(run)) == (201, [1, 2, 3])


def test_a_run_that_was_overtaken_has_no_version_to_build_on(
    post: Post, run: Run, releases: dict[str, ModelRelease]
) -> None:
    run.photo.runs.create()
    sittings.measure(run.photo, releases)
    answer = post()
    assert (answer.status_code, answer.json()["newest"], versions(run)) == (409, None, [1])


def bomb() -> SimpleUploadedFile:
    """A small file whose header promises 30000 x 30000 pixels."""
    target = BytesIO()
    Image.new("1", (30_000, 30_000)).save(target, "PNG")
    return SimpleUploadedFile("mask.png", target.getvalue(), "image/png")


@pytest.mark.parametrize(
    ("vitiligo", "code"),
    [
        (lambda: png(plane()[:-1] * 255), "wrong_size"),
        (lambda: png(plane().T * 255), "wrong_size"),
        (bomb, "wrong_size"),
        (lambda: png(plane() * 7), "not_a_mask"),
        (lambda: png(np.clip(plane() * 255 + np.eye(*SHAPE, dtype=np.uint8), 0, 255)), "not_a_mask"),
        (lambda: png(np.dstack([plane() * 255] * 3)), "not_a_mask"),
        (lambda: png(plane() * 255, "TIFF"), "not_a_mask"),
        (lambda: SimpleUploadedFile("mask.png", png(plane() * 255).read()[:60]), "not_a_mask"),
        (lambda: SimpleUploadedFile("mask.png", b"no picture at all"), "not_a_mask"),
        (lambda: SimpleUploadedFile("mask.png", b"\0" * (16 * 2**20 + 1)), "too_large"),
    ],
    ids=["short", "turned", "bomb", "seven", "grey", "colour", "tiff", "cut", "text", "large"],
)
def test_what_is_no_mask_of_this_photo_is_refused_in_words(
    post: Post, run: Run, vitiligo: Callable[[], SimpleUploadedFile], code: str
) -> None:
    answer = post(vitiligo=vitiligo())
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["detail"].endswith(".")
    assert versions(run) == [1]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"based_on": 0}, "based_on"),
        ({"based_on": None}, "based_on"),
        ({"vitiligo": None}, "non_field_errors"),
    ],
)
def test_an_incomplete_form_is_refused_by_field(
    post: Post, run: Run, fields: dict[str, Any], named: str
) -> None:
    answer = post(**fields)
    assert answer.status_code == 400
    assert named in answer.json()
    assert versions(run) == [1]


def test_only_those_who_record_may_save_and_a_foreign_run_is_not_found(
    post: Post, run: Run, researcher: User, dermatologist: User
) -> None:
    assert post(researcher).status_code == 403
    assert post(of=run.pk + 1000).status_code == 404
    assert versions(run) == [1]


def test_a_stranger_from_another_site_cannot_save(run: Run, dermatologist: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(dermatologist)
    fields = {"reason": "x", "based_on": 1, "vitiligo": png(plane() * 255)}
    assert client.post(reverse("api:run-masks-list", args=[run.pk]), fields).status_code == 403
    assert versions(run) == [1]
