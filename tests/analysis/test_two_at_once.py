"""One signs while another saves: real processes on one PostgreSQL, all of them waiting for the same photo."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from analysis.models import Review
from analysis.versions import lock_photo
from clinic.accounts.models import User
from imaging.models import Photo
from tests.analysis.results import active_rows
from tests.imaging import pictures
from tests.pages import sittings

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
Rival = subprocess.Popen[str]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,
    pytest.mark.skipif(
        "postgres" not in os.environ.get("DATABASE_URL", ""), reason="SQLite writes one after the other"
    ),
]


@pytest.fixture
def photo(photographer: User) -> Photo:
    photo = sittings.photo_of(pictures.visit(pictures.patient()), "front", photographer)
    sittings.measure(photo, active_rows())
    return photo


def start(deed: str, photo: Photo, user: User) -> Rival:
    """A process on this test's database and data folder that reads the photo and waits for a word."""
    server, _, _name = os.environ["DATABASE_URL"].rpartition("/")
    environment = {
        **os.environ,
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "VITITRACK_DATA_DIR": str(settings.DATA_DIR),
    }
    command = [sys.executable, "-m", "tests.analysis.rival", deed, str(photo.pk), str(user.pk)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def tell(rival: Rival) -> str:
    """Its next word."""
    assert rival.stdout is not None
    return rival.stdout.readline().strip()


def meet(photo: Photo, deeds: list[tuple[str, User]]) -> list[str]:
    """Let all of them reach for the photo while it is held, then let go; how each of them ended."""
    with ExitStack() as stack:
        rivals = [stack.enter_context(start(deed, photo, user)) for deed, user in deeds]
        assert [tell(rival) for rival in rivals] == ["ready"] * len(rivals)
        with transaction.atomic():
            lock_photo(photo.pk)
            for rival in rivals:
                assert rival.stdin is not None
                rival.stdin.write("go\n")
                rival.stdin.flush()
            wait_until(lambda: waiting() == len(rivals))
        return [tell(rival) for rival in rivals]


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return int(cursor.fetchone()[0])


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end, "the processes never met"
        time.sleep(0.05)


def states(photo: Photo) -> dict[int, str]:
    return {review.result.version: review.state for review in Review.objects.filter(photo=photo)}


def test_a_signature_and_an_edit_meet(photo: Photo, dermatologist: User, photographer: User) -> None:
    """Whoever is first: the edit is kept, and a signature stands on what was looked at, or on nothing."""
    signed, saved = meet(photo, [("sign", dermatologist), ("edit", photographer)])
    assert saved == "done"
    expected = {"done": {1: "signed", 2: "edited"}, "superseded": {1: "superseded", 2: "edited"}}
    assert states(photo) == expected[signed]
