"""The other mask, another note, a signature: each a version with a name, and nothing overwritten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from analysis.lesion_note import CAUTION
from analysis.lesion_reviews import choose_mask, edit_note
from analysis.models import LesionAssessment, Review, Run
from analysis.review_rules import ReviewRefused, Superseded
from analysis.reviews import sign_review
from analysis.services import rerun
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo
from imaging.services import store_lesion_photo
from tests.imaging import pictures
from tests.lesions.results import DEEPLAB, UNET

pytestmark = pytest.mark.django_db
Assess = Callable[..., LesionAssessment]


def states(photo: Photo) -> list[str]:
    return list(photo.reviews.order_by("pk").values_list("state", flat=True))


def final(photo: Photo) -> LesionAssessment | None:
    return LesionAssessment.objects.final().filter(run__photo=photo).first()


class TestNote:
    def test_is_composed_from_what_is_stored(self, assessment: LesionAssessment) -> None:
        note = assessment.note
        assert assessment.is_note_composed
        for words in (
            "Lesion L1, back. Dermoscopy, 2026-03-04.",
            "Outline of U-Net, picked by rule.",
            "agree to 0.80 (Dice, 0 to 1).",
            "Longest extent 5.0 mm, area 25.0 mm².",
            "Asymmetry marked, border irregularity moderate; image features, not the ABCD score.",
            "Colours: light brown, dark brown.",
            "Skin around the lesion: light (ITA 44°).",
            "malignancy 12 % (SD 3.0 % over repeated passes): benign. Confidence: medium.",
            "Releases: lesion_unet-1, lesion_deeplab-1, lesion_resnet-1, lesion_fusion-1.",
            str(CAUTION),
        ):
            assert words in note

    def test_says_when_the_outlines_do_not_agree(self, run: Run, assess: Assess) -> None:
        assessment = assess(run, agreement=0.41)
        assert assessment.needs_review
        assert "agree to 0.41 only (Dice, 0 to 1): look at both." in assessment.note

    def test_names_no_patient(self, assessment: LesionAssessment) -> None:
        assert "Ada" not in assessment.note

    def test_is_worded_anew_as_a_version(self, assessment: LesionAssessment, dermatologist: User) -> None:
        review = edit_note(assessment=assessment, note=" Watch it.\r\nAgain in May. ", author=dermatologist)
        version = review.result
        assert isinstance(version, LesionAssessment)
        assert (version.version, version.author, version.parent) == (2, dermatologist, assessment)
        assert (version.note, version.is_note_composed) == ("Watch it.\nAgain in May.", False)
        assert version.picked == assessment.picked
        assert states(version.run.photo) == ["superseded", "edited"]
        assessment.refresh_from_db()
        assert assessment.is_note_composed

    @pytest.mark.parametrize(("note", "code"), [("  ", "no_note"), ("x" * 5001, "long_note")])
    def test_is_refused(
        self, assessment: LesionAssessment, dermatologist: User, note: str, code: str
    ) -> None:
        with pytest.raises(ReviewRefused) as refusal:
            edit_note(assessment=assessment, note=note, author=dermatologist)
        assert refusal.value.code == code


class TestMask:
    def test_brings_its_own_values_and_note(self, assessment: LesionAssessment, dermatologist: User) -> None:
        review = choose_mask(
            assessment=assessment, segmenter=DEEPLAB, author=dermatologist, reason="hair left out"
        )
        version = review.result
        assert isinstance(version, LesionAssessment)
        assert (version.picked.segmenter, version.picked.malignancy) == (DEEPLAB, 0.30)
        assert (version.reason, version.is_note_composed) == ("hair left out", True)
        assert "Outline of DeepLabV3." in version.note
        assert "malignancy 30 %" in version.note
        assert Event.objects.filter(action="create", object_label="analysis.review").latest("pk").detail == {
            "what": "mask",
            "run": version.run_id,
            "version": 2,
            "based_on": 1,
        }

    def test_leaves_a_worded_note_alone(self, assessment: LesionAssessment, dermatologist: User) -> None:
        worded = edit_note(assessment=assessment, note="Mine.", author=dermatologist).result
        assert isinstance(worded, LesionAssessment)
        chosen = choose_mask(assessment=worded, segmenter=DEEPLAB, author=dermatologist, reason="tighter")
        assert isinstance(chosen.result, LesionAssessment)
        assert (chosen.result.note, chosen.result.is_note_composed) == ("Mine.", False)

    @pytest.mark.parametrize(
        ("segmenter", "reason", "code"),
        [(DEEPLAB, "  ", "no_reason"), (UNET, "why", "same_mask"), ("lesion_sam", "why", "no_mask")],
    )
    def test_is_refused(
        self, assessment: LesionAssessment, dermatologist: User, segmenter: str, reason: str, code: str
    ) -> None:
        with pytest.raises(ReviewRefused) as refusal:
            choose_mask(assessment=assessment, segmenter=segmenter, author=dermatologist, reason=reason)
        assert refusal.value.code == code

    def test_is_not_taken_on_an_old_version(self, assessment: LesionAssessment, dermatologist: User) -> None:
        edit_note(assessment=assessment, note="First.", author=dermatologist)
        with pytest.raises(Superseded, match="dermatologist-test"):
            choose_mask(assessment=assessment, segmenter=DEEPLAB, author=dermatologist, reason="late")

    def test_is_not_taken_on_a_replaced_photo(
        self, assessment: LesionAssessment, dermatologist: User
    ) -> None:
        photo = assessment.run.photo
        assert photo.lesion is not None
        file = pictures.photograph(9)
        store_lesion_photo(
            lesion=photo.lesion, visit=photo.visit, file=file, user=dermatologist, replace=True
        )
        with pytest.raises(ReviewRefused) as refusal:
            edit_note(assessment=assessment, note="Late.", author=dermatologist)
        assert refusal.value.code == "replaced"


class TestSigning:
    def test_is_for_dermatologists(self, assessment: LesionAssessment, photographer: User) -> None:
        with pytest.raises(PermissionDenied):
            sign_review(review=assessment.review, signer=photographer)

    def test_is_on_record(self, assessment: LesionAssessment, dermatologist: User) -> None:
        sign_review(review=assessment.review, signer=dermatologist)
        event = Event.objects.filter(object_label="analysis.review").latest("pk")
        assert event.detail == {
            "what": "signature",
            "photo": assessment.run.photo_id,
            "assessment": assessment.pk,
        }

    def test_outlasts_later_analyses(
        self, assessment: LesionAssessment, assess: Assess, dermatologist: User
    ) -> None:
        photo = assessment.run.photo
        sign_review(review=assessment.review, signer=dermatologist)
        again = assess(rerun(photo=photo, user=dermatologist))
        assert states(photo) == ["signed", "draft"]
        assert final(photo) == assessment
        sign_review(review=again.review, signer=dermatologist)
        assert states(photo) == ["superseded", "signed"]
        assert final(photo) == again

    def test_is_final(self, assessment: LesionAssessment, assess: Assess, dermatologist: User) -> None:
        review = sign_review(review=assessment.review, signer=dermatologist)
        other = assess(rerun(photo=assessment.run.photo, user=dermatologist))
        for change in ({"state": "draft"}, {"signer": None}, {"assessment": other}, {"assessment": None}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Review.objects.filter(pk=review.pk).update(**change)

    def test_a_draft_of_an_earlier_run_counts_no_more(
        self, assessment: LesionAssessment, dermatologist: User
    ) -> None:
        photo = assessment.run.photo
        assert final(photo) == assessment
        rerun(photo=photo, user=dermatologist)
        assert final(photo) is None
        assert not Review.objects.unsigned().filter(photo=photo).exists()


def test_researchers_change_nothing(assessment: LesionAssessment, researcher: User) -> None:
    with pytest.raises(PermissionDenied):
        edit_note(assessment=assessment, note="Mine.", author=researcher)
    with pytest.raises(PermissionDenied):
        choose_mask(assessment=assessment, segmenter=DEEPLAB, author=researcher, reason="why")


def test_a_review_is_of_one_result(assessment: LesionAssessment) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(photo=assessment.run.photo, state="superseded")
