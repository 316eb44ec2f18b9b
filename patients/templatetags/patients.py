"""How a patient is named to whoever is reading."""

from django import template

from clinic.accounts.models import User
from patients.models import Patient

register = template.Library()


@register.filter
def may_leave_with(patient: Patient, user: User) -> bool:
    """Whether `user` may take a file about the patient away; the button is left out where not."""
    return user.may_identify or Patient.objects.exportable_by(user).contains(patient)


@register.filter
def named_for(patient: Patient, user: User) -> str:
    """The name, or the pseudonym for those who may not identify patients."""
    return patient.name if user.may_identify else patient.pseudonym
