"""How a patient is named to whoever is reading."""

from django import template

from clinic.accounts.models import User
from patients.models import Patient

register = template.Library()


@register.filter
def named_for(patient: Patient, user: User) -> str:
    """The name, or the pseudonym for those who may not identify patients."""
    return patient.name if user.may_identify else patient.pseudonym
