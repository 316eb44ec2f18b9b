"""The pages of single lesions: what they say in every state, and what they never say."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from analysis.models import ModelRelease
from clinic.accounts.models import User
from patients.models import Lesion, Visit
from reports.pdf.safety import lesion_sentence
from tests.imaging import pictures
from tests.lesions import sittings
from tests.lesions.ovals import NARROW, SHARP

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]
NUMBER = re.compile(r"\d ?%|±|Dice")


def text_of(client: Client, name: str, *keys: int, **query: str) -> str:
    answer = client.get(reverse(name, args=keys), query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


class TestPhoto:
    @pytest.mark.parametrize(
        ("malignancy", "said", "leads_to"),
        [
            (0.02, "Leans benign, confidence high", "A low estimate is no reason to leave out"),
            (0.40, "Indeterminate: needs clinician review", "leans to a benign class and is still"),
            (0.58, "Indeterminate: needs clinician review", "leans to a malignant class and is still"),
            (0.97, "Leans malignant, confidence high", "prompt examination with dermoscopy"),
        ],
    )
    def test_an_estimate_is_said_in_words_with_its_spread_and_its_next_steps(
        self,
        doctor: Client,
        lesion: Lesion,
        visits: list[Visit],
        photographer: User,
        releases: Releases,
        malignancy: float,
        said: str,
        leads_to: str,
    ) -> None:
        photo = sittings.photographed(lesion, visits[0], photographer)
        sittings.assess(photo, releases, malignancy=malignancy, quality=(SHARP, NARROW))
        page = text_of(doctor, "pages:lesion_photo", photo.pk)
        for text in (
            said,
            leads_to,
            "± 3",
            "Agreement (Dice) <strong>0.93",
            lesion_sentence(),
            "for viewing only, never measured",
            "information, not an order",
            "composed from the values, not worded by a person",
            "Draft produced by software lesion_unet-1",
            "At least 1280 x 720 pixels are advised",
            "Asymmetry",
            "intermediate, ITA 38°",
            "Grad-CAM",
        ):
            assert text.lower() in page.lower(), text

    def test_the_reference_table_is_looked_at_and_changes_nothing_else(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        photo = sittings.photographed(lesion, visits[0], photographer)
        sittings.assess(photo, releases, malignancy=0.59)
        page = text_of(doctor, "pages:lesion_photo", photo.pk, bands="reference")
        assert "Leans benign, confidence low" in page
        assert "leans to a malignant class and is still" in page
        assert "Indeterminate: needs" in text_of(doctor, "pages:lesion_photo", photo.pk, bands="nonsense")

    @pytest.mark.parametrize(
        ("code", "sentence"),
        [
            ("lesion_blurred", "The picture is not sharp. Hold the camera still"),
            ("lesion_not_skin", "does not look like skin seen close up"),
            ("lesion_tone_not_evaluated", "Outside the conditions this model was evaluated on (skin tone)"),
        ],
    )
    def test_a_withheld_estimate_gives_a_reason_and_no_number(
        self,
        doctor: Client,
        lesion: Lesion,
        visits: list[Visit],
        photographer: User,
        code: str,
        sentence: str,
    ) -> None:
        photo = sittings.photographed(lesion, visits[0], photographer)
        sittings.withhold(photo, code)
        page = text_of(doctor, "pages:lesion_photo", photo.pk)
        assert sentence in page
        assert lesion_sentence() in page
        body = page[page.index('id="lesion-result"') : page.index('id="facts-title"')]
        assert NUMBER.search(body) is None
        assert page.count("Withheld") == 2  # above, and in the history
        assert "Sign…" not in page

    def test_a_failure_is_the_software_s(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User
    ) -> None:
        photo = sittings.photographed(lesion, visits[0], photographer)
        sittings.fail(photo)
        assert "this says nothing about the lesion" in text_of(doctor, "pages:lesion_photo", photo.pk)

    def test_masks_and_classifiers_that_disagree_are_named(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        photo = sittings.photographed(lesion, visits[0], photographer)
        sittings.assess(photo, releases, malignancy=0.8, apart=0.3, agreement=0.55)
        page = text_of(doctor, "pages:lesion_photo", photo.pk)
        for text in ("Needs review", "The two classifiers disagree", "Leans malignant, confidence low"):
            assert text in page
        assert "masks disagree · classifiers disagree" in text_of(doctor, "pages:lesions", show="review")

    def test_while_it_is_analysed_the_page_asks_again(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        photo = sittings.photographed(lesion, visits[0], photographer)
        progress = reverse("pages:lesion_photo_progress", args=[photo.pk])
        assert progress in text_of(doctor, "pages:lesion_photo", photo.pk)
        assert "Waiting for a worker" in doctor.get(progress).content.decode()
        sittings.assess(photo, releases)
        assert doctor.get(progress).headers["HX-Refresh"] == "true"

    def test_a_doctor_signs_what_was_shown(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        photo = sittings.photographed(lesion, visits[0], photographer)
        review = sittings.assess(photo, releases, malignancy=0.4).review
        assert "Sign the assessment" in text_of(doctor, "pages:lesion_photo", photo.pk)
        address = reverse("pages:lesion_sign", args=[photo.pk])
        page = doctor.post(address, {"review": review.pk}, follow=True).content.decode()
        assert "This assessment is final." in page
        assert "Draft produced by software" not in page
        assert "Nothing was signed." in doctor.post(address, {"review": 999}, follow=True).content.decode()

    @pytest.mark.parametrize(("role", "may_prepare"), [("photographer", True), ("researcher", False)])
    def test_others_may_prepare_a_version_and_not_sign_it(
        self,
        client_of: Callable[[User], Client],
        lesion: Lesion,
        visits: list[Visit],
        photographer: User,
        releases: Releases,
        role: str,
        may_prepare: bool,
        request: pytest.FixtureRequest,
    ) -> None:
        lesion.patient.consents.create(purpose="research", given_on="2026-01-01")
        photo = sittings.photographed(lesion, visits[0], photographer)
        review = sittings.assess(photo, releases).review
        client = client_of(request.getfixturevalue(role))
        page = text_of(client, "pages:lesion_photo", photo.pk)
        assert "Sign…" not in page
        assert ("Take this mask…" in page, "Edit the note…" in page) == (may_prepare, may_prepare)
        address = reverse("pages:lesion_sign", args=[photo.pk])
        assert client.post(address, {"review": review.pk}).status_code == 403
        note = {"assessment": review.assessment_id, "note": "Mine"}
        answer = client.post(reverse("pages:lesion_note", args=[photo.pk]), note)
        assert answer.status_code == (302 if may_prepare else 403)

    def test_a_researcher_reads_no_names(
        self,
        client_of: Callable[[User], Client],
        researcher: User,
        lesion: Lesion,
        visits: list[Visit],
        photographer: User,
        releases: Releases,
    ) -> None:
        lesion.patient.consents.create(purpose="research", given_on="2026-01-01")
        photo = sittings.photographed(lesion, visits[0], photographer)
        sittings.assess(photo, releases)
        for name, key in (("pages:lesion_photo", photo.pk), ("pages:lesion", lesion.pk)):
            page = text_of(client_of(researcher), name, key)
            assert lesion.patient.name not in page
            assert photographer.username not in page
            assert "Ada's sister" not in page

    def test_a_stranger_s_lesion_is_not_found(
        self, client_of: Callable[[User], Client], researcher: User, photographer: User, releases: Releases
    ) -> None:
        hidden = pictures.patient(number="2026-0999")
        lesion = sittings.entered(hidden, photographer)
        photo = sittings.photographed(lesion, pictures.visit(hidden), photographer)
        client = client_of(researcher)
        for name, key in (
            ("pages:lesion", lesion.pk),
            ("pages:lesion_photo", photo.pk),
            ("pages:lesion_shot", photo.pk),
            ("reports:lesion_report", photo.pk),
        ):
            assert client.get(reverse(name, args=[key])).status_code == 404
        assert lesion.label not in re.sub(r"<[^>]+>", " ", text_of(client, "pages:lesions"))

    def test_a_clinician_takes_the_other_mask_with_a_reason(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        photo = sittings.photographed(lesion, visits[0], photographer)
        assessment = sittings.assess(photo, releases)
        address = reverse("pages:lesion_mask", args=[photo.pk])
        facts = {"assessment": assessment.pk, "segmenter": "lesion_deeplab", "reason": "Hair at the border"}
        page = doctor.post(address, facts, follow=True).content.decode()
        assert "The other mask is taken." in page
        assert "Hair at the border" in page
        assert "Take the mask of U-Net" in page
        refused = doctor.post(address, {**facts, "reason": "late"}, follow=True).content.decode()
        assert "A newer version was saved by" in refused

    def test_a_note_is_worded_by_a_person_and_says_so(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        photo = sittings.photographed(lesion, visits[0], photographer)
        assessment = sittings.assess(photo, releases)
        address = reverse("pages:lesion_note", args=[photo.pk])
        facts = {"assessment": assessment.pk, "note": "Seen with the patient. Follow up in May."}
        page = doctor.post(address, facts, follow=True).content.decode()
        assert "Follow up in May." in page
        assert "worded by a person" in page
        assert "composed from the values" not in page
        assert (
            "The note is empty" in doctor.post(address, {**facts, "note": " "}, follow=True).content.decode()
        )
