"""Let the database itself refuse to change or delete an audit event, whoever asks."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

REFUSE = {
    "sqlite": [
        "CREATE TRIGGER event_no_{deed} BEFORE {deed} ON audit_event "
        "BEGIN SELECT RAISE(ABORT, 'audit events are append-only'); END"
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_event_is_final() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit events are append-only' USING ERRCODE = 'restrict_violation'; END $$",
        "CREATE TRIGGER event_no_{deed} BEFORE {deed} ON audit_event "
        "FOR EACH ROW EXECUTE FUNCTION audit_event_is_final()",
    ],
}
ALLOW = {
    "sqlite": "DROP TRIGGER event_no_{deed}",
    "postgresql": "DROP TRIGGER event_no_{deed} ON audit_event",
}


def refuse(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for deed in ("update", "delete"):
        for statement in REFUSE[editor.connection.vendor]:
            editor.execute(statement.format(deed=deed))


def allow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for deed in ("update", "delete"):
        editor.execute(ALLOW[editor.connection.vendor].format(deed=deed))


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_event_event_action_known")]
    operations = [migrations.RunPython(refuse, allow)]
