"""What every edit and every signature stands on, of a face or of a lesion: nobody overwrites anybody."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analysis.models import LesionAssessment, Measurement, Review
from analysis.versions import lock_photo
from clinic.accounts.models import User
from imaging.models import Photo


class ReviewRefused(Exception):
    """Base of every refusal: `code` is for the interface, `message` is fit to show. Nothing was changed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Superseded(ReviewRefused):
    """Somebody else was faster: what was edited or signed is not the newest version any more."""


class UnusableMask(ReviewRefused):
    """The masks cannot be counted."""


def lock_current(photo: Photo) -> Photo:
    """Call it first in a transaction. Raises ReviewRefused for a photograph that was replaced."""
    photo = lock_photo(photo.pk)
    if photo.replaced_at is not None:
        message = _("This photograph was replaced. It is kept as it is; work on the newer one.")
        raise ReviewRefused("replaced", message)
    return photo


def require_newest(base: Measurement | LesionAssessment) -> None:
    """Inside the lock: no newer version of the run, and no newer run that took its place.

    Raises Superseded.
    """
    versions = base.run.measurements if isinstance(base, Measurement) else base.run.assessments
    newest = versions.select_related("review").order_by("-version").first()
    if newest is None or newest.version != base.version or newest.review.state == Review.State.SUPERSEDED:
        raise superseded(base.run.photo)


def superseded(photo: Photo) -> Superseded:
    """Who was faster, and what to do."""
    people = ("measurement__author", "assessment__author", "signer")
    newest = Review.objects.select_related(*people).filter(photo=photo)[0]
    who: User | None
    if newest.is_signed and newest.signer and newest.signed_at:
        who, when = newest.signer, newest.signed_at
        sentence = _("{who} signed this photograph on {when}. Load the page again to see what was signed.")
    else:
        who, when = newest.result.author, newest.result.created_at
        sentence = _(
            "A newer version was saved by {who} on {when}. It was not overwritten, and yours was not "
            "saved. Load the page again and decide which one is right."
        )
    name = who.get_username() if who else _("the software")
    moment = date_format(timezone.localtime(when), "Y-m-d H:i")
    return Superseded("superseded", sentence.format(who=name, when=moment))
