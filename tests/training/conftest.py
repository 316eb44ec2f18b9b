"""Image sets to learn from."""

from pathlib import Path

import pytest

from tests.training.drawn_lesions import write_sets


@pytest.fixture(scope="session")
def drawn_lesions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `manifest.csv` and forty drawn lesions."""
    return write_sets(tmp_path_factory.mktemp("lesions"))
