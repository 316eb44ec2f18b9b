"""Whether every private file is there and is the one that was stored, and which belong to nothing."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from django.apps import apps
from django.core.files.storage import Storage
from django.db import models
from django.utils import timezone

from imaging.models import private_storage

ORPHAN_AGE = timedelta(hours=1)
"""A younger file without a row may belong to a transaction that is still open."""


class Kind(StrEnum):
    MISSING = "missing"
    ALTERED = "altered"
    ORPHAN = "orphan"


@dataclass(frozen=True)
class Finding:
    """One file that is not as it should be; `owner` is the row that names it, as label and key."""

    kind: Kind
    name: str
    owner: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.name} {self.owner}".rstrip()


@dataclass(frozen=True)
class StoredFile:
    """What a row says about a file; without a sha256 it can be made again and only has to exist."""

    name: str
    owner: str
    sha256: str = ""


def expected_files() -> Iterator[StoredFile]:
    """The private files that the rows of any app name, one at a time."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField) and field.storage is private_storage():
                yield from _files_of(model, field)


def check_file(stored: StoredFile) -> Finding | None:
    """What is wrong with a file, if anything. The whole file is read where its sha256 is known."""
    storage = private_storage()
    if not storage.exists(stored.name):
        return Finding(Kind.MISSING, stored.name, stored.owner)
    if not stored.sha256:
        return None
    digest = sha256()
    with storage.open(stored.name, "rb") as file:
        for chunk in file.chunks():
            digest.update(chunk)
    is_same = digest.hexdigest() == stored.sha256
    return None if is_same else Finding(Kind.ALTERED, stored.name, stored.owner)


def find_orphans(known: set[str]) -> Iterator[Finding]:
    """Files that no row names: what a crash between a file and its commit leaves behind."""
    storage, before = private_storage(), timezone.now() - ORPHAN_AGE
    for name in _walk(storage, ""):
        if name not in known and storage.get_modified_time(name) < before:
            yield Finding(Kind.ORPHAN, name)


def _files_of(model: type[models.Model], field: models.FileField) -> Iterator[StoredFile]:
    has_digest = any(one.name == "sha256" for one in model._meta.get_fields())
    columns = ["pk", field.name, *(["sha256"] if has_digest else [])]
    for row in model._default_manager.values_list(*columns).iterator():
        yield StoredFile(row[1], f"{model._meta.label_lower} {row[0]}", *row[2:])


def _walk(storage: Storage, folder: str) -> Iterator[str]:
    if folder and not storage.exists(folder):
        return
    folders, files = storage.listdir(folder)
    yield from (posixpath.join(folder, name) for name in files)
    for name in folders:
        yield from _walk(storage, posixpath.join(folder, name))
