"""Programs that ask: one client a role, in with a token."""

from collections.abc import Callable

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from clinic.accounts.models import User
from patients.models import Visit
from tests.imaging import pictures


@pytest.fixture
def api_of(db: None) -> Callable[[User], APIClient]:
    """api_of(user): a client that carries that user's token and nothing else."""

    def enter(user: User) -> APIClient:
        client = APIClient()
        token, _made = Token.objects.get_or_create(user=user)
        client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return client

    return enter


@pytest.fixture
def nurse(api_of: Callable[[User], APIClient], photographer: User) -> APIClient:
    return api_of(photographer)


@pytest.fixture
def scholar(api_of: Callable[[User], APIClient], researcher: User) -> APIClient:
    return api_of(researcher)


@pytest.fixture
def visit(db: None) -> Visit:
    """Of a patient who did not agree to research."""
    return pictures.visit(pictures.patient("R-1"))


@pytest.fixture
def shared_visit(db: None) -> Visit:
    """Of a patient who did."""
    return pictures.visit(pictures.patient("R-2", research=True))
