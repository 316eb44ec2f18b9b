"""What the analysis does when imaging, which does not know it, says that something happened."""

from analysis.services import queue_run
from imaging.models import Photo


def analyse_placed_photo(photo: Photo, **_rest: object) -> None:
    """A photo that fills a slot is analysed; its run is made in the transaction that placed it."""
    queue_run(photo=photo)
