"""`manage.py train vitiligo --clinic`: from signed masks to a release that waits for an administrator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from analysis.claims import claim_run
from analysis.models import ModelRelease, Review
from analysis.outcomes import finish_run
from analysis.releases import sync_releases
from analysis.reviews import save_masks, sign_review
from analysis.signed_masks import SIDE, cut_out, signed_faces
from analysis.vision.cards import Card
from analysis.vision.face.measure import count
from analysis.vision.releases import find_release, load_network, write_release
from analysis.vision.training import clinic
from analysis.vision.training.parts import face_of
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.services import store_photo
from tests.analysis.results import face_result
from tests.analysis.test_releases import NETWORKS, install
from tests.imaging import pictures
from tests.vision.known_networks import draw_face

pytestmark = pytest.mark.django_db
SHIPPED = Path(__file__).resolve().parents[2] / "analysis" / "vision" / "weights"
SIZE = (208, 272)


@pytest.fixture
def weights(tmp_path: Path, settings: Settings) -> Path:
    """The project's vitiligo release on a small grid, and untrained ones of the other tasks."""
    settings.WEIGHTS_DIR = tmp_path / "weights"
    for task in NETWORKS:
        if task != "vitiligo":
            install(settings.WEIGHTS_DIR, task)
    shipped = find_release(SHIPPED, "vitiligo")
    small = {**shipped.card.preprocessing, "size": 64, "mirrored": False}
    about = replace(shipped.card, name="vitiligo-1", preprocessing=small)
    write_release(Path(settings.WEIGHTS_DIR) / "vitiligo-1", load_network(shipped), about)
    sync_releases()
    return Path(settings.WEIGHTS_DIR)


def sitting(number: int, user: User, *, research: bool = True) -> Review:
    """A patient with one drawn photo, measured as it was drawn; the review waits for a signature."""
    drawn = draw_face(SIZE, share=0.05 + 0.04 * number)
    file = BytesIO()
    Image.fromarray(drawn.image).save(file, "PNG")
    file.seek(0)
    visit = pictures.visit(pictures.patient(f"R-{number}", research=research))
    photo = store_photo(visit=visit, view="front", modality="uv_reflectance", file=file, user=user)
    claim = claim_run(run_id=photo.runs.get().pk)
    assert claim is not None
    glare = np.zeros_like(drawn.face)
    result = replace(
        face_result(),
        face=drawn.face,
        vitiligo=drawn.vitiligo,
        glare=glare,
        counts=count(drawn.face, drawn.vitiligo, glare),
    )
    rows = {release.task: release for release in ModelRelease.objects.filter(is_active=True)}
    finish_run(claim=claim, result=result, releases=rows)
    return photo.reviews.get()


def test_only_signed_masks_of_consenting_patients_teach(
    weights: Path, photographer: User, dermatologist: User
) -> None:
    signed = sign_review(review=sitting(1, photographer), signer=dermatologist)
    sign_review(review=sitting(2, photographer, research=False), signer=dermatologist)
    sitting(3, photographer)
    (face,) = signed_faces()
    patient = signed.photo.visit.patient
    assert (face.subject, face.source, face.view) == (patient.pseudonym, "clinic", "front")
    assert patient.name not in repr(face)
    assert face.vitiligo is not None
    share = 100 * face.vitiligo.sum() / face_of(face.parts).sum()
    assert share == pytest.approx(signed.measured.f_vitiligo, rel=0.03)


def test_what_was_edited_and_signed_is_learnt(weights: Path, photographer: User, dermatologist: User) -> None:
    review = sitting(1, photographer)
    blank = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    run = review.measured.run
    save_masks(run=run, author=dermatologist, reason="It is a scar.", based_on=1, vitiligo=blank)
    sign_review(review=Review.objects.open().get(photo=review.photo), signer=dermatologist)
    (face,) = signed_faces()
    assert face.vitiligo is not None
    assert not face.vitiligo.any()


def test_large_photographs_are_reduced() -> None:
    drawn = draw_face((1416, 2120))
    image, face, vitiligo = cut_out(drawn.image, drawn.face, drawn.vitiligo)
    assert image.shape == (SIDE, SIDE, 3)
    assert face.shape == vitiligo.shape == (SIDE, SIDE)
    share = drawn.vitiligo.sum() / drawn.face.sum()
    assert vitiligo.sum() / face.sum() == pytest.approx(share, rel=0.02)


def test_two_patients_are_too_few(weights: Path, photographer: User, dermatologist: User) -> None:
    for number in (1, 2):
        sign_review(review=sitting(number, photographer), signer=dermatologist)
    with pytest.raises(CommandError, match="signed masks of 2 patients"):
        call_command("train", "vitiligo", "--clinic", verbosity=0, stdout=StringIO())
    assert not list(weights.glob("vitiligo-clinic-*"))


def test_other_tasks_are_not_learnt_from_signed_masks() -> None:
    with pytest.raises(CommandError, match="Only vitiligo"):
        call_command("train", "face_matting", "--clinic", stdout=StringIO())


def test_a_training_ends_as_a_release_that_waits(
    weights: Path,
    photographer: User,
    dermatologist: User,
    administrator: User,
    client_of: Callable[[User], Client],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clinic, "BATCH", 2)
    monkeypatch.setattr(clinic, "STEPS_PER_EPOCH", 2)
    for number in (1, 2, 3):
        sign_review(review=sitting(number, photographer), signer=dermatologist)
    said = StringIO()
    call_command("train", "vitiligo", "--clinic", "--epochs=1", verbosity=0, stdout=said)
    assert "vitiligo-clinic-1 is entered and measures nothing yet" in said.getvalue()
    row = ModelRelease.objects.get(name="vitiligo-clinic-1")
    assert not row.is_active
    assert ModelRelease.objects.get(task="vitiligo", is_active=True).name == "vitiligo-1"
    assert [one["n"] for one in row.card["evaluation"]] == [1, 1]
    assert Card.from_json((weights / row.name / "card.json").read_text()).name == row.name
    event = Event.objects.get(object_label="analysis.modelrelease", object_id=str(row.pk))
    assert event.detail == {"base": "vitiligo-1", "teaching": 1, "judging": 1}
    assert (Path(settings.DATA_DIR) / "training" / row.name / "last.pt").exists()

    client, base = client_of(administrator), ModelRelease.objects.get(name="vitiligo-1")
    page = client.get(reverse("pages:release_comparison", args=[row.pk, base.pk])).content.decode()
    assert "Signed masks of this clinic, patients held out" in page
    assert "Make vitiligo-clinic-1 active" in page
    client.post(reverse("pages:release_promote", args=[row.pk]))
    assert ModelRelease.objects.get(task="vitiligo", is_active=True) == row
