"""The mask editor: the newest version of a photograph's masks, on a page of its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from analysis.mask_api import mask_address
from analysis.models import Mask, Measurement, Review
from clinic.accounts.staff import StaffRequest, require_recorder
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import Photo

MODEL_VERSION = 1


@require_GET
def photo_edit(request: StaffRequest, pk: int) -> HttpResponse:
    user = require_recorder(request)
    photos = Photo.objects.visible_to(user).current().select_related("visit__patient")
    photo = get_object_or_404(photos, pk=pk)
    measurement = _measurement_to_edit(photo)
    if measurement is None:
        messages.warning(request, _("There is nothing to edit: this photograph has no value yet."))
        return redirect("pages:photo", pk)
    record(user=user, action=Event.Action.READ, target=photo)
    context = {
        "photo": photo,
        "visit": photo.visit,
        "patient": photo.visit.patient,
        "run": measurement.run,
        "measurement": measurement,
        "masks": _addresses(measurement),
        "model_masks": _addresses(measurement.run.measurements.get(version=MODEL_VERSION)),
        "words": _words(),
        "shortcuts": _shortcuts(),
    }
    return render(request, "pages/editor.html", context)


def _measurement_to_edit(photo: Photo) -> Measurement | None:
    """What waits for a signature; otherwise what was signed."""
    reviews = photo.reviews.select_related("measurement__run__vitiligo", "measurement__author")
    review = reviews.unsigned().first() or reviews.filter(state=Review.State.SIGNED).first()
    return review.measurement if review else None


def _addresses(measurement: Measurement) -> dict[str, str]:
    return {kind.value: mask_address(measurement, kind) for kind in (Mask.Kind.FACE, Mask.Kind.VITILIGO)}


def _words() -> dict[str, str]:
    """What the page says by itself; `{}` stands for a number."""
    return {
        "points": _("{} points"),
        "notLoaded": _(
            "The photograph is still loading at its own size. Tools that look at it work when it is there."
        ),
        "notOpened": _(
            "The photograph or its masks could not be loaded. Check the network and load the page again."
        ),
        "clickDarker": _("This point is on the darker side of the border. Click inside the lesion."),
        "clickBrighter": _("This point is on the brighter side of the border. Click the skin to take away."),
        "noBorder": _("No border closes around this point. Paint it with the smart brush or a polygon."),
        "outsideFace": _("Vitiligo is filled inside the face only. Click inside the face outline."),
        "nothingToFill": _("There is nothing to fill here."),
        "openRegion": _("This area is open to the edge of the photograph. Close the outline first."),
        "holesFilled": _("The holes of this layer are filled."),
        "noHoles": _("This layer has no holes."),
        "nothingToUndo": _("Nothing to undo."),
        "nothingToRedo": _("Nothing to redo."),
        "saving": _("Saving…"),
        "saved": _("Saved as version {}. It is a draft until a dermatologist signs it."),
        "lost": _("The server did not answer, so nothing was saved. Your work is still here; save again."),
        "loggedOut": _(
            "Not saved: you are logged out, or may not edit. Log in in another tab, then save again."
        ),
        "refused": _("Not saved. {}"),
        "theirs": _("{who} saved version {version} while you were editing: “{reason}”."),
        "conflict": _("Not saved: another version came first. Your work is still here."),
        "reloaded": _("You now see version {}."),
    }


def _shortcuts() -> list[tuple[str, list[str]]]:
    """What can be done, and by which keys, in the order in which it is needed."""
    return [
        (_("Brush"), ["B"]),
        (_("Smart brush"), ["S"]),
        (_("Click a lesion"), ["G"]),
        (_("Polygon"), ["P"]),
        (_("Fill a region"), ["F"]),
        (_("Erase on and off"), ["E"]),
        (_("The opposite, while held"), ["Alt"]),
        (_("Smaller, larger"), ["[", "]"]),
        (_("Fill holes"), ["O"]),
        (_("Undo"), [_("Ctrl"), "Z"]),
        (_("Redo"), [_("Ctrl"), _("Shift"), "Z"]),
        (_("Edit face, vitiligo"), ["1", "2"]),
        (_("Show face, vitiligo, model"), ["3", "4", "M"]),
        (_("Zoom, fit"), ["+", "-", "0"]),
        (_("Move the picture"), [_("Space and drag")]),
        (_("Move the crosshair"), [_("Arrows")]),
        (_("Draw with the crosshair"), [_("Shift"), _("Arrows")]),
        (_("Touch down, set a corner"), [_("Enter")]),
        (_("Close the polygon"), [_("Ctrl"), _("Enter")]),
        (_("Drop the last corner"), [_("Backspace")]),
        (_("Cancel"), [_("Esc")]),
    ]
