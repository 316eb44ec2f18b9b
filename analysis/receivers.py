"""What the analysis does when imaging, which does not know it, says that something happened."""

from django.utils.translation import gettext as _

from analysis.models import Review
from analysis.services import queue_run
from imaging.models import Photo
from imaging.refusals import PhotoRefused


def analyse_placed_photo(photo: Photo, **_rest: object) -> None:
    """A photo that fills a slot is analysed; its run is made in the transaction that placed it.

    Raises PhotoRefused for one that was signed as another view: what was signed is not moved.
    """
    if photo.reviews.filter(state=Review.State.SIGNED).exists():
        message = _("The value of this photograph is signed, so it stays in its slot. Retake it instead.")
        raise PhotoRefused("signed", message)
    queue_run(photo=photo)
