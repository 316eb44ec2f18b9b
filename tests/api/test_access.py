"""Who comes in by token, who by session, and what the schema page needs."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from clinic.accounts.models import User
from clinic.api import TokenThrottle
from clinic.audit.logins import ATTEMPTS_PER_NAME
from clinic.audit.models import Event
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
LISTS = [
    "patients",
    "visits",
    "photos",
    "retakes",
    "runs",
    "measurements",
    "reviews",
    "reports",
    "cohort",
    "repeatability-studies",
    "repeat-pairs",
]


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    cache.clear()


@pytest.mark.parametrize("name", LISTS)
def test_a_stranger_is_told_that_a_token_is_needed(name: str) -> None:
    response = APIClient().get(f"/api/{name}/")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("name", LISTS)
def test_a_session_is_as_good_as_a_token(
    name: str, client_of: Callable[[User], Client], researcher: User
) -> None:
    assert client_of(researcher).get(f"/api/{name}/").status_code == 200


def test_a_session_needs_its_csrf_token_to_write(dermatologist: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(dermatologist)
    assert client.post("/api/patients/", {}).status_code == 403


def test_a_token_for_a_password_and_back(dermatologist: User) -> None:
    client = APIClient()
    answer = client.post("/api/token/", {"username": dermatologist.username, "password": PASSWORD})
    assert answer.status_code == 200
    client.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    assert client.get("/api/patients/").status_code == 200
    assert client.delete("/api/token/").status_code == 204
    assert client.get("/api/patients/").status_code == 401


def test_the_trail_notes_a_token(dermatologist: User) -> None:
    APIClient().post("/api/token/", {"username": dermatologist.username, "password": PASSWORD})
    assert Event.objects.filter(action=Event.Action.LOGIN, user=dermatologist).count() == 1


def test_a_wrong_password_gets_none(dermatologist: User) -> None:
    answer = APIClient().post("/api/token/", {"username": dermatologist.username, "password": "guess"})
    assert answer.status_code == 400
    assert not Token.objects.exists()
    assert Event.objects.filter(action=Event.Action.LOGIN_FAILED).count() == 1


def test_guesses_lock_the_name_here_as_on_the_page(dermatologist: User) -> None:
    for _guess in range(ATTEMPTS_PER_NAME):
        APIClient().post("/api/token/", {"username": dermatologist.username, "password": "guess"})
    answer = APIClient().post("/api/token/", {"username": dermatologist.username, "password": PASSWORD})
    assert answer.status_code == 400


def test_one_address_cannot_ask_for_tokens_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenThrottle, "rate", "3/minute")
    answers = [
        APIClient()
        .post(
            "/api/token/", {"username": f"u{n}", "password": "x"}, headers={"X-Forwarded-For": f"10.0.0.{n}"}
        )
        .status_code
        for n in range(4)
    ]
    assert answers == [400, 400, 400, 429]


def test_an_account_that_was_closed_loses_its_token(
    api_of: Callable[[User], APIClient], dermatologist: User
) -> None:
    client = api_of(dermatologist)
    dermatologist.is_active = False
    dermatologist.save()
    assert client.get("/api/patients/").status_code == 401


def test_the_schema_names_every_route(nurse: APIClient) -> None:
    schema = nurse.get("/api/schema/?format=json").json()
    for name in LISTS:
        assert f"/api/{name}/" in schema["paths"]
    assert "multipart/form-data" in schema["paths"]["/api/photos/"]["post"]["requestBody"]["content"]


def test_the_schema_page_asks_who_is_there(client: Client) -> None:
    assert client.get("/api/docs/").headers["Location"].startswith("/accounts/login/")


def test_pages_are_bounded(nurse: APIClient) -> None:
    answer = nurse.get("/api/patients/?page_size=100000").json()
    assert set(answer) == {"count", "next", "previous", "results"}
    assert nurse.get("/api/patients/?page=99").status_code == 404
