"""CSV tables that grow by whole rows and survive a crash in the middle of one."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self


class GrowingTable:
    """A CSV file with a fixed header, opened for appending.

    Every row is on the disk before `append` returns. A row that a crash cut short is dropped when the table
    is opened again. Raises ValueError when the file is a table with other columns.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        written = path.read_bytes() if path.exists() else b""
        whole = written.rfind(b"\n") + 1
        self.rows = self._read(written[:whole].decode("utf-8"), path)
        self._file = path.open("ab")
        self._file.truncate(whole)
        if whole == 0:
            self._write(csv_line(self.columns))

    def append(self, row: Mapping[str, object]) -> None:
        """Add one row; columns it lacks stay empty. Raises ValueError for a column the table lacks."""
        unknown = set(row) - set(self.columns)
        if unknown:
            raise ValueError(f"The table has no column {', '.join(sorted(unknown))}.")
        self._write(csv_line([row.get(name, "") for name in self.columns]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _read(self, text: str, path: Path) -> list[dict[str, str]]:
        reader = csv.DictReader(io.StringIO(text, newline=""))
        if reader.fieldnames is not None and tuple(reader.fieldnames) != self.columns:
            raise ValueError(f"{path.name} is a table with other columns.")
        return list(reader)

    def _write(self, line: str) -> None:
        self._file.write(line.encode("utf-8"))
        self._file.flush()
        os.fsync(self._file.fileno())


def csv_line(values: Sequence[object]) -> str:
    """One line, ended; line breaks inside of a value become spaces, so that a line is a row."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(" ".join(str(v).splitlines()) for v in values)
    return buffer.getvalue()
