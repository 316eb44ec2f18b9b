from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from clinic.accounts.models import User
from clinic.audit import logins
from clinic.audit.models import Event
from tests.conftest import PASSWORD

WRONG = "not-the-password"
pytestmark = pytest.mark.django_db


def attempt(client: Client, username: str, password: str = WRONG) -> int:
    return client.post("/accounts/login/", {"username": username, "password": password}).status_code


def test_a_login_and_a_failed_one_leave_events_without_the_typed_name(dermatologist: User) -> None:
    client = Client()
    assert attempt(client, "my-password-in-the-wrong-field") == 200
    assert attempt(client, dermatologist.username, PASSWORD) == 302
    actions = list(Event.objects.order_by("pk").values_list("action", "user"))
    assert actions == [("login_failed", None), ("login", dermatologist.pk)]
    assert "wrong-field" not in str(list(Event.objects.values()))


def test_guessing_is_refused_even_with_the_right_password_and_only_for_a_while(
    dermatologist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    for _ in range(logins.ATTEMPTS_PER_NAME):
        attempt(client, dermatologist.username)
    response = client.post("/accounts/login/", {"username": dermatologist.username, "password": PASSWORD})
    assert b"Too many failed attempts" in response.content
    assert Event.objects.filter(action="refuse").count() == 1

    later = timezone.now() + logins.WINDOW + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert attempt(client, dermatologist.username, PASSWORD) == 302


def test_a_success_ends_the_count(dermatologist: User) -> None:
    for _ in range(2):
        for _ in range(logins.ATTEMPTS_PER_NAME - 1):
            attempt(Client(), dermatologist.username)
        assert attempt(Client(), dermatologist.username, PASSWORD) == 302


def test_one_address_cannot_try_many_names(dermatologist: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "ATTEMPTS_PER_ADDRESS", 3)
    for name in ("a", "b", "c"):
        attempt(Client(), name)
    assert attempt(Client(), dermatologist.username, PASSWORD) == 200
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert attempt(elsewhere, dermatologist.username, PASSWORD) == 302


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 10.0.0.7", "10.0.0.7"),
        (2, "6.6.6.6, 10.0.0.7, 10.0.0.1", "10.0.0.7"),
        (2, "10.0.0.1", "127.0.0.1"),
    ],
)
def test_the_address_is_the_one_our_own_proxy_saw(
    settings: Settings, rf: RequestFactory, proxies: int, header: str, expected: str
) -> None:
    settings.PROXIES = proxies
    request = rf.get("/", HTTP_X_FORWARDED_FOR=header)
    assert logins.address_of(request) == expected


def test_the_first_administrator_is_made_by_createsuperuser() -> None:
    assert User.objects.create_superuser("chief", password=PASSWORD).is_administrator
