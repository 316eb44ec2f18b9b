"""Storing photographs: what is kept, what is refused, and that a failure leaves nothing behind."""

from __future__ import annotations

import stat
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo, Rendition
from imaging.refusals import DuplicatePhoto, SlotFilled, UnreadablePhoto
from imaging.services import move_photo, store_photo, swap_photos, withdraw_photo
from imaging.signals import photo_placed
from imaging.storage import AlreadyWritten
from patients.models import Visit
from tests.imaging import pictures
from tests.imaging.pictures import photograph
from tests.imaging.test_intake import png_that_claims

pytestmark = pytest.mark.django_db


def store(
    visit: Visit, user: User, view: str = "front", file: BytesIO | None = None, **options: bool
) -> Photo:
    return store_photo(
        visit=visit,
        view=view,
        modality="uv_reflectance",
        device="Booth 2",
        file=file or photograph(),
        user=user,
        **options,
    )


def content(field: FieldFile) -> bytes:
    with field.open("rb") as file:
        return bytes(file.read())


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_original_is_kept_as_it_came(visit: Visit, nurse: User) -> None:
    data = photograph(3).read()
    photo = store(visit, nurse, file=BytesIO(data))
    photo.refresh_from_db()
    assert content(photo.original) == data
    assert (photo.sha256, photo.byte_size) == (sha256(data).hexdigest(), len(data))
    assert (photo.format, photo.width, photo.height) == ("jpeg", 320, 400)
    assert (photo.device, photo.uploaded_by) == ("Booth 2", nurse)


def test_the_original_is_read_only_and_written_once(visit: Visit, nurse: User) -> None:
    photo = store(visit, nurse)
    assert stat.S_IMODE(Path(photo.original.path).stat().st_mode) == 0o400
    with pytest.raises(AlreadyWritten):
        photo.original.storage.save(photo.original.name, BytesIO(b"other"))
    with pytest.raises(ValueError, match="no address"):
        _ = photo.original.url


def test_the_stored_name_tells_nothing(visit: Visit, nurse: User) -> None:
    photo = store(visit, nurse)
    assert photo.original.name == f"originals/{photo.key}"


def test_no_metadata_reaches_a_rendition(visit: Visit, nurse: User) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ada Kim"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8769)[0x9003] = "2026:03:04 10:11:12"
    photo = store(visit, nurse, file=photograph(1, exif=exif, comment=b"Ada Kim"))
    assert photo.captured_at == timezone.make_aware(datetime(2026, 3, 4, 10, 11, 12))  # noqa: DTZ001
    for rendition in photo.renditions.all():
        data = content(rendition.file)
        assert b"Ada" not in data
        with Image.open(BytesIO(data)) as picture:
            assert not picture.getexif()
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_renditions_are_upright_and_fit_their_place(visit: Visit, nurse: User) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = store(visit, nurse, file=photograph(1, size=(3000, 2000), exif=exif))
    sizes = {rendition.kind: (rendition.width, rendition.height) for rendition in photo.renditions.all()}
    assert sizes == {Rendition.Kind.DISPLAY: (1067, 1600), Rendition.Kind.THUMBNAIL: (240, 360)}


def test_storing_is_on_record(visit: Visit, nurse: User) -> None:
    photo = store(visit, nurse)
    event = Event.objects.get(object_label="imaging.photo", object_id=str(photo.pk))
    assert (event.action, event.user) == ("create", nurse)


def test_those_who_may_not_record_are_refused(visit: Visit, researcher: User) -> None:
    with pytest.raises(PermissionDenied):
        store(visit, researcher)


BAD_FILES = {
    "a PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "damaged or was not copied completely": photograph(5).getvalue()[:3000],
    "more than 60 million pixels": png_that_claims(50_000, 50_000),
    "a GIF picture": b"GIF89a" + bytes(100),
    "The file is empty": b"",
    "larger than 50 MB": b"\xff\xd8\xff" + bytes(60_000_000),
}


@pytest.mark.parametrize("sentence", BAD_FILES)
def test_a_bad_file_is_refused_with_a_sentence(
    visit: Visit, nurse: User, private_folder: Path, sentence: str
) -> None:
    with pytest.raises(UnreadablePhoto, match=sentence) as refusal:
        store(visit, nurse, file=BytesIO(BAD_FILES[sentence]))
    assert refusal.value.message.endswith(".")
    assert not Photo.objects.exists()
    assert not files_in(private_folder)
    event = Event.objects.get(action="refuse")
    assert (event.object_id, event.detail) == (str(visit.pk), {"view": "front", "reason": refusal.value.code})


def test_a_refusal_leaves_the_other_photographs_alone(visit: Visit, nurse: User) -> None:
    kept = store(visit, nurse, "left")
    with pytest.raises(UnreadablePhoto):
        store(visit, nurse, "front", BytesIO(b""))
    assert list(Photo.objects.current()) == [kept]


def test_sentences_are_translated_with_what_was_found(visit: Visit, nurse: User) -> None:
    from django.utils import translation

    with translation.override("ko"), pytest.raises(UnreadablePhoto) as refusal:
        store(visit, nurse, file=BytesIO(b"GIF89a"))
    assert refusal.value.code == "other_format"


# --- duplicates -------------------------------------------------------------------------------------------


def test_the_same_photograph_twice(visit: Visit, nurse: User) -> None:
    first = store(visit, nurse)
    with pytest.raises(DuplicatePhoto, match="already stored as this view") as refusal:
        store(visit, nurse, replace=True)
    assert refusal.value.existing == first
    assert list(Photo.objects.current()) == [first]


def test_the_same_photograph_as_another_view(visit: Visit, nurse: User) -> None:
    store(visit, nurse, "left")
    with pytest.raises(DuplicatePhoto, match="the left view of this visit"):
        store(visit, nurse, "right")


def test_the_same_photograph_at_another_visit(visit: Visit, nurse: User) -> None:
    store(visit, nurse)
    with pytest.raises(DuplicatePhoto, match="March 4, 2026"):
        store(pictures.visit(visit.patient, day=20), nurse)


def test_another_patients_photograph(visit: Visit, nurse: User) -> None:
    store(visit, nurse)
    other = pictures.visit(pictures.patient("R-2"))
    with pytest.raises(DuplicatePhoto, match=r"another patient \(record number R-1") as refusal:
        store(other, nurse)
    assert "Ada" not in refusal.value.message
    assert refusal.value.code == "duplicate_other_patient"


def test_a_lossless_copy_in_another_format_is_the_same_photograph(visit: Visit, nurse: User) -> None:
    store(visit, nurse, file=photograph(kind="PNG"))
    with pytest.raises(DuplicatePhoto):
        store(visit, nurse, "left", photograph(kind="TIFF", compression="tiff_lzw"))


def test_the_database_refuses_what_a_race_lets_through(visit: Visit, nurse: User) -> None:
    photo = store(visit, nurse)
    photo.pk, photo.key, photo.view = None, "11111111-1111-4111-8111-111111111111", "left"
    with pytest.raises(IntegrityError, match=r"sha256|photo_content_unique"), transaction.atomic():
        photo.save(force_insert=True)


# --- retakes, swaps, moves --------------------------------------------------------------------------------


def test_a_filled_slot_is_not_overwritten_in_silence(visit: Visit, nurse: User) -> None:
    store(visit, nurse)
    with pytest.raises(SlotFilled, match="front view"):
        store(visit, nurse, file=photograph(8))


def test_a_retake_keeps_the_old_photograph(visit: Visit, nurse: User) -> None:
    old = store(visit, nurse)
    new = store(visit, nurse, file=photograph(8), replace=True)
    old.refresh_from_db()
    assert old.replaced_at is not None
    assert content(old.original) == photograph().read()
    assert list(Photo.objects.current()) == [new]
    assert Event.objects.get(object_id=str(new.pk)).detail["replaces"] == old.pk


def test_swapped_views_change_places(visit: Visit, nurse: User) -> None:
    left, right = store(visit, nurse, "left"), store(visit, nurse, "right", photograph(8))
    placed: list[tuple[int, str]] = []

    def note(photo: Photo, **_rest: object) -> None:
        placed.append((photo.pk, photo.view))

    photo_placed.connect(note)
    try:
        swap_photos(first=left, second=right, user=nurse)
    finally:
        photo_placed.disconnect(note)
    left.refresh_from_db()
    right.refresh_from_db()
    assert (left.view, right.view) == ("right", "left")
    assert left.replaced_at is right.replaced_at is None
    assert set(placed) == {(left.pk, "right"), (right.pk, "left")}
    assert Event.objects.filter(action="change").count() == 2


def test_photographs_of_two_visits_are_not_swapped(visit: Visit, nurse: User) -> None:
    here = store(visit, nurse)
    there = store(pictures.visit(visit.patient, day=20), nurse, file=photograph(8))
    with pytest.raises(ValueError, match="one visit"):
        swap_photos(first=here, second=there, user=nurse)


def test_a_photograph_moves_into_an_empty_slot_only(visit: Visit, nurse: User) -> None:
    photo, other = store(visit, nurse, "left"), store(visit, nurse, "right", photograph(8))
    assert move_photo(photo=photo, view="front", user=nurse).view == "front"
    with pytest.raises(SlotFilled):
        move_photo(photo=other, view="front", user=nurse)


def test_a_withdrawn_photograph_may_be_stored_where_it_belongs(visit: Visit, nurse: User) -> None:
    withdraw_photo(photo=store(visit, nurse), user=nurse)
    other = pictures.visit(pictures.patient("R-2"))
    assert store(other, nurse).visit == other


# --- failures ---------------------------------------------------------------------------------------------


class Broken(Exception):
    """What a receiver of the tests raises."""


def test_a_failure_leaves_neither_rows_nor_files(visit: Visit, nurse: User, private_folder: Path) -> None:
    def fail(**_rest: object) -> None:
        raise Broken

    photo_placed.connect(fail)
    try:
        with pytest.raises(Broken):
            store(visit, nurse)
    finally:
        photo_placed.disconnect(fail)
    assert not Photo.objects.exists()
    assert not files_in(private_folder)


def test_the_private_store_is_the_one_of_the_settings(settings: Settings) -> None:
    assert settings.STORAGES["private"]["BACKEND"] == "imaging.storage.PrivateStorage"
