"""What the clinic refuses to start with, tried in processes of their own: settings are read once."""

import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clinic.settings.environment import read_or_create_secret

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "VITITRACK_PRODUCTION": "1",
    "VITITRACK_SECRET_KEY": secrets.token_urlsafe(60),
    "VITITRACK_ALLOWED_HOSTS": "vititrack.example.org",
    "DATABASE_URL": "postgres://clinic@localhost/clinic",
}


def start(environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Load the web application as gunicorn would."""
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("VITITRACK_", "DATABASE_"))
    }
    return subprocess.run(
        [sys.executable, "-c", "import clinic.wsgi"],
        cwd=ROOT,
        env=inherited | {"VITITRACK_DATA_DIR": str(folder), "PYTHONWARNINGS": "ignore"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_embedded_default_and_a_complete_production_start(tmp_path: Path) -> None:
    assert start({}, tmp_path).returncode == 0
    done = start(PRODUCTION, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"VITITRACK_SECRET_KEY": ""}, "needs VITITRACK_SECRET_KEY"),
        ({"VITITRACK_SECRET_KEY": "x" * 60}, "vititrack.E003"),
        ({"VITITRACK_DEBUG": "1"}, "vititrack.E002"),
        ({"VITITRACK_ALLOWED_HOSTS": "*"}, "vititrack.E004"),
        ({"VITITRACK_ALLOWED_HOSTS": "localhost"}, "vititrack.E004"),
        ({"VITITRACK_HTTPS": "0"}, "vititrack.E005"),
        ({"VITITRACK_PRODUCTION": "0"}, "vititrack.E001"),
        (
            {"VITITRACK_STATIC_ROOT": "/srv/vititrack", "VITITRACK_DATA_DIR": "/srv/vititrack/data"},
            "vititrack.E006",
        ),
    ],
)
def test_an_unsafe_production_does_not_start(change: dict[str, str], complaint: str, tmp_path: Path) -> None:
    done = start(PRODUCTION | change, tmp_path)
    assert done.returncode != 0
    assert complaint in done.stderr


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    key, url = tmp_path / "key", tmp_path / "url"
    key.write_text(PRODUCTION["VITITRACK_SECRET_KEY"] + "\n")
    url.write_text(PRODUCTION["DATABASE_URL"] + "\n")
    environment = {name: PRODUCTION[name] for name in ("VITITRACK_PRODUCTION", "VITITRACK_ALLOWED_HOSTS")}
    files = {"VITITRACK_SECRET_KEY_FILE": str(key), "DATABASE_URL_FILE": str(url)}
    done = start(environment | files, tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_embedded_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _turn: read_or_create_secret(path), range(16)))
    assert keys == {path.read_text()}
    assert len(path.read_text()) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


@pytest.mark.slow
def test_static_files_can_be_collected_for_production(tmp_path: Path) -> None:
    environment = os.environ | PRODUCTION | {"VITITRACK_STATIC_ROOT": str(tmp_path)}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "vendor").glob("plotly.min.*.js"))
    assert list((tmp_path / "django_htmx").glob("htmx-2.min.*.js"))
