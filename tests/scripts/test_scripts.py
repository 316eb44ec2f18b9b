"""The pure parts of the scripts: masks, steps, shapes, fills, the smart brush, PNG, views of a picture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def scripts() -> Iterator[tuple[str, str]]:
    for file in sorted(Path(__file__).parent.glob("*.test.js")):
        for name in re.findall(r"^export (?:async )?function (test_\w+)", file.read_text(), re.M):
            yield file.name, name


@pytest.mark.parametrize(("file", "name"), list(scripts()))
def test_script(run_script: Callable[[str, str], None], file: str, name: str) -> None:
    run_script(file, name)
