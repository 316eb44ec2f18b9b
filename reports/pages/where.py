"""Where on the face the vitiligo lies: a part of the patient's page that is loaded after it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import View
from patients.models import Patient
from reports.where import regions_of_patient


@require_GET
def patient_regions(request: StaffRequest, pk: int) -> HttpResponse:
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    record(user=request.user, action=Event.Action.READ, target=patient, detail={"what": "regions"})
    context = {"patient": patient, "rows": regions_of_patient(patient=patient), "views": list(View)}
    return render(request, "pages/_where.html", context)
