"""Rows that the database itself keeps as they are, whoever asks, by triggers beside its constraints.

They are put up after every `migrate` and not by one migration, because SQLite forgets the triggers of a table
that a later migration makes anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

FUNCTION = (
    "CREATE OR REPLACE FUNCTION clinic_row_is_final() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$"
)


@dataclass(frozen=True)
class FinalRow:
    """A deed that a table refuses: `when` compares OLD and NEW, in SQL that every database reads.

    `name` begins with the table's model, as that of a constraint does; `message` is what the database says.
    """

    name: str
    table: str
    deed: str
    message: str
    when: str = ""

    def statements(self, vendor: str) -> list[str]:
        """The trigger made anew: dropped first, so that a changed rule takes the old one's place."""
        condition = f" WHEN ({self.when})" if self.when else ""
        head = f"CREATE TRIGGER {self.name} BEFORE {self.deed} ON {self.table}"
        if vendor == "sqlite":
            return [
                f"DROP TRIGGER IF EXISTS {self.name}",
                f"{head}{condition} BEGIN SELECT RAISE(ABORT, '{self.message}'); END",
            ]
        return [
            FUNCTION,
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"{head} FOR EACH ROW{condition} EXECUTE FUNCTION clinic_row_is_final('{self.message}')",
        ]


def keep_final(app: AppConfig, rules: Sequence[FinalRow]) -> None:
    """Have the rules of an app put up whenever its tables have been brought up to date."""

    def put_up(using: str, **_rest: Any) -> None:
        connection = connections[using]
        tables = set(connection.introspection.table_names())
        with connection.cursor() as cursor:
            for rule in rules:
                for statement in rule.statements(connection.vendor) if rule.table in tables else ():
                    cursor.execute(statement)

    post_migrate.connect(put_up, sender=app, weak=False, dispatch_uid=f"final rows of {app.label}")
