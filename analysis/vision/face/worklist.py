"""What a batch has to do: the photos of a folder, or the rows of a manifest."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.vision.terms import View

SUFFIXES = frozenset(
    [".bmp", ".dng", ".gif", ".heic", ".jpeg", ".jpg", ".pdf", ".png", ".tif", ".tiff", ".webp"]
)
"""Files of a folder that claim to be pictures. Those that cannot be measured get a row that says so."""

COLUMNS = ("patient", "date", "view", "file")


class ManifestUnreadable(Exception):
    """The manifest is not a table of patient, date, view and file; the message says where and why."""


@dataclass(frozen=True)
class Item:
    """One photo of a batch."""

    path: Path
    file: str
    """As written in the manifest, or relative to the folder, with forward slashes."""
    patient: str = ""
    date: str = ""
    view: View | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes two rows the same piece of work."""
        return self.patient, self.date, self.view or "", self.file


def read_worklist(path: Path, view: View | None = None) -> list[Item]:
    """The photos to measure: a folder's pictures, with those of its folders, or a CSV manifest's rows.

    `view` is the view of photos that name none. Raises ManifestUnreadable, and FileNotFoundError for a path
    that is not there.
    """
    if path.is_dir():
        return [Item(file, file.relative_to(path).as_posix(), view=view) for file in sorted(pictures(path))]
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(_manifest_rows(csv.DictReader(file), path, view))


def pictures(folder: Path) -> Iterator[Path]:
    """Files of a folder, and of its folders, that claim to be pictures; hidden ones are left out."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in SUFFIXES and not hidden and path.is_file():
            yield path


def _manifest_rows(rows: "csv.DictReader[str]", path: Path, view: View | None) -> Iterator[Item]:
    try:
        missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise ManifestUnreadable(f"{path.name} has no column {', '.join(missing)}.")
        for row in rows:
            yield _item(row, path, view, rows.line_num)
    except (csv.Error, UnicodeDecodeError) as error:
        raise ManifestUnreadable(f"{path.name} is no CSV table in UTF-8: {error}.") from error


def _item(row: dict[str, str | None], path: Path, view: View | None, line: int) -> Item:
    values = {name: (row[name] or "").strip() for name in COLUMNS}
    if not values["file"]:
        raise ManifestUnreadable(f"Line {line} of {path.name} names no file.")
    try:
        named = View(values["view"].lower()) if values["view"] else view
    except ValueError as error:
        known = ", ".join(View)
        raise ManifestUnreadable(
            f"Line {line} of {path.name}: {values['view']!r} is no view ({known})."
        ) from error
    return Item(path.parent / values["file"], values["file"], values["patient"], values["date"], named)
