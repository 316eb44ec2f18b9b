"""When the shutter opened, if the camera wrote it down."""

from datetime import datetime, timedelta, timezone

from PIL import ExifTags, Image

FORMAT = "%Y:%m:%d %H:%M:%S"


def capture_time(exif: Image.Exif) -> datetime | None:
    """The time of capture, aware where the camera wrote its offset and naive (the camera's clock) elsewhere.

    The file's own date (tag DateTime) is not used: editors change it.
    """
    details = exif.get_ifd(ExifTags.IFD.Exif)
    for written, offset in (
        (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
        (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    ):
        moment = _parse(details.get(written))
        if moment is not None:
            return moment.replace(tzinfo=_offset(details.get(offset)))
    return None


def _parse(value: object) -> datetime | None:
    try:
        return datetime.strptime(str(value).strip("\x00 "), FORMAT)  # noqa: DTZ007 - the offset follows
    except ValueError:  # absent, or the zeros of a camera whose clock was never set
        return None


def _offset(value: object) -> timezone | None:
    try:
        shift = datetime.strptime(str(value).strip("\x00 "), "%z").utcoffset()
    except ValueError:
        return None
    return timezone(shift or timedelta())
