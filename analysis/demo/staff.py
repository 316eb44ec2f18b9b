"""The people of the demonstration clinic, and the password that this installation drew for them."""

from __future__ import annotations

import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from clinic.accounts.models import Role, User

NAMES = {
    "demo-admin": Role.ADMINISTRATOR,
    "demo-doctor": Role.DERMATOLOGIST,
    "demo-nurse": Role.PHOTOGRAPHER,
    "demo-researcher": Role.RESEARCHER,
}
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "jade", "karst")


def login_file() -> Path:
    """`manage.py serve` prints it; readable by the owner of the installation alone."""
    return Path(settings.DATA_DIR) / "demo_login.txt"


@transaction.atomic
def hire_staff() -> dict[str, User]:
    """The demonstration users by name, made where they are missing.

    The password is drawn at random and kept in the data folder, so that no two installations share one.
    """
    missing = [name for name in NAMES if not User.objects.filter(username=name).exists()]
    if missing:
        password = _draw_password()
        for name in NAMES:
            user, _is_new = User.objects.get_or_create(username=name, defaults={"role": NAMES[name]})
            user.set_password(password)
            user.save(update_fields=["password"])
        _write_login(password)
    return {user.username: user for user in User.objects.filter(username__in=NAMES)}


def _draw_password() -> str:
    words = [secrets.choice(WORDS) for _ in range(3)]
    return "-".join([*words, str(secrets.randbelow(900_000) + 100_000)])


def _write_login(password: str) -> None:
    path = login_file()
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(f"Synthetic patients; log in as {', '.join(NAMES)}. Password: {password}\n")
