"""Small photographs and people for the tests of storing and delivering."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from io import BytesIO

import numpy as np
from PIL import Image

from patients.models import Consent, Patient, Purpose, Visit


def photograph(
    seed: int = 0, kind: str = "JPEG", size: tuple[int, int] = (320, 400), **options: object
) -> BytesIO:
    """A blotchy picture that differs by `seed`."""
    blotches = np.random.default_rng(seed).integers(0, 255, (10, 8, 3), dtype=np.uint8)
    target = BytesIO()
    Image.fromarray(blotches).resize(size, Image.Resampling.BICUBIC).save(target, kind, **options)
    target.seek(0)
    return target


def endless_png() -> bytes:
    """A header that claims 50,000 x 50,000 pixels, with next to nothing behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def moving_gif() -> bytes:
    frames = [Image.new("P", (300, 300), colour) for colour in (1, 2)]
    target = BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:])
    return target.getvalue()


def patient(number: str = "R-1", *, research: bool = False) -> Patient:
    someone = Patient.objects.create(record_number=number, name="Ada Kim", birth_date=date(1980, 2, 3))
    if research:
        Consent.objects.create(patient=someone, purpose=Purpose.RESEARCH, given_on=date(2026, 1, 2))
    return someone


def visit(of: Patient, day: int = 4) -> Visit:
    return Visit.objects.create(patient=of, date=date(2026, 3, day))
