"""Private files: written once, readable by the service alone, and gone again when their transaction fails."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile


class AlreadyWritten(FileExistsError):
    """A second file was to be written under the name of an immutable one."""


class PrivateStorage(FileSystemStorage):
    """Files below DATA_DIR that no web server may reach: no address, no overwriting, read-only modes."""

    def __init__(self, location: str | os.PathLike[str] | None = None) -> None:
        super().__init__(location=location, file_permissions_mode=0o400, directory_permissions_mode=0o700)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """`name` itself, or AlreadyWritten: another name would be a second file for one row."""
        if self.exists(name):
            raise AlreadyWritten(name)
        return super().get_available_name(name, max_length)

    def url(self, name: str | None) -> str:
        raise ValueError(f"A private file has no address: {name}")

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        saved = super().save(name, content, max_length)
        with self.open(saved) as stored:  # an acknowledged photograph survives a power cut
            os.fsync(stored.fileno())
        return saved


class WrittenFiles:
    """The files of one transaction, remembered so that they can be taken back."""

    def __init__(self) -> None:
        self._written: list[FieldFile] = []

    def write(self, field: FieldFile, data: bytes, name: str = "") -> None:
        """Put `data` where `field`'s model says, by `name` if it asks; the row is saved by the caller."""
        field.save(name, ContentFile(data), save=False)
        self._written.append(field)

    def take_back(self) -> None:
        for field in self._written:
            if field.name:
                field.storage.delete(field.name)


@contextmanager
def written_files() -> Iterator[WrittenFiles]:
    """Enter around `transaction.atomic()`: what was written inside is removed when the block fails.

    Where an outer transaction rolls back after the block, `verify_storage` finds the orphans.
    """
    files = WrittenFiles()
    try:
        yield files
    except BaseException:
        files.take_back()
        raise
