"""What a missing or withdrawn consent stops. Who may see a patient at all is `visible_to`."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.models import Patient, Purpose


def require_export(*, patient: Patient, user: User, what: str) -> None:
    """Stop whoever may see the patient but not carry away a file about it; the attempt is on record.

    Raises PermissionDenied.
    """
    if user.may_identify or Patient.objects.exportable_by(user).contains(patient):
        return
    record(user=user, action=Event.Action.REFUSE, target=patient, detail={"what": what, "needs": "export"})
    raise PermissionDenied("The patient has not agreed that data leave the clinic.")


def refuses_photographs(patient: Patient) -> bool:
    """The consent to photographs for care was withdrawn, and not given again.

    A consent that nobody has recorded yet is another thing: the page asks for it and stops nobody.
    """
    care = patient.consents.filter(purpose=Purpose.CARE).values_list("withdrawn_on", flat=True)
    days = list(care)
    return bool(days) and None not in days
