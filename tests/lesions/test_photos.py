"""A photograph of a lesion goes through the same intake as any, into a place of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo
from imaging.refusals import NoConsent, SlotFilled, UnfitLesion, UnfitScale, UnreadablePhoto
from imaging.services import store_lesion_photo, withdraw_photo
from patients.entries.services import record_entry, strike_entry
from patients.models import Consent, Lesion, Patient, Purpose, Visit
from tests.imaging import pictures

pytestmark = pytest.mark.django_db


class TestStoring:
    def test_keeps_the_file_where_it_belongs(self, photo: Photo, lesion: Lesion, photographer: User) -> None:
        assert (photo.lesion, photo.view, photo.modality, photo.mm_per_pixel) == (
            lesion,
            "",
            "dermoscopy",
            0.05,
        )
        assert photo.renditions.count() == 2
        event = Event.objects.get(action="create", object_label="imaging.photo")
        assert (event.user, event.detail) == (photographer, {"lesion": lesion.pk, "sha256": photo.sha256})

    def test_one_photo_a_visit_and_lesion(self, photo: Photo, lesion: Lesion, photographer: User) -> None:
        again: dict[str, Any] = {"lesion": lesion, "visit": photo.visit, "user": photographer}
        with pytest.raises(SlotFilled, match="photograph of the lesion L1"):
            store_lesion_photo(file=pictures.photograph(1), **again)
        newer = store_lesion_photo(file=pictures.photograph(1), replace=True, **again)
        photo.refresh_from_db()
        assert photo.replaced_at is not None
        assert list(Photo.objects.of_lesions().standing()) == [newer]

    def test_two_lesions_of_a_visit_have_one_each(self, photo: Photo, photographer: User) -> None:
        other = Lesion.objects.create(
            patient=photo.visit.patient, label="L2", site="head_neck", noted_on=date(2026, 1, 5)
        )
        file = pictures.photograph(1)
        store_lesion_photo(lesion=other, visit=photo.visit, file=file, user=photographer)
        assert Photo.objects.of_lesions().standing().count() == 2

    def test_withdrawn_it_stays_in_the_record(self, photo: Photo, photographer: User) -> None:
        assert withdraw_photo(photo=photo, user=photographer).replaced_at is not None
        detail = Event.objects.latest("pk").detail
        assert detail == {"withdrawn_from_lesion": photo.lesion_id}

    def test_is_not_for_researchers(self, lesion: Lesion, visit: Visit, researcher: User) -> None:
        with pytest.raises(PermissionDenied):
            store_lesion_photo(lesion=lesion, visit=visit, file=pictures.photograph(), user=researcher)

    def test_is_refused_on_record(self, lesion: Lesion, visit: Visit, photographer: User) -> None:
        with pytest.raises(UnreadablePhoto):
            store_lesion_photo(
                lesion=lesion, visit=visit, file=BytesIO(pictures.moving_gif()), user=photographer
            )
        assert Event.objects.get(action="refuse").detail["lesion"] == lesion.pk
        assert not Photo.objects.exists()

    @pytest.mark.parametrize("scale", [0.0, -0.1, 3.0, float("nan"), float("inf")])
    def test_takes_no_scale_that_is_none(
        self, lesion: Lesion, visit: Visit, photographer: User, scale: float
    ) -> None:
        facts: dict[str, Any] = {"lesion": lesion, "visit": visit, "user": photographer}
        with pytest.raises(UnfitScale):
            store_lesion_photo(file=pictures.photograph(), mm_per_pixel=scale, **facts)

    def test_needs_the_patient_s_consent(self, lesion: Lesion, visit: Visit, photographer: User) -> None:
        days = {"given_on": date(2026, 1, 2), "withdrawn_on": date(2026, 2, 2)}
        Consent.objects.create(patient=visit.patient, purpose=Purpose.CARE, **days)
        with pytest.raises(NoConsent):
            store_lesion_photo(lesion=lesion, visit=visit, file=pictures.photograph(), user=photographer)

    def test_takes_no_other_patient_s_lesion(self, lesion: Lesion, photographer: User) -> None:
        foreign = pictures.visit(pictures.patient("R-2"))
        with pytest.raises(UnfitLesion):
            store_lesion_photo(lesion=lesion, visit=foreign, file=pictures.photograph(), user=photographer)

    def test_takes_no_lesion_entered_in_error(self, lesion: Lesion, visit: Visit, photographer: User) -> None:
        struck = strike_entry(entry=lesion, reason="a freckle", by=photographer)
        with pytest.raises(UnfitLesion, match="struck out"):
            store_lesion_photo(lesion=struck, visit=visit, file=pictures.photograph(), user=photographer)


@pytest.mark.parametrize(
    "change",
    [
        {"view": "left"},
        {"lesion": None},
        {"modality": "woods_lamp"},
        {"mm_per_pixel": 0.0},
        {"mm_per_pixel": -1.0},
    ],
)
def test_the_database_keeps_faces_and_lesions_apart(photo: Photo, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(**change)


class TestLesion:
    @pytest.mark.parametrize(
        "facts",
        [
            {"label": "L1"},
            {"label": ""},
            {"site": "nose"},
            {"map_side": "back"},
            {"map_side": "", "map_x": 0.5, "map_y": 0.5},
            {"map_side": "front", "map_x": 1.5, "map_y": 0.5},
            {"map_side": "side", "map_x": 0.5, "map_y": 0.5},
        ],
    )
    def test_rules(self, lesion: Lesion, facts: dict[str, Any]) -> None:
        given = {"label": "L2", "site": "head_neck", "noted_on": date(2026, 1, 5), **facts}
        other = Lesion(patient=lesion.patient, **given)
        with pytest.raises(ValidationError):
            other.validate_constraints()
        with pytest.raises(IntegrityError), transaction.atomic():
            other.save()

    @pytest.mark.parametrize("day", [date(1979, 1, 1), timezone.localdate() + timedelta(days=2)])
    def test_is_not_noted_before_birth_or_tomorrow(
        self, patient: Patient, photographer: User, day: date
    ) -> None:
        entry = Lesion(patient=patient, label="L1", site="head_neck", noted_on=day)
        with pytest.raises(ValidationError):
            record_entry(entry=entry, by=photographer)

    def test_its_label_is_free_again_when_struck_out(self, lesion: Lesion, photographer: User) -> None:
        strike_entry(entry=lesion, reason="entered twice", by=photographer)
        again = Lesion(patient=lesion.patient, label="L1", site="head_neck", noted_on=date(2026, 1, 5))
        record_entry(entry=again, by=photographer)
        assert list(Lesion.objects.standing()) == [again]

    def test_is_seen_by_those_who_see_the_patient(
        self, lesion: Lesion, make_user: Callable[..., User], researcher: User, photographer: User
    ) -> None:
        assert lesion not in Lesion.objects.visible_to(researcher)
        assert lesion in Lesion.objects.visible_to(photographer)
        Consent.objects.create(patient=lesion.patient, purpose=Purpose.RESEARCH, given_on=date(2026, 1, 2))
        assert lesion in Lesion.objects.visible_to(researcher)
