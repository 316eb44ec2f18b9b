"""Aligned pairs made by hand: the tests of pages and the API need no registration."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from analysis.models import Alignment, Measurement
from imaging.models import Photo
from imaging.storage import written_files
from tests.imaging import pictures


def aligned(first: Photo, second: Photo, **areas: Any) -> Alignment:
    """A finished alignment of the final measurements of two photos, with two small files."""
    finals = Measurement.objects.final().select_related("run__photo")
    pair = Alignment(
        first=finals.get(run__photo=first),
        second=finals.get(run__photo=second),
        status=Alignment.Status.ALIGNED,
        **{
            "residual": 0.4,
            "overlap": 0.95,
            "repigmented": 3.0,
            "depigmented": 0.0,
            "stable": 9.0,
            "outside": 5.0,
            **areas,
        },
    )
    with written_files() as files:
        files.write(pair.photo_file, pictures.photograph(99).read(), "photo.jpg")
        files.write(pair.map_file, _map(), "map.png")
        pair.save()
    return pair


def _map() -> bytes:
    target = BytesIO()
    Image.new("RGBA", (320, 400), (86, 180, 233, 120)).save(target, "PNG")
    return target.getvalue()
