"""Why a file is not a photograph that can be kept."""

from enum import StrEnum


def gettext_noop(message: str) -> str:
    """Mark a sentence for the message catalogue; the Django layer translates it when it is shown."""
    return message


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OTHER_FORMAT = "other_format"
    UNKNOWN_FORMAT = "unknown_format"
    ANIMATED = "animated"
    SEVERAL_PAGES = "several_pages"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    DAMAGED = "damaged"
    DEPTH = "depth"


SENTENCES: dict[Reason, str] = {
    Reason.EMPTY: gettext_noop(
        "The file is empty (0 bytes). Copy the photograph from the camera again and upload it once more."
    ),
    Reason.TOO_LARGE: gettext_noop(
        "The file is larger than {limit} MB, which is more than a photograph needs. "
        "Upload the original JPEG, PNG or TIFF from the camera."
    ),
    Reason.OTHER_FORMAT: gettext_noop(
        "This file is {found}, whatever its name says. Upload the photograph as JPEG, PNG or TIFF."
    ),
    Reason.UNKNOWN_FORMAT: gettext_noop(
        "This file is not a photograph in a known format. Upload the photograph as JPEG, PNG or TIFF."
    ),
    Reason.ANIMATED: gettext_noop("This file is {found}. Upload one still photograph."),
    Reason.SEVERAL_PAGES: gettext_noop(
        "This TIFF file holds several pictures. Save the photograph you mean as a file of its own."
    ),
    Reason.TOO_MANY_PIXELS: gettext_noop(
        "The picture claims more than {limit} million pixels. That is more than any camera of the clinic "
        "takes, so it was not opened. Upload the original photograph."
    ),
    Reason.TOO_SMALL: gettext_noop(
        "The picture is {width} x {height} pixels, too small to measure. "
        "It needs at least {limit} pixels on each side: upload the original, not a preview."
    ),
    Reason.DAMAGED: gettext_noop(
        "The file is damaged or was not copied completely. Copy the photograph from the camera again."
    ),
    Reason.DEPTH: gettext_noop(
        "The pixels of this file are in a form that photographs do not have ({found}). "
        "Export it with 8 or 16 bits a channel."
    ),
}


class RejectedImage(Exception):
    """The bytes are not an acceptable photograph. `message` is fit to show, `code` to translate and count."""

    def __init__(self, code: Reason, **facts: str | int) -> None:
        self.code = code
        self.facts = facts
        self.message = SENTENCES[code].format(**facts)
        super().__init__(self.message)
