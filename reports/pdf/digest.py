"""Whether two reports say the same: a fingerprint of their content, whoever makes them and whenever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

import numpy as np

from reports.pdf.content import ReportContent

CIRCUMSTANCES = {"generated_at", "generated_by", "number", "replaces"}
"""What differs from one report to the next although they say the same."""


def content_digest(content: ReportContent, *, language: str) -> str:
    """SHA-256 (hex) over everything that the report says; a new field of the content is covered by itself."""
    digest = sha256(language.encode())
    for field in fields(content):
        if field.name not in CIRCUMSTANCES:
            _feed(digest, field.name)
            _feed(digest, getattr(content, field.name))
    return digest.hexdigest()


def _feed(digest: Any, value: Any) -> None:
    """Each value with its type and its end, so that no two contents run into the same bytes."""
    digest.update(f"<{type(value).__name__}".encode())
    match value:
        case np.ndarray():
            digest.update(f"{value.shape}{value.dtype}".encode())
            digest.update(np.ascontiguousarray(value).tobytes())
        case Enum():
            digest.update(str(value.value).encode())
        case Mapping():
            for key in sorted(value, key=str):
                _feed(digest, key)
                _feed(digest, value[key])
        case list() | tuple():
            for item in value:
                _feed(digest, item)
        case str() | int() | float() | bool() | date() | datetime() | None:
            digest.update(repr(value).encode())
        case _ if is_dataclass(value):
            for field in fields(value):
                _feed(digest, getattr(value, field.name))
        case _:
            raise TypeError(f"A report cannot hold a {type(value).__name__}.")
    digest.update(b">")
