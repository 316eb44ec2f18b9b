"""A person's word on a lesion: the other mask, another note. Each is a new version; none overwrites.

Signing is `analysis.reviews.sign_review`, as for a face.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from analysis.lesion_note import compose_note
from analysis.models import LesionAssessment, LesionReading, Review
from analysis.review_rules import ReviewRefused, lock_current, require_newest
from analysis.versions import open_review
from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record

LONGEST_REASON = 300
LONGEST_NOTE = 5000


def choose_mask(*, assessment: LesionAssessment, segmenter: str, author: User, reason: str) -> Review:
    """Take the mask of the other segmenter, with its description and estimate, for a reason.

    A note that is still composed is composed anew; one that a person worded stays as it is. Raises
    Superseded when `assessment` is not the newest version, and ReviewRefused without a reason, for the mask
    that is taken already, or for one that does not exist.
    """
    _require_recorder(author)
    if not (reason := " ".join(reason.split())[:LONGEST_REASON]):
        raise ReviewRefused("no_reason", _("Say in a few words why the other outline is the right one."))
    if segmenter == assessment.picked.segmenter:
        raise ReviewRefused("same_mask", _("This outline is taken already."))
    picked = LesionReading.objects.filter(run=assessment.run_id, segmenter=segmenter).first()
    if picked is None:
        raise ReviewRefused("no_mask", _("This network found no lesion in the photograph."))
    version = _next(assessment, author, reason)
    version.picked = picked
    if version.is_note_composed:
        version.note = compose_note(version)
    return _store(version, assessment, what="mask")


def edit_note(*, assessment: LesionAssessment, note: str, author: User, reason: str = "") -> Review:
    """Word the clinical note anew. Raises Superseded, and ReviewRefused for an empty or endless note."""
    _require_recorder(author)
    note = note.replace("\r\n", "\n").strip()
    if not note:
        raise ReviewRefused("no_note", _("The note is empty. Write what a colleague should read."))
    if len(note) > LONGEST_NOTE:
        raise ReviewRefused("long_note", _("Keep the note below 5000 characters."))
    reason = " ".join(reason.split())[:LONGEST_REASON] or _("Note worded anew")
    version = _next(assessment, author, reason)
    version.note, version.is_note_composed = note, False
    return _store(version, assessment, what="note")


def _require_recorder(user: User) -> None:
    """As for the masks of a face: whoever records may prepare a version; what counts is the signature."""
    if not user.may_record:
        raise PermissionDenied


def _next(base: LesionAssessment, author: User, reason: str) -> LesionAssessment:
    return LesionAssessment(
        run=base.run,
        version=base.version + 1,
        parent=base,
        author=author,
        reason=reason,
        picked=base.picked,
        agreement=base.agreement,
        needs_review=base.needs_review,
        note=base.note,
        is_note_composed=base.is_note_composed,
    )


@transaction.atomic
def _store(version: LesionAssessment, base: LesionAssessment, *, what: str) -> Review:
    lock_current(version.run.photo)
    require_newest(base)
    version.save()
    review = open_review(version)
    detail = {"what": what, "run": version.run_id, "version": version.version, "based_on": base.version}
    record(user=version.author, action=Event.Action.CREATE, target=review, detail=detail)
    return review
