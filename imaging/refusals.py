"""Why a photograph was not stored, as a sentence in the reader's language."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from imaging.intake import RejectedImage
from imaging.intake.refusal import SENTENCES
from imaging.models import Photo, View
from patients.models import Lesion


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


class UnfitLesion(PhotoRefused):
    """The lesion takes no photograph of this visit."""


class UnfitScale(PhotoRefused):
    """The scale cannot be that of a picture of a lesion."""


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


def lesion_photographed(lesion: Lesion) -> SlotFilled:
    sentence = _(
        "The visit already has a photograph of the lesion {label}. "
        "Say that it is to be replaced; the old one is kept in the record."
    )
    return SlotFilled("slot_filled", sentence.format(label=lesion.label))


def other_patients_lesion() -> UnfitLesion:
    return UnfitLesion("other_patient", _("This lesion is another patient's. Choose one of this patient."))


def struck_lesion() -> UnfitLesion:
    message = _("This lesion was struck out as an error. Choose another one, or open it anew.")
    return UnfitLesion("lesion_struck_out", message)


def unfit_scale() -> UnfitScale:
    message = _("The scale is more than 0 and at most 1 mm per pixel. Leave it out if it is not known.")
    return UnfitScale("unfit_scale", message)


def other_day(taken: date, visit: date) -> OtherDay:
    sentence = _(
        "The camera took this photograph on {taken} and not on the day of the visit, {visit}. "
        "A repeat belongs to the same sitting."
    )
    return OtherDay("other_day", sentence.format(taken=date_format(taken), visit=date_format(visit)))


def duplicate(existing: Photo, wanted: Photo, user: User) -> DuplicatePhoto:
    """The refusal that says where `existing`, the same picture as `wanted`, already is."""
    place = {"place": _place(existing), "date": date_format(existing.visit.date)}
    same_visit = existing.visit_id == wanted.visit_id
    if same_visit and (existing.view, existing.lesion_id) == (wanted.view, wanted.lesion_id):
        code, sentence = "duplicate_same_slot", _("This very photograph is already stored here.")
        if wanted.view:
            sentence = _("This very photograph is already stored as this view.")
    elif same_visit:
        code = "duplicate_same_visit"
        sentence = _(
            "This photograph is already stored as the {place} of this visit. "
            "Choose another file, or swap the two views if they were mixed up."
        )
        if existing.lesion_id or wanted.lesion_id:
            sentence = _(
                "This photograph is already stored as the {place} of this visit. Choose another file."
            )
    elif existing.visit.patient_id == wanted.visit.patient_id:
        code = "duplicate_same_patient"
        sentence = _(
            "This photograph is already stored as the {place} of this patient's visit of {date}. "
            "Choose the photograph that was taken at this visit."
        )
    else:
        code, sentence = "duplicate_other_patient", _other_patient(existing, user, place)
    return DuplicatePhoto(code, sentence.format(**place), existing)


def _place(photo: Photo) -> str:
    if photo.lesion is not None:
        return _("photograph of the lesion {label}").format(label=photo.lesion.label)
    return _("{view} view").format(view=View(photo.view).label.lower())


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
