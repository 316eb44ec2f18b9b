"""Where settings come from: environment variables, each of which may name a file instead (NAME_FILE)."""

import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv

BASE_DIR = Path(__file__).resolve().parents[2]
env = FileAwareEnv(prefix="VITITRACK_", strip_whitespace=True)
# DATABASE_URL and the like have a meaning beyond this application and carry no prefix.
shared_env = FileAwareEnv(strip_whitespace=True)

# Production: reached by others than the person at this machine. `clinic.checks` then refuses what is unsafe.
PRODUCTION = env.bool("PRODUCTION", False)
DEBUG = env.bool("DEBUG", False)
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).resolve()


def read_or_create_secret(path: Path) -> str:
    """The secret of an embedded installation, made on first use and readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(60))
    try:
        # A hard link never replaces: of two processes that start together, the second takes the first one's.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
    return path.read_text()


def read_secret_key() -> str:
    """From VITITRACK_SECRET_KEY or its _FILE; made and kept under the data folder outside production."""
    if key := env.str("SECRET_KEY", ""):
        return key
    if PRODUCTION:
        raise ImproperlyConfigured(
            "VITITRACK_PRODUCTION needs VITITRACK_SECRET_KEY or VITITRACK_SECRET_KEY_FILE."
        )
    path = DATA_DIR / "secret_key"
    return path.read_text() if path.exists() else read_or_create_secret(path)
