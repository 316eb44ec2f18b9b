"""The response as a figure for the page, and the report as a file to take away."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from patients.models import Patient, Visit
from reports.charts.figure import THEMES, response_figure, summary_lines
from reports.charts.lanes import with_lanes
from reports.charts.therapy import therapy_lines
from reports.services import build_report, response_of
from reports.therapy import therapy_of


@require_safe
def response_chart(request: StaffRequest, pk: int) -> JsonResponse:
    """The plotly figure of a patient, in the colours of `?theme=`, and the same in words."""
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    record(user=request.user, action=Event.Action.READ, target=patient, detail={"what": "chart"})
    theme = request.GET.get("theme", "light")
    response = response_of(patient=patient)
    theme = theme if theme in THEMES else "light"
    therapy = therapy_of(patient, reader=request.user)
    figure = response_figure(response.readings, sdc95=response.sdc95, theme=theme, translate=_)
    figure = with_lanes(figure, therapy, theme=theme, translate=_)
    figure["summary"] = [
        *summary_lines(response.readings, sdc95=response.sdc95, translate=_),
        *therapy_lines(therapy, _),
    ]
    return JsonResponse(figure, headers={"Cache-Control": "private, no-store"})


@require_safe
def visit_pdf(request: StaffRequest, patient_pk: int, pk: int) -> HttpResponse:
    visits = Visit.objects.visible_to(request.user).select_related("patient")
    report = build_report(visit=get_object_or_404(visits, pk=pk, patient=patient_pk), user=request.user)
    return HttpResponse(
        report.pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, report.file_name) or "attachment",
            "Cache-Control": "private, no-store",
        },
    )
