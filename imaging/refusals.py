"""Why a photograph was not stored, as a sentence in the reader's language."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from imaging.intake import RejectedImage
from imaging.intake.refusal import SENTENCES
from imaging.models import Photo, View
from patients.models import Visit


class PhotoRefused(Exception):
    """Base of every refusal: `code` is for the interface, `message` is fit to show."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class UnreadablePhoto(PhotoRefused):
    """The bytes are not an acceptable photograph."""


class DuplicatePhoto(PhotoRefused):
    """The same picture is stored already, here or elsewhere."""

    def __init__(self, code: str, message: str, existing: Photo) -> None:
        super().__init__(code, message)
        self.existing = existing


class SlotFilled(PhotoRefused):
    """The slot has a photograph, and nobody said that it is to be replaced."""


class OtherDay(PhotoRefused):
    """The camera says that the photograph is not of this sitting."""


class NoConsent(PhotoRefused):
    """The patient withdrew the consent to photographs for care."""


def no_consent() -> NoConsent:
    return NoConsent(
        "no_consent",
        _(
            "The consent to photographs for care was withdrawn. No photograph may be stored until it is "
            "given again."
        ),
    )


def unreadable(rejected: RejectedImage) -> UnreadablePhoto:
    facts = {name: _(fact) if isinstance(fact, str) else fact for name, fact in rejected.facts.items()}
    return UnreadablePhoto(str(rejected.code), _(SENTENCES[rejected.code]).format(**facts))


def slot_filled(view: str) -> SlotFilled:
    sentence = _(
        "The visit already has a photograph of the {view} view. "
        "Say that it is to be replaced; the old one is kept in the record."
    )
    return SlotFilled("slot_filled", sentence.format(view=View(view).label.lower()))


def other_day(taken: date, visit: date) -> OtherDay:
    sentence = _(
        "The camera took this photograph on {taken} and not on the day of the visit, {visit}. "
        "A repeat belongs to the same sitting."
    )
    return OtherDay("other_day", sentence.format(taken=date_format(taken), visit=date_format(visit)))


def duplicate(existing: Photo, visit: Visit, view: str, user: User) -> DuplicatePhoto:
    """The refusal that says where `existing`, the same picture, already is."""
    place = {"view": View(existing.view).label.lower(), "date": date_format(existing.visit.date)}
    if existing.visit_id == visit.pk and existing.view == view:
        code, sentence = "duplicate_same_slot", _("This very photograph is already stored as this view.")
    elif existing.visit_id == visit.pk:
        code = "duplicate_same_visit"
        sentence = _(
            "This photograph is already stored as the {view} view of this visit. "
            "Choose another file, or swap the two views if they were mixed up."
        )
    elif existing.visit.patient_id == visit.patient_id:
        code = "duplicate_same_patient"
        sentence = _(
            "This photograph is already stored as the {view} view of this patient's visit of {date}. "
            "Choose the photograph that was taken at this visit."
        )
    else:
        code, sentence = "duplicate_other_patient", _other_patient(existing, user, place)
    return DuplicatePhoto(code, sentence.format(**place), existing)


def _other_patient(existing: Photo, user: User, place: dict[str, str]) -> str:
    """The other patient is named by record number, and only to those who may read it anyway."""
    if user.may_identify and Photo.objects.visible_to(user).contains(existing):
        place["record"] = existing.visit.patient.record_number
        return _(
            "This photograph already belongs to another patient (record number {record}, visit of {date}). "
            "Check that the file and the patient are the right ones."
        )
    return _(
        "This photograph already belongs to another patient. "
        "Check that the file and the patient are the right ones."
    )
