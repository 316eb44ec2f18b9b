"""Versions of masks and where they stand: what may follow what, and that nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from analysis.claims import claim_run
from analysis.mask_files import read_mask
from analysis.models import Mask, Measurement, ModelRelease, Review, Run
from analysis.outcomes import finish_run, refuse_run
from analysis.review_rules import ReviewRefused, Superseded, UnusableMask
from analysis.reviews import dice, save_masks, sign_review, sign_reviews
from analysis.services import queue_run
from analysis.vision.terms import Mask as PixelMask
from clinic.accounts.models import Role, User
from clinic.audit.models import Event
from imaging.models import Photo
from imaging.services import store_photo
from patients.models import Visit
from tests.analysis.results import SHAPE, face_result
from tests.imaging import pictures

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


@pytest.fixture
def photo(visit: Visit, photographer: User) -> Photo:
    file = pictures.photograph(size=(SHAPE[1], SHAPE[0]))
    return store_photo(visit=visit, view="front", modality="visible", file=file, user=photographer)


@pytest.fixture
def measured(photo: Photo, releases: Releases) -> Run:
    return measure(photo, releases)


def measure(photo: Photo, releases: Releases) -> Run:
    run = queue_run(photo=photo)
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    finish_run(claim=claim, result=face_result(), releases=releases)
    run.refresh_from_db()
    return run


def half() -> PixelMask:
    """The model's 2500 vitiligo pixels without the lower half."""
    mask = face_result().vitiligo
    mask[175:] = 0
    return mask


def edit(run: Run, author: User, based_on: int = 1, mask: PixelMask | None = None) -> Review:
    mask = half() if mask is None else mask
    return save_masks(run=run, author=author, reason="lamp reflex", based_on=based_on, vitiligo=mask)


def states(photo: Photo) -> list[str]:
    return list(photo.reviews.order_by("pk").values_list("state", flat=True))


def final(photo: Photo) -> Measurement | None:
    return Measurement.objects.final().filter(run__photo=photo).first()


class TestEditing:
    def test_is_a_new_version_counted_from_what_is_stored(self, measured: Run, dermatologist: User) -> None:
        review = edit(measured, dermatologist)
        measurement = review.measured
        measurement.refresh_from_db()
        assert (measurement.version, measurement.author, measurement.reason) == (
            2,
            dermatologist,
            "lamp reflex",
        )
        assert measurement.parent == measured.measurements.get(version=1)
        assert (measurement.n_face, measurement.n_vitiligo) == (20_000, 1_250)
        assert measurement.f_vitiligo == pytest.approx(6.25)
        stored = {mask.kind: read_mask(mask) for mask in measurement.masks.all()}
        assert set(stored) == {"face", "vitiligo", "glare"}
        assert np.array_equal(stored["vitiligo"], half())
        assert measurement.dice_vitiligo == pytest.approx(2 * 1250 / 3750)
        assert measurement.dice_face == 1.0
        assert measurement.outlines.count() == 2

    def test_leaves_the_model_s_masks_as_they_were(self, measured: Run, dermatologist: User) -> None:
        before = {mask.kind: mask.sha256 for mask in Mask.objects.all()}
        edit(measured, dermatologist)
        model = measured.measurements.get(version=1)
        assert {mask.kind: mask.sha256 for mask in model.masks.all()} == before
        assert model.n_vitiligo == 2_500
        assert int(read_mask(model.masks.get(kind="vitiligo")).sum()) == 2_500

    def test_keeps_vitiligo_inside_the_face(self, measured: Run, dermatologist: User) -> None:
        everything = np.ones(SHAPE, np.uint8)
        measurement = edit(measured, dermatologist, mask=everything).measured
        assert measurement.n_vitiligo == measurement.n_face == 20_000
        assert int(read_mask(measurement.masks.get(kind="vitiligo")).sum()) == 20_000

    def test_a_smaller_face_takes_vitiligo_along(self, measured: Run, dermatologist: User) -> None:
        face = face_result().face
        face[160:] = 0
        review = save_masks(run=measured, author=dermatologist, reason="beard", based_on=1, face=face)
        assert (review.measured.n_face, review.measured.n_vitiligo) == (6_000, 500)

    def test_an_unchanged_mask_is_not_stored_twice(self, measured: Run, dermatologist: User) -> None:
        measurement = edit(measured, dermatologist).measured
        names = {mask.kind: mask.file.name for mask in measured.measurements.get(version=1).masks.all()}
        kept = {mask.kind for mask in measurement.masks.all() if mask.file.name == names[mask.kind]}
        assert kept == {"face", "glare"}

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"reason": "  "}, ReviewRefused),
            ({"based_on": 2}, Superseded),
            ({"based_on": 0}, Superseded),
            ({"vitiligo": np.zeros((10, 10), np.uint8)}, UnusableMask),
            ({"vitiligo": np.full(SHAPE, 2, np.uint8)}, UnusableMask),
            ({"face": np.zeros(SHAPE, np.uint8)}, UnusableMask),
        ],
    )
    def test_is_refused_with_a_sentence_and_changes_nothing(
        self, measured: Run, dermatologist: User, changes: dict[str, object], error: type[ReviewRefused]
    ) -> None:
        wanted = {"reason": "lamp reflex", "based_on": 1, "vitiligo": half(), **changes}
        with pytest.raises(error) as refused:
            save_masks(run=measured, author=dermatologist, **wanted)  # type: ignore[arg-type]
        assert refused.value.message.endswith(".")
        assert states(measured.photo) == ["draft"]
        assert Measurement.objects.count() == 1

    def test_is_not_for_researchers(self, measured: Run, researcher: User) -> None:
        with pytest.raises(PermissionDenied):
            edit(measured, researcher)

    def test_the_second_of_two_editors_is_told_who_was_faster(
        self, measured: Run, dermatologist: User, photographer: User
    ) -> None:
        edit(measured, dermatologist)
        with pytest.raises(Superseded, match=dermatologist.username):
            edit(measured, photographer)
        assert states(measured.photo) == ["superseded", "edited"]
        assert final(measured.photo) == Measurement.objects.get(version=2)

    def test_of_a_run_that_a_newer_one_replaced_is_refused(
        self, measured: Run, dermatologist: User, releases: Releases
    ) -> None:
        measure(measured.photo, releases)
        with pytest.raises(Superseded, match="the software"):
            edit(measured, dermatologist)


# What is done one after another, the states of the versions it leaves, and which of them is final.
COURSES = [
    ("", ["draft"], 0),
    ("edit", ["superseded", "edited"], 1),
    ("edit edit", ["superseded", "superseded", "edited"], 2),
    ("sign", ["signed"], 0),
    ("edit sign", ["superseded", "signed"], 1),
    ("sign edit", ["signed", "edited"], 0),
    ("sign edit edit", ["signed", "superseded", "edited"], 0),
    ("sign edit sign", ["superseded", "signed"], 1),
    ("rerun", ["superseded", "draft"], 1),
    ("edit rerun", ["superseded", "superseded", "draft"], 2),
    ("sign rerun", ["signed", "draft"], 0),
    ("sign rerun sign", ["superseded", "signed"], 1),
    ("sign rerun edit sign", ["superseded", "superseded", "signed"], 2),
    ("queue", ["draft"], None),
    ("refuse", ["draft"], None),
    ("sign queue", ["signed"], 0),
    ("sign refuse", ["signed"], 0),
]


@pytest.mark.parametrize(
    ("course", "expected", "last"), COURSES, ids=[course[0] or "-" for course in COURSES]
)
def test_states(
    course: str, expected: list[str], last: int | None, measured: Run, dermatologist: User, releases: Releases
) -> None:
    photo, run = measured.photo, measured
    for step in course.split():
        newest = run.measurements.order_by("-version")[0]
        match step:
            case "edit":
                edit(run, dermatologist, based_on=newest.version, mask=half() * (newest.version % 2))
            case "sign":
                sign_review(review=newest.review, signer=dermatologist)
            case "rerun":
                run = measure(photo, releases)
            case "queue":
                queue_run(photo=photo)
            case "refuse":
                claim = claim_run(run_id=queue_run(photo=photo).pk)
                assert claim is not None
                refuse_run(claim=claim, code="no_face")
    assert states(photo) == expected
    versions = list(Measurement.objects.order_by("pk"))
    assert final(photo) == (None if last is None else versions[last])
    assert Measurement.objects.signed().count() == expected.count("signed")
    assert [review.measurement for review in photo.reviews.order_by("pk")] == versions


class TestSigning:
    def test_says_who_and_when_and_leaves_an_event(self, measured: Run, dermatologist: User) -> None:
        review = sign_review(review=measured.photo.reviews.get(), signer=dermatologist)
        review.refresh_from_db()
        assert (review.state, review.signer) == ("signed", dermatologist)
        assert review.signed_at is not None
        event = Event.objects.about(review).get(action="change")
        assert (event.user, event.detail["what"]) == (dermatologist, "signature")

    def test_keeps_the_signature_that_it_supersedes(self, measured: Run, dermatologist: User) -> None:
        first = sign_review(review=measured.photo.reviews.get(), signer=dermatologist)
        second = sign_review(review=edit(measured, dermatologist), signer=dermatologist)
        first.refresh_from_db()
        assert (first.state, first.signer, second.state) == ("superseded", dermatologist, "signed")
        assert Event.objects.about(second).get(action="change").detail["supersedes"] == first.pk

    @pytest.mark.parametrize("role", [Role.PHOTOGRAPHER, Role.RESEARCHER, Role.ADMINISTRATOR])
    def test_is_for_dermatologists(self, measured: Run, make_user: Callable[..., User], role: Role) -> None:
        with pytest.raises(PermissionDenied):
            sign_review(review=measured.photo.reviews.get(), signer=make_user(role, username="other"))

    def test_twice_is_refused(self, measured: Run, dermatologist: User) -> None:
        review = measured.photo.reviews.get()
        sign_review(review=review, signer=dermatologist)
        with pytest.raises(Superseded, match=f"{dermatologist.username} signed this photograph"):
            sign_review(review=review, signer=dermatologist)

    def test_of_what_was_edited_meanwhile_is_refused(self, measured: Run, dermatologist: User) -> None:
        seen = measured.photo.reviews.get()
        edit(measured, dermatologist)
        with pytest.raises(Superseded, match="newer version was saved"):
            sign_review(review=seen, signer=dermatologist)
        assert states(measured.photo) == ["superseded", "edited"]

    def test_of_a_replaced_photo_is_refused(self, measured: Run, dermatologist: User) -> None:
        Photo.objects.update(replaced_at=timezone.now())
        with pytest.raises(ReviewRefused, match="was replaced"):
            sign_review(review=measured.photo.reviews.get(), signer=dermatologist)

    def test_of_several_is_all_or_none(
        self, measured: Run, visit: Visit, dermatologist: User, releases: Releases
    ) -> None:
        file = pictures.photograph(9, size=(SHAPE[1], SHAPE[0]))
        other = store_photo(visit=visit, view="left", modality="visible", file=file, user=dermatologist)
        measure(other, releases)
        stale, fresh = measured.photo.reviews.get(), other.reviews.get()
        edit(measured, dermatologist)
        with pytest.raises(Superseded):
            sign_reviews(reviews=[fresh, stale], signer=dermatologist)
        assert states(other) == ["draft"]
        newest = measured.photo.reviews.get(state="edited")
        assert len(sign_reviews(reviews=[fresh, newest], signer=dermatologist)) == 2


class TestTheDatabaseItselfRefuses:
    @pytest.fixture
    def signed(self, measured: Run, dermatologist: User) -> Review:
        return sign_review(review=measured.photo.reviews.get(), signer=dermatologist)

    @pytest.mark.parametrize(
        "change",
        [
            {"state": "draft", "signer": None, "signed_at": None},
            {"state": "superseded", "signer": None, "signed_at": None, "superseded_at": timezone.now()},
            {"signed_at": timezone.now()},
        ],
    )
    def test_to_take_a_signature_back(self, signed: Review, change: dict[str, object]) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            Review.objects.filter(pk=signed.pk).update(**change)

    def test_to_revive_what_was_superseded(self, signed: Review, dermatologist: User) -> None:
        edited = edit(signed.measured.run, dermatologist)
        sign_review(review=edited, signer=dermatologist)
        with pytest.raises(DatabaseError), transaction.atomic():
            Review.objects.filter(pk=signed.pk).update(state="draft", superseded_at=None)

    @pytest.mark.parametrize("model", [Review, Mask, Measurement])
    def test_to_delete(self, signed: Review, model: type[Review | Mask | Measurement]) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")

    def test_other_counts_or_another_file(self, signed: Review) -> None:
        with pytest.raises(DatabaseError), transaction.atomic():
            Measurement.objects.update(n_vitiligo=0)
        with pytest.raises(DatabaseError), transaction.atomic():
            Mask.objects.update(sha256="0" * 64)

    @pytest.mark.parametrize(
        "fields",
        [
            {"state": "signed"},
            {"state": "superseded"},
            {"state": "doubted"},
            {"state": "draft", "signed_at": timezone.now()},
            {"state": "edited"},
        ],
    )
    def test_a_state_that_cannot_be(
        self, measured: Run, dermatologist: User, fields: dict[str, object]
    ) -> None:
        """The last one is a second open review of the photo."""
        other = Measurement.objects.get()
        other.pk, other.version, other.parent_id, other.author, other.reason = None, 2, 1, dermatologist, "x"
        other.parent = Measurement.objects.get()
        other.save()
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(photo=measured.photo, measurement=other, **fields)

    def test_two_signed_reviews_of_one_photo(self, signed: Review, dermatologist: User) -> None:
        second = edit(signed.measured.run, dermatologist)
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=second.pk).update(
                state="signed", signer=dermatologist, signed_at=timezone.now()
            )


def test_dice_of_empty_masks_is_agreement() -> None:
    empty, full = np.zeros((2, 2), np.uint8), np.ones((2, 2), np.uint8)
    assert (dice(empty, empty), dice(empty, full), dice(full, full)) == (1.0, 0.0, 1.0)
