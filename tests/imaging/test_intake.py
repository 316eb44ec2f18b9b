"""Untrusted bytes: what is accepted, how it comes out, and what is refused with which reason."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from datetime import UTC, datetime, timedelta
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from imaging.intake import CleanImage, Format, Limits, Reason, RejectedImage, read_image, read_upload

# Pillow grumbles about damaged metadata; the pixels beside it may still be whole.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

SMALL = Limits(max_bytes=2_000_000, max_pixels=1_000_000, min_side=16)
WIDTH, HEIGHT = 48, 32


def scene(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Four flat quarters that say which way up they are: red, green / blue, grey."""
    quarters = np.zeros((height, width, 3), np.uint8)
    top, left = slice(0, height // 2), slice(0, width // 2)
    bottom, right = slice(height // 2, None), slice(width // 2, None)
    quarters[top, left] = (200, 0, 0)
    quarters[top, right] = (0, 200, 0)
    quarters[bottom, left] = (0, 0, 200)
    quarters[bottom, right] = (120, 120, 120)
    return Image.fromarray(quarters)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def read(data: bytes) -> CleanImage:
    return read_image(data, SMALL)


def reason(data: bytes, limits: Limits = SMALL) -> Reason:
    with pytest.raises(RejectedImage) as refusal:
        read_image(data, limits)
    assert refusal.value.message.endswith(".")
    assert "{" not in refusal.value.message
    return refusal.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_the_three_formats_are_read(kind: str) -> None:
    clean = read(encoded(scene(), kind))
    assert (clean.format.name, clean.width, clean.height) == (kind, WIDTH, HEIGHT)
    assert clean.pixels.dtype == np.uint8
    assert clean.pixels[4, 4].tolist() == pytest.approx([200, 0, 0], abs=12)


# EXIF 2.32, tag 0112: what has to be done to the stored picture to see it upright.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_baked_in(kind: str, orientation: int) -> None:
    turn = STORED[orientation]
    stored = scene().transpose(turn) if turn is not None else scene()
    exif = Image.Exif()
    exif[0x0112] = orientation
    clean = read(encoded(stored, kind, exif=exif))
    assert (clean.width, clean.height) == (WIDTH, HEIGHT)
    assert np.abs(clean.pixels.astype(int) - np.asarray(scene()).astype(int)).mean() < 8


def test_the_same_pixels_have_the_same_fingerprint_in_another_file() -> None:
    png, tiff = read(encoded(scene(), "PNG")), read(encoded(scene(), "TIFF", compression="tiff_lzw"))
    assert png.sha256 != tiff.sha256
    assert png.pixel_sha256 == tiff.pixel_sha256


def test_the_fingerprint_knows_the_shape() -> None:
    flat = Image.new("RGB", (64, 32), (9, 9, 9))
    assert read(encoded(flat, "PNG")).pixel_sha256 != read(encoded(flat.resize((32, 64)), "PNG")).pixel_sha256


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB"])
def test_other_pixel_forms_become_rgb(mode: str) -> None:
    grey = Image.new("RGB", (40, 40), (255, 255, 255)).convert(mode)
    assert read(encoded(grey, "PNG")).pixels[20, 20].tolist() == [255, 255, 255]


def test_cmyk_is_converted_and_not_read_as_colour_channels() -> None:
    red = Image.new("CMYK", (40, 40), (0, 255, 255, 0))
    assert read(encoded(red, "JPEG", quality=95)).pixels[20, 20].tolist() == pytest.approx([255, 0, 0], abs=6)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_is_laid_on_black(mode: str) -> None:
    clear = Image.new("RGBA", (40, 40), (255, 255, 255, 0)).convert(mode)
    kind = "TIFF" if mode == "PA" else "PNG"
    assert read(encoded(clear, kind)).pixels[20, 20].tolist() == [0, 0, 0]


def test_a_palette_with_a_transparent_colour_is_laid_on_black() -> None:
    picture = Image.new("P", (40, 40), 0)
    picture.putpalette([250, 250, 250] + [0] * 765)
    assert read(encoded(picture, "PNG", transparency=0)).pixels[20, 20].tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_grey_keeps_its_upper_eight(kind: str) -> None:
    grey = Image.fromarray(np.full((40, 40), 0x80FF, np.uint16))
    assert read(encoded(grey, kind)).pixels[3, 3].tolist() == [128, 128, 128]


def test_sixteen_bit_grey_that_counts_darkness_is_inverted() -> None:
    grey = Image.fromarray(np.full((40, 40), 0x10FF, np.uint16))
    data = encoded(grey, "TIFF", tiffinfo={262: 0})
    assert read(data).pixels[3, 3].tolist() == [0xEF, 0xEF, 0xEF]


def sixteen_bit_colour_tiff(value: int) -> bytes:
    """A little-endian RGB TIFF with 16 bits a channel, which Pillow reads but cannot write."""
    side, entries = 40, 8
    pixels = struct.pack("<H", value) * (side * side * 3)
    bits_at = 8 + 2 + entries * 12 + 4
    data_at = bits_at + 6
    tags = [
        (256, 4, 1, side),
        (257, 4, 1, side),
        (258, 3, 3, bits_at),
        (262, 3, 1, 2),
        (273, 4, 1, data_at),
        (277, 3, 1, 3),
        (278, 4, 1, side),
        (279, 4, 1, len(pixels)),
    ]
    directory = struct.pack("<H", entries) + b"".join(struct.pack("<HHII", *tag) for tag in tags)
    header = b"II*\x00" + struct.pack("<I", 8)
    return header + directory + struct.pack("<I", 0) + struct.pack("<HHH", 16, 16, 16) + pixels


def test_sixteen_bit_colour_tiff() -> None:
    assert read(sixteen_bit_colour_tiff(0x40FF)).pixels[5, 5].tolist() == [0x40] * 3


def test_floating_point_pixels_are_refused() -> None:
    assert reason(encoded(Image.new("F", (40, 40), 0.5), "TIFF")) is Reason.DEPTH


def test_a_colour_profile_is_applied() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = encoded(Image.new("RGB", (40, 40), (10, 200, 30)), "PNG", icc_profile=lab)
    assert read(picture).pixels[3, 3].tolist() == [10, 200, 30]


def test_a_broken_colour_profile_is_passed_over() -> None:
    picture = encoded(Image.new("RGB", (40, 40), (10, 200, 30)), "PNG", icc_profile=b"no profile at all")
    assert read(picture).pixels[3, 3].tolist() == [10, 200, 30]


def with_capture_time(written: str, offset: str | None = None) -> bytes:
    exif = Image.Exif()
    details = exif.get_ifd(0x8769)
    details[0x9003] = written
    if offset:
        details[0x9011] = offset
    return encoded(scene(), "JPEG", exif=exif)


def test_the_capture_time_is_read() -> None:
    assert read(with_capture_time("2026:03:04 10:11:12")).captured_at == datetime(2026, 3, 4, 10, 11, 12)  # noqa: DTZ001
    aware = read(with_capture_time("2026:03:04 10:11:12", "+09:00")).captured_at
    assert aware is not None
    assert aware.utcoffset() == timedelta(hours=9)
    assert aware.astimezone(UTC).hour == 1


@pytest.mark.parametrize("written", ["0000:00:00 00:00:00", "yesterday", ""])
def test_a_clock_that_was_never_set_gives_no_time(written: str) -> None:
    assert read(with_capture_time(written)).captured_at is None


# --- refusals ---------------------------------------------------------------------------------------------


def test_zero_bytes() -> None:
    assert reason(b"") is Reason.EMPTY


def test_too_many_bytes() -> None:
    assert reason(b"\xff\xd8\xff" + bytes(SMALL.max_bytes)) is Reason.TOO_LARGE


def test_no_more_than_the_cap_is_read() -> None:
    stream = BytesIO(bytes(SMALL.max_bytes * 3))
    with pytest.raises(RejectedImage) as refusal:
        read_upload(stream, SMALL)
    assert refusal.value.code is Reason.TOO_LARGE
    assert stream.tell() == SMALL.max_bytes + 1


OTHER_FILES = {
    "a PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "a GIF picture": b"GIF89a" + bytes(40),
    "a WebP picture": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "an HEIC picture": b"\x00\x00\x00\x18ftypheic" + bytes(20),
    "a video": b"\x00\x00\x00\x18ftypisom" + bytes(20),
    "a DICOM file": bytes(128) + b"DICM",
    "a ZIP archive": b"PK\x03\x04" + bytes(30),
    "a camera raw file": b"II*\x00\x10\x00\x00\x00CR\x02\x00",
    "a web page": b"<!DOCTYPE html><html>",
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_another_file_is_called_by_its_name(name: str) -> None:
    with pytest.raises(RejectedImage, match=name) as refusal:
        read(OTHER_FILES[name])
    assert refusal.value.code is Reason.OTHER_FORMAT


def test_an_animated_gif() -> None:
    frames = [Image.new("P", (40, 40), shade) for shade in (0, 90, 180)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(RejectedImage, match="a GIF picture"):
        read(data)


def test_an_animated_png() -> None:
    frames = [Image.new("RGB", (40, 40), (shade,) * 3) for shade in (0, 90, 180)]
    assert reason(encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])) is Reason.ANIMATED


def test_several_pages() -> None:
    assert reason(encoded(scene(), "TIFF", save_all=True, append_images=[scene()])) is Reason.SEVERAL_PAGES


def test_a_page_and_its_preview_are_one_photograph() -> None:
    preview = scene(24, 16)
    preview.encoderinfo = {"tiffinfo": {254: 1}}
    data = encoded(scene(), "TIFF", save_all=True, append_images=[preview])
    clean = read(data)
    assert (clean.width, clean.height) == (WIDTH, HEIGHT)


def test_text() -> None:
    assert reason(b"not a picture at all") is Reason.UNKNOWN_FORMAT


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_that_claims(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [50_000, 12_000, 8_000, 1_001])
def test_a_picture_with_too_many_pixels_is_refused_by_its_header(side: int) -> None:
    assert reason(png_that_claims(side, side)) is Reason.TOO_MANY_PIXELS


def test_the_bomb_costs_no_memory() -> None:
    """50,000 x 50,000 would decode to 7.5 GB; a process that may use 1 GB refuses it all the same."""
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "from imaging.intake import RejectedImage, read_image\n"
        "try:\n    read_image(sys.stdin.buffer.read())\n"
        "except RejectedImage as refusal:\n    print(refusal.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=png_that_claims(50_000, 50_000),
        capture_output=True,
        check=True,
        env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    assert done.stdout.decode().strip() == "too_many_pixels"


def test_too_small() -> None:
    with pytest.raises(RejectedImage, match="15 x 40 pixels") as refusal:
        read(encoded(Image.new("RGB", (15, 40)), "PNG"))
    assert refusal.value.code is Reason.TOO_SMALL


NOISE = Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8))


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ],
)
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_off(kind: str, options: dict[str, object], kept: float) -> None:
    whole = encoded(NOISE, kind, **options)
    read(whole)
    assert reason(whole[: int(len(whole) * kept)]) is Reason.DAMAGED


def test_a_jpeg_with_thousands_of_scans() -> None:
    whole = encoded(NOISE, "JPEG", progressive=True)
    scan = whole.index(b"\xff\xda")
    assert reason(whole[:scan] + whole[scan : scan + 20] * 5_000 + whole[scan:]) is Reason.DAMAGED


WHOLE = [
    encoded(NOISE, "JPEG"),
    encoded(NOISE, "JPEG", progressive=True),
    encoded(NOISE.convert("CMYK"), "JPEG"),
    encoded(NOISE, "PNG"),
    encoded(NOISE.convert("P"), "PNG"),
    encoded(NOISE, "TIFF", compression="tiff_lzw"),
    encoded(NOISE, "TIFF"),
    with_capture_time("2026:03:04 10:11:12", "+09:00"),
]


@settings(max_examples=400, deadline=None)
@given(
    whole=st.sampled_from(WHOLE),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12),
    head=st.lists(st.tuples(st.integers(0, 160), st.integers(0, 255)), max_size=6),
    kept=st.one_of(st.just(1.0), st.floats(0, 1)),
    tail=st.binary(max_size=8),
)
def test_any_damage_is_a_photograph_or_a_reason(
    whole: bytes,
    changes: list[tuple[float, int]],
    head: list[tuple[int, int]],
    kept: float,
    tail: bytes,
) -> None:
    data = bytearray(whole)
    for position, value in changes:
        data[int(position * (len(data) - 1))] = value
    for position, value in head:
        data[position] = value
    hostile = bytes(data[: int(kept * len(data))]) + tail
    try:
        clean = read(hostile)
    except RejectedImage:
        return
    assert clean.pixels.shape == (clean.height, clean.width, 3)
    assert clean.width * clean.height <= SMALL.max_pixels


@given(st.binary(max_size=300), st.sampled_from([b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\x00", b""]))
def test_no_bytes_break_the_intake(data: bytes, signature: bytes) -> None:
    with pytest.raises(RejectedImage):
        read(signature + data)


def test_intake_imports_no_django() -> None:
    program = "import sys, imaging.intake; print(any(name.split('.')[0] == 'django' for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "False"


def test_formats_match_the_database() -> None:
    from imaging.models import Photo

    assert set(Format) == set(Photo.Format.values)
