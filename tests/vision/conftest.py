"""Where the real image sets are, for the tests that are marked `data`."""

import os
from pathlib import Path

import pytest

DEFAULT = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"


@pytest.fixture(scope="session")
def real_images() -> Path:
    """The folder with `manifest.csv`; the test is skipped where it is absent."""
    folder = Path(os.environ.get("VITITRACK_DATA", DEFAULT))
    if not (folder / "manifest.csv").exists():
        pytest.skip(f"the real image sets are not in {folder} (set VITITRACK_DATA)")
    return folder
