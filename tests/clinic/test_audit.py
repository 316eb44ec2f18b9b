import pytest
from django.db import Error, connection, transaction

from clinic.accounts.models import User
from clinic.audit.models import Event, EventIsFinal
from clinic.audit.services import record

pytestmark = pytest.mark.django_db


def test_an_event_names_its_target(dermatologist: User, researcher: User) -> None:
    event = record(user=dermatologist, action="read", target=researcher, detail={"fields": 3})
    assert (event.object_label, event.object_id) == ("accounts.user", str(researcher.pk))
    assert list(Event.objects.about(researcher)) == [event]


def test_only_administrators_read_the_trail(administrator: User, dermatologist: User) -> None:
    event = record(user=dermatologist, action="read", target=None)
    assert list(Event.objects.visible_to(administrator)) == [event]
    assert not Event.objects.visible_to(dermatologist).exists()


def test_an_unknown_action_is_refused(dermatologist: User) -> None:
    with pytest.raises(ValueError, match="peek"):
        record(user=dermatologist, action="peek", target=None)


def test_the_orm_refuses_to_rewrite_the_trail(dermatologist: User) -> None:
    event = record(user=dermatologist, action="read", target=None)
    event.action = Event.Action.EXPORT
    events = Event.objects.all()
    for rewrite in (event.save, event.delete, events.delete, events.update):
        with pytest.raises(EventIsFinal):
            rewrite()


@pytest.mark.parametrize("statement", ["DELETE FROM audit_event", "UPDATE audit_event SET action = 'export'"])
def test_the_database_refuses_to_rewrite_the_trail(dermatologist: User, statement: str) -> None:
    record(user=dermatologist, action="read", target=None)
    with pytest.raises(Error, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.get().action == "read"
