"""What every test stands on: people, private storage, one thread, and no skip that nobody notices."""

import os
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from clinic.accounts.models import Role, User

# Several test processes share few cores, and sums of floats must not depend on how many.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
PASSWORD = "vitiligo-test-42"

pytest_plugins = ["tests.browser"]


def pytest_configure() -> None:
    from django.conf import settings

    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    # The clinic's hasher is slow on purpose; static files are looked for on request, not at each start.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI everything a test needs is installed; only the image sets that nobody may ship may be absent, and
    the one of both databases that a run is not about.
    """
    report = yield
    may_skip = any(item.get_closest_marker(name) for name in ("data", "postgresql"))
    if report.skipped and in_ci() and not hasattr(report, "wasxfail") and not may_skip:
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and in_ci():
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """SQLite empties tables by DELETE, which triggers refuse; lift every refusal for that moment."""
    if connection.vendor != "sqlite":
        return
    # For every connection: beside the browser's event loop Django opens another one than before it.
    operations = type(connection.ops)
    plain_flush = operations.sql_flush

    def flush(self: Any, *args: Any, **kwargs: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = dict(cursor.fetchall())
        allow = [f"DROP TRIGGER {name}" for name in triggers]
        return [*allow, *plain_flush(self, *args, **kwargs), *triggers.values()]

    operations.sql_flush = flush  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own for each test. Model fields hold the storage object, so it moves in place."""
    settings.DATA_DIR = tmp_path / "var"
    folder = tmp_path / "var" / "private"
    for name in ("private", "default"):
        store = storages[name]
        assert isinstance(store, FileSystemStorage)
        monkeypatch.setattr(store, "_location", folder)
        for cached in ("base_location", "location"):
            store.__dict__.pop(cached, None)
    return folder


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """make_user(role) or make_user(role, username=...): an account whose password is PASSWORD."""

    def make(role: Role, *, username: str = "", **fields: Any) -> User:
        return User.objects.create_user(username or f"{role}-test", password=PASSWORD, role=role, **fields)

    return make


@pytest.fixture
def administrator(make_user: Callable[..., User]) -> User:
    return make_user(Role.ADMINISTRATOR)


@pytest.fixture
def dermatologist(make_user: Callable[..., User]) -> User:
    return make_user(Role.DERMATOLOGIST)


@pytest.fixture
def photographer(make_user: Callable[..., User]) -> User:
    return make_user(Role.PHOTOGRAPHER)


@pytest.fixture
def researcher(make_user: Callable[..., User]) -> User:
    return make_user(Role.RESEARCHER)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """client_of(user): a test client that is logged in as that user."""

    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture(scope="session")
def real_images() -> Path:
    """The folder of real image sets, for tests marked `data`; absent, the test is skipped."""
    beside_the_project = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("VITITRACK_DATA", beside_the_project)).resolve()
    if not folder.is_dir():
        pytest.skip(f"no image sets in {folder}")
    return folder
