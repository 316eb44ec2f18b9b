"""What a file is, by its first bytes; the name and the declared type are never believed."""

from enum import StrEnum

from imaging.intake.refusal import Reason, RejectedImage, gettext_noop


class Format(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"


ACCEPTED: tuple[tuple[bytes, Format], ...] = (
    (b"\xff\xd8\xff", Format.JPEG),
    (b"\x89PNG\r\n\x1a\n", Format.PNG),
    (b"II*\x00", Format.TIFF),
    (b"MM\x00*", Format.TIFF),
    (b"II+\x00", Format.TIFF),
    (b"MM\x00+", Format.TIFF),
)

# (offset, bytes, what to call it). The first match wins.
OTHERS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF8", gettext_noop("a GIF picture")),
    (8, b"WEBP", gettext_noop("a WebP picture")),
    (0, b"%PDF", gettext_noop("a PDF document")),
    (4, b"ftyphei", gettext_noop("an HEIC picture, as phones make them")),
    (4, b"ftypmif1", gettext_noop("an HEIC picture, as phones make them")),
    (4, b"ftypavif", gettext_noop("an AVIF picture")),
    (4, b"ftypcrx", gettext_noop("a camera raw file")),
    (4, b"ftyp", gettext_noop("a video")),
    (8, b"AVI ", gettext_noop("a video")),
    (128, b"DICM", gettext_noop("a DICOM file")),
    (0, b"BM", gettext_noop("a BMP picture")),
    (0, b"8BPS", gettext_noop("a Photoshop file")),
    (0, b"PK\x03\x04", gettext_noop("a ZIP archive or an Office document")),
    (0, b"\xd0\xcf\x11\xe0", gettext_noop("an Office document")),
    (0, b"\xff\x0a", gettext_noop("a JPEG XL picture")),
    (0, b"\x00\x00\x00\x0cJXL ", gettext_noop("a JPEG XL picture")),
    (0, b"\x00\x00\x00\x0cjP  ", gettext_noop("a JPEG 2000 picture")),
    (0, b"<svg", gettext_noop("an SVG drawing")),
    (0, b"<?xml", gettext_noop("an XML document")),
    (0, b"<!DOCTYPE", gettext_noop("a web page")),
    (0, b"<html", gettext_noop("a web page")),
)
CANON_RAW = b"CR"
PDF_SEARCH = 1024  # readers accept a PDF whose header follows some other bytes


def identify(data: bytes) -> Format:
    """The format of the file that starts with `data`.

    Raises RejectedImage, naming what the file is where that can be told.
    """
    for signature, accepted in ACCEPTED:
        if data.startswith(signature):
            if accepted is Format.TIFF and data[8:10] == CANON_RAW:
                raise RejectedImage(Reason.OTHER_FORMAT, found="a camera raw file")
            return accepted
    for offset, signature, name in OTHERS:
        if data.startswith(signature, offset):
            raise RejectedImage(Reason.OTHER_FORMAT, found=name)
    if b"%PDF-" in data[:PDF_SEARCH]:
        raise RejectedImage(Reason.OTHER_FORMAT, found="a PDF document")
    raise RejectedImage(Reason.UNKNOWN_FORMAT)
