"""Missing, altered and orphaned files are found, and nothing else is."""

from __future__ import annotations

import os
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from clinic.accounts.models import User
from imaging.models import Photo
from imaging.services import store_photo
from patients.models import Visit
from tests.imaging.pictures import photograph

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(visit: Visit, nurse: User) -> Photo:
    return store_photo(visit=visit, view="front", modality="visible", file=photograph(), user=nurse)


def verify(*words: str) -> str:
    out = StringIO()
    call_command("verify_storage", *words, stdout=out)
    return out.getvalue()


def verify_in_vain() -> str:
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 3 files"):
        call_command("verify_storage", stdout=out)
    return out.getvalue()


def test_an_empty_clinic_is_sound(db: None, private_folder: Path) -> None:
    private_folder.mkdir(parents=True)
    assert "0 files" in verify()


def test_what_was_stored_is_sound(photo: Photo) -> None:
    assert "3 files are as they were stored; 0 belong to nothing" in verify()


def test_a_missing_file_is_found(photo: Photo) -> None:
    Path(photo.renditions.get(kind="display").file.path).unlink()
    assert f"missing: renditions/{photo.key}/display.jpg imaging.rendition" in verify_in_vain()


def test_an_altered_original_is_found(photo: Photo) -> None:
    path = Path(photo.original.path)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert f"altered: originals/{photo.key} imaging.photo {photo.pk}" in verify_in_vain()


def test_an_orphan_is_named_and_removed_on_request(photo: Photo, private_folder: Path) -> None:
    orphan = private_folder / "masks" / "left-behind.png"
    orphan.parent.mkdir()
    orphan.touch()
    assert "0 belong to nothing" in verify()
    an_hour_ago = time.time() - 3700
    os.utime(orphan, (an_hour_ago, an_hour_ago))
    assert "orphan: masks/left-behind.png" in verify("--remove-orphans")
    assert not orphan.exists()
    assert Path(photo.original.path).exists()
