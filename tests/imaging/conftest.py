import pytest

from clinic.accounts.models import User
from patients.models import Visit
from tests.imaging import pictures


@pytest.fixture
def nurse(photographer: User) -> User:
    return photographer


@pytest.fixture
def visit(db: None) -> Visit:
    return pictures.visit(pictures.patient())
