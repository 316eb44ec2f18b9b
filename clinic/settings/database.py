"""One database: SQLite in the data folder, or what DATABASE_URL names."""

from typing import Any

from clinic.settings.environment import DATA_DIR, shared_env

# Readers never wait for the writer (WAL); a writer takes its lock at once and waits for its turn, so that
# no transaction is refused half-way for having been read before it wrote.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}


def read_database() -> dict[str, Any]:
    database: dict[str, Any] = shared_env.dj_db_url(
        "DATABASE_URL",
        default=f"sqlite:///{DATA_DIR / 'vititrack.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = SQLITE_OPTIONS | database.get("OPTIONS", {})
        # A file is opened in no time, and a connection kept between requests would keep its write-ahead log.
        database["CONN_MAX_AGE"] = 0
    return database


DATABASES = {"default": read_database()}
