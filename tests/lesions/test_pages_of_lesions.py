"""The list, the page of one lesion over its visits, and the map of the body."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analysis.models import ModelRelease
from analysis.reviews import sign_review
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo
from patients.lesions.body_map import body_map
from patients.models import Lesion, Patient, Visit
from reports.lesion_changes import Pair
from reports.lesions import shots_of_lesion
from reports.pdf.safety import lesion_sentence
from tests.imaging import pictures
from tests.lesions import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


def text_of(client: Client, name: str, *keys: int, **query: str) -> str:
    answer = client.get(reverse(name, args=keys), query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def changes(lesion: Lesion) -> dict[str, tuple[str, str]]:
    pair = Pair(*shots_of_lesion(lesion))
    return {change.name: (change.difference, change.refusal) for change in pair.changes}


class TestList:
    @pytest.fixture
    def clinic(self, patient: Patient, visits: list[Visit], photographer: User, releases: Releases) -> None:
        """One lesion in each state, and one that was never photographed."""
        for label, state in (
            ("SURE", {"malignancy": 0.02}),
            ("UNSURE", {"malignancy": 0.4}),
            ("APART", {"agreement": 0.5}),
        ):
            photo = sittings.photographed(
                sittings.entered(patient, photographer, label), visits[0], photographer
            )
            sittings.assess(photo, releases, **state)
        withheld = sittings.photographed(
            sittings.entered(patient, photographer, "BLUR"), visits[0], photographer
        )
        sittings.withhold(withheld)
        sittings.entered(patient, photographer, "NEW")

    @pytest.mark.parametrize(
        ("show", "labels"),
        [
            ("", {"SURE", "UNSURE", "APART", "BLUR", "NEW"}),
            ("unsigned", {"SURE", "UNSURE", "APART"}),
            ("review", {"UNSURE", "APART"}),
            ("withheld", {"BLUR"}),
        ],
    )
    @pytest.mark.usefixtures("clinic")
    def test_each_list_holds_what_waits_there(self, doctor: Client, show: str, labels: set[str]) -> None:
        page = text_of(doctor, "pages:lesions", show=show)
        shown = {name for name in ("SURE", "UNSURE", "APART", "BLUR", "NEW") if f"<bdi>{name}</bdi>" in page}
        assert shown == labels
        assert lesion_sentence() in page
        assert f'<span class="count">{len(labels)}</span>' in page

    @pytest.mark.usefixtures("clinic")
    def test_a_signature_takes_a_lesion_off_the_lists(self, doctor: Client) -> None:
        photo = Photo.objects.get(lesion__label="UNSURE")
        review = photo.reviews.get()
        doctor.post(reverse("pages:lesion_sign", args=[photo.pk]), {"review": review.pk})
        for show in ("unsigned", "review"):
            assert "UNSURE" not in text_of(doctor, "pages:lesions", show=show)

    @pytest.mark.usefixtures("clinic")
    def test_the_list_asks_as_much_for_many_as_for_few(
        self, doctor: Client, patient: Patient, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        doctor.get(reverse("pages:lesions"))
        with CaptureQueriesContext(connection) as few:
            doctor.get(reverse("pages:lesions"))
        for number in range(4):
            lesion = sittings.entered(patient, photographer, f"M{number}")
            sittings.assess(sittings.photographed(lesion, visits[1], photographer), releases)
        with CaptureQueriesContext(connection) as many:
            doctor.get(reverse("pages:lesions"))
        assert len(many) == len(few) <= 16


class TestWorklist:
    def test_a_lesion_is_seen_while_it_is_analysed_and_until_it_is_signed(
        self,
        doctor: Client,
        lesion: Lesion,
        visits: list[Visit],
        photographer: User,
        releases: Releases,
        dermatologist: User,
    ) -> None:
        photo = sittings.photographed(lesion, visits[0], photographer)
        link = reverse("pages:lesion_photo", args=[photo.pk])
        running = text_of(doctor, "pages:worklist_running")
        assert "Waiting for a worker" in running
        assert link in running
        assessment = sittings.assess(photo, releases, malignancy=0.4)
        assert link not in text_of(doctor, "pages:worklist_running")
        listed = text_of(doctor, "pages:worklist", list="lesions")
        assert link in listed
        assert "Indeterminate: needs clinician review" in listed
        sign_review(review=assessment.review, signer=dermatologist)
        assert "Every assessment of a lesion is signed." in text_of(doctor, "pages:worklist", list="lesions")


class TestPatientPage:
    def test_the_section_shows_the_map_and_says_the_same_in_a_list(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        sittings.assess(sittings.photographed(lesion, visits[0], photographer), releases, malignancy=0.4)
        page = text_of(doctor, "pages:patient", lesion.patient_id)
        link = reverse("pages:lesion", args=[lesion.pk])
        assert f'<a class="body-map__point" href="{link}" aria-label="L1 Back"' in page
        assert f'<a href="{link}"><strong><bdi>L1</bdi></strong> Back</a>' in page
        assert "Indeterminate: needs clinician review" in page

    def test_lesions_never_fill_a_slot_of_the_face(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        sittings.assess(sittings.photographed(lesion, visits[0], photographer), releases)
        page = text_of(doctor, "pages:patient", lesion.patient_id)
        assert "The chart begins with the first measured photograph." in page

    def test_a_point_lies_where_it_was_marked(self, lesion: Lesion) -> None:
        front, back, face = body_map([lesion])
        assert (front.points, face.points) == ([], [])
        assert [(point.x, point.y) for point in back.points] == [("80.0", "126.0")]


class TestForm:
    FACTS = {"label": "L7", "site": "lower_extremity", "noted_on": "2026-01-05", "note": ""}

    def test_a_lesion_is_entered_with_its_spot(self, doctor: Client, patient: Patient) -> None:
        address = reverse("patients:lesion_create", args=[patient.pk])
        assert 'value="L1"' in doctor.get(address).content.decode()
        spot = {"map_side": "front", "map_x": "0.42", "map_y": "0.8"}
        page = doctor.post(address, self.FACTS | spot, follow=True).content.decode()
        assert "The lesion is entered." in page
        lesion = Lesion.objects.get()
        assert (lesion.label, lesion.map_side, lesion.map_x, lesion.map_y) == ("L7", "front", 0.42, 0.8)
        assert Event.objects.about(lesion).filter(action="create").count() == 1

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"map_side": "front"}, "Mark the spot on one side"),
            ({"map_side": "front", "map_x": "1.2", "map_y": "0.5"}, "Mark the spot on one side"),
            ({"label": "L1"}, "The patient has a lesion with this label already."),
            ({"label": ""}, "Give the lesion a label"),
            ({"noted_on": "2199-01-01"}, "This day has not come yet."),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(
        self, doctor: Client, lesion: Lesion, facts: dict[str, str], said: str
    ) -> None:
        answer = doctor.post(reverse("patients:lesion_create", args=[lesion.patient_id]), self.FACTS | facts)
        assert answer.status_code == 422
        assert said in answer.content.decode()

    def test_a_lesion_is_corrected_and_struck_out(self, doctor: Client, lesion: Lesion) -> None:
        address = reverse("patients:lesion_edit", args=[lesion.pk])
        assert 'value="0.4"' in doctor.get(address).content.decode()
        assert doctor.post(address, self.FACTS).status_code == 302
        lesion.refresh_from_db()
        assert (lesion.label, lesion.map_side, lesion.map_x) == ("L7", "", None)
        strike = reverse("patients:entry_strike", args=["lesion", lesion.pk])
        doctor.post(strike, {"reason": "Entered twice"})
        assert doctor.get(reverse("pages:lesion", args=[lesion.pk])).status_code == 404

    def test_a_researcher_enters_nothing(
        self, client_of: Callable[[User], Client], researcher: User, patient: Patient
    ) -> None:
        address = reverse("patients:lesion_create", args=[patient.pk])
        assert client_of(researcher).get(address).status_code == 403


class TestFollowUp:
    def test_two_visits_stand_side_by_side_with_their_changes(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        for visit, radius, malignancy in zip(visits, (50, 60), (0.03, 0.4), strict=True):
            photo = sittings.photographed(lesion, visit, photographer, mm_per_pixel=0.02)
            sittings.assess(photo, releases, radius=radius, malignancy=malignancy)
        page = text_of(doctor, "pages:lesion", lesion.pk)
        for text in ("+0.4 mm<", "mm² (+4", "+37 points", "the same", "measurement error", lesion_sentence()):
            assert text in page
        assert "Not comparable:" not in page
        assert Event.objects.about(lesion).filter(action="read").count() == 1

    def test_without_a_scale_sizes_are_not_compared(
        self, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        for visit in visits:
            sittings.assess(sittings.photographed(lesion, visit, photographer), releases)
        found = changes(lesion)
        for name in ("Area", "Diameter"):
            assert found[name] == ("", "no scale on both: sizes in pixels are not compared")
        assert found["Border irregularity"] == ("0.00", "")

    def test_what_differs_is_named_and_no_change_is_stated(
        self, doctor: Client, lesion: Lesion, visits: list[Visit], photographer: User, releases: Releases
    ) -> None:
        sittings.assess(sittings.photographed(lesion, visits[0], photographer), releases)
        other = ModelRelease.objects.create(name="lesion_unet-2", task="lesion_unet", sha256="9" * 64)
        photo = sittings.photographed(lesion, visits[1], photographer, modality="visible")
        sittings.assess(photo, releases | {"lesion_unet": other})
        why = ["photographed in another way", "outlined by another network or release"]
        assert Pair(*shots_of_lesion(lesion)).refusals == why
        assert {difference for difference, _refusal in changes(lesion).values()} == {""}
        page = text_of(doctor, "pages:lesion", lesion.pk)
        assert f"Not comparable: {why[0]}; {why[1]}." in page

    def test_a_chosen_pair_is_shown(
        self, doctor: Client, patient: Patient, lesion: Lesion, photographer: User, releases: Releases
    ) -> None:
        photos = []
        for day in (5, 6, 7):
            photo = sittings.photographed(lesion, pictures.visit(patient, day), photographer)
            sittings.assess(photo, releases)
            photos.append(photo)
        page = text_of(doctor, "pages:lesion", lesion.pk, first=str(photos[1].pk), second=str(photos[2].pk))
        assert f'<option value="{photos[1].pk}" selected>' in page
        assert "selected" in text_of(doctor, "pages:lesion", lesion.pk, first="x")

    def test_a_photograph_is_uploaded_and_shows_its_progress(
        self, client_of: Callable[[User], Client], lesion: Lesion, visits: list[Visit], photographer: User
    ) -> None:
        nurse, address = client_of(photographer), reverse("pages:lesion_upload", args=[lesion.pk])
        facts = {"visit": visits[1].pk, "modality": "dermoscopy", "mm_per_pixel": "0.02"}
        answer = nurse.post(address, {**facts, "file": sittings.picture(7)}, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
        photo = Photo.objects.get()
        assert (photo.lesion, photo.mm_per_pixel, photo.view) == (lesion, 0.02, "")
        page = text_of(nurse, "pages:lesion", lesion.pk)
        assert reverse("pages:lesion_shot", args=[photo.pk]) in page
        assert "Waiting for a worker" in text_of(nurse, "pages:lesion_shot", photo.pk)
        sittings.withhold(photo)
        shot = nurse.get(reverse("pages:lesion_shot", args=[photo.pk]))
        assert shot.headers["HX-Refresh"] == "true"

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"file": None}, "Choose the photograph first."),
            ({"visit": "999"}, "One of the fields needs a correction."),
            ({"mm_per_pixel": "-1"}, "One of the fields needs a correction."),
        ],
    )
    def test_an_upload_that_cannot_be_is_refused_in_the_form(
        self,
        client_of: Callable[[User], Client],
        lesion: Lesion,
        visits: list[Visit],
        photographer: User,
        facts: dict[str, str | None],
        said: str,
    ) -> None:
        posted = {"visit": str(visits[0].pk), "modality": "dermoscopy", "file": sittings.picture(1)} | facts
        address = reverse("pages:lesion_upload", args=[lesion.pk])
        given = {name: value for name, value in posted.items() if value is not None}
        answer = client_of(photographer).post(address, given, headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Photo.objects.exists()
