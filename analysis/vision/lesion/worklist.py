"""What a batch of lesions has to do: the photos of a folder, with what a table knows about them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.vision.face.worklist import ManifestUnreadable, pictures
from analysis.vision.lesion.metadata import MAX_AGE, Metadata, Sex, Site

TOLD = ("age", "sex", "site", "mm_per_pixel")
COLUMNS = ("image", *TOLD)
UNKNOWN = Metadata()


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row: a word for programs, and a sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class LesionItem:
    """One photo of a lesion. `problem`: why its row cannot be used; the photo is not judged then."""

    path: Path
    file: str
    """As written in the table, or relative to the folder, with forward slashes."""
    told: tuple[str, ...] = ("",) * len(TOLD)
    """Age, sex, site and scale as the table has them."""
    metadata: Metadata = UNKNOWN
    mm_per_pixel: float | None = None
    problem: Problem | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two rows the same piece of work."""
        return self.file, *self.told


def read_lesions(path: Path, table: Path | None = None) -> list[LesionItem]:
    """The photos of a folder, with those of its folders, or the one photo that `path` is.

    `table` is a CSV of `COLUMNS`, the images relative to the folder; empty cells are unknown, and a row that
    cannot be used becomes an item that says why. Photos without a row are judged without knowledge of the
    patient. Raises ManifestUnreadable, and FileNotFoundError for a path that is not there.
    """
    folder = path if path.is_dir() else path.parent
    if path.is_dir():
        files = [file.relative_to(folder).as_posix() for file in sorted(pictures(folder))]
    else:
        path.stat()
        files = [path.name]
    rows = {} if table is None else {item.file: item for item in _read_table(table, folder)}
    unlisted = [LesionItem(folder / file, file) for file in files if file not in rows]
    listed = [item for item in rows.values() if path.is_dir() or item.file == path.name]
    return sorted([*listed, *unlisted], key=lambda item: item.file)


def _read_table(table: Path, folder: Path) -> Iterator[LesionItem]:
    with table.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        try:
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise ManifestUnreadable(f"{table.name} has no column {', '.join(missing)}.")
            seen: set[str] = set()
            for row in reader:
                values = {name: (row[name] or "").strip() for name in COLUMNS}
                where = f"Line {reader.line_num} of {table.name}"
                if not values["image"]:
                    raise ManifestUnreadable(f"{where} names no image.")
                if values["image"] in seen:
                    raise ManifestUnreadable(f"{where} names {values['image']} a second time.")
                seen.add(values["image"])
                yield _item(values, folder)
        except (csv.Error, UnicodeDecodeError) as error:
            raise ManifestUnreadable(f"{table.name} is no CSV table in UTF-8: {error}.") from error


def _item(values: dict[str, str], folder: Path) -> LesionItem:
    file, told = values["image"], tuple(values[name] for name in TOLD)
    try:
        metadata = Metadata(_age(values["age"]), _sex(values["sex"]), _site(values["site"]))
        scale = _scale(values["mm_per_pixel"])
    except _Wrong as wrong:
        return LesionItem(folder / file, file, told, problem=Problem(wrong.code, str(wrong)))
    return LesionItem(folder / file, file, told, metadata, scale)


class _Wrong(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _age(text: str) -> int | None:
    if not text:
        return None
    try:
        age = float(text)
    except ValueError as error:
        raise _Wrong("age_out_of_range", f"{text!r} is no age.") from error
    if not 0 <= age <= MAX_AGE:
        raise _Wrong("age_out_of_range", f"An age is 0 to {MAX_AGE} years, not {text}.")
    return int(age)


def _sex(text: str) -> Sex | None:
    try:
        return Sex(text.lower()) if text else None
    except ValueError as error:
        raise _Wrong("unknown_sex", f"{text!r} is no sex ({', '.join(Sex)}).") from error


def _site(text: str) -> Site | None:
    try:
        return Site(text.lower()) if text else None
    except ValueError as error:
        raise _Wrong("unknown_site", f"{text!r} is no site ({', '.join(Site)}).") from error


def _scale(text: str) -> float | None:
    if not text:
        return None
    try:
        scale = float(text)
    except ValueError as error:
        raise _Wrong("scale_out_of_range", f"{text!r} is no number of millimetres.") from error
    if not 0 < scale < 1:
        raise _Wrong("scale_out_of_range", f"A pixel is more than 0 and less than 1 mm wide, not {text}.")
    return scale
