"""Every address of the clinic asks who is there, and every answer carries the browser's orders."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

# Addresses a stranger may see, each for a reason: to come in, and to ask whether the process lives.
PUBLIC = {"accounts:login", "health", "health_ready"}
# They answer a stranger by themselves: with 401, so that a program knows that it needs a token.
SAMPLES = {"int": "1", "uuid": str(uuid4()), "slug": "x", "str": "x", "path": "x"}
pytestmark = pytest.mark.django_db


def walk(patterns: list[URLPattern | URLResolver], prefix: str, spaces: str) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            inner = f"{spaces}{entry.namespace}:" if entry.namespace else spaces
            yield from walk(entry.url_patterns, prefix + example(entry), inner)
        else:
            yield f"{spaces}{entry.name}", "/" + prefix + example(entry)


def example(entry: URLPattern | URLResolver) -> str:
    """A path the entry matches, with a sample in the place of each converter."""
    path = str(entry.pattern)
    for name, converter in entry.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        path = path.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", SAMPLES[kind])
    for group in entry.pattern.regex.groupindex:
        start = path.find(f"(?P<{group}>")
        end = path.find(")", start)
        path = path[:start] + "1" + path[end + 1 :] if start >= 0 else path
    return path.replace("\\.", ".").replace("/?", "/").strip("^$").replace("$", "")


def test_every_address_requires_a_login() -> None:
    open_to_strangers = [
        f"{name} {path}: {status}"
        for name, path in walk(get_resolver().url_patterns, "", "")
        if name not in PUBLIC and not is_closed(status := ask(path))
    ]
    assert open_to_strangers == []


def ask(path: str) -> str:
    response = Client().get(path)
    return f"{response.status_code} {response.headers.get('Location', '')}".strip()


def is_closed(status: str) -> bool:
    return status.startswith(("401", "403", "302 /accounts/login/"))


def test_the_walk_sees_the_public_addresses() -> None:
    assert set(dict(walk(get_resolver().url_patterns, "", ""))) >= PUBLIC


def test_an_answer_tells_the_browser_what_it_may_do(client: Client) -> None:
    headers = client.get("/accounts/login/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy + ";"
    assert "unsafe-eval" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "microphone=()" in headers["Permissions-Policy"]
