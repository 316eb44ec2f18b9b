"""What the pages fetch beside themselves: the figure of the response chart."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from clinic.accounts.staff import StaffRequest
from patients.models import Patient
from reports.charts.figure import response_figure
from reports.readings import errors_of, readings_of
from reports.slots import slots_of_patient


@require_GET
def response_chart(request: StaffRequest, pk: int) -> JsonResponse:
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    slots = slots_of_patient(patient)
    theme = "dark" if request.GET.get("theme") == "dark" else "light"
    figure = response_figure(readings_of(slots), sdc95=errors_of(slots), theme=theme, translate=gettext)
    return JsonResponse(figure)
