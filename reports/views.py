"""The response as a figure for the page, and the report as a file to take away."""

import logging

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.accounts.staff import StaffRequest
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import Photo
from patients.models import Patient, Visit
from reports.charts.figure import THEMES, response_figure, summary_lines
from reports.charts.lanes import with_lanes
from reports.charts.therapy import therapy_lines
from reports.documents import ReportAltered, ReportRefused, file_name_of, make_report, read_report
from reports.lesion_reports import file_name_of as file_name_of_lesion
from reports.lesion_reports import make_lesion_report
from reports.models import Report
from reports.services import response_of
from reports.therapy import therapy_of

logger = logging.getLogger(__name__)


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


@require_POST
def visit_report(request: StaffRequest, patient_pk: int, pk: int) -> HttpResponse:
    """Make the report of a visit, or find the one that says the same, and hand it over."""
    visits = Visit.objects.visible_to(request.user).select_related("patient")
    visit = get_object_or_404(visits, pk=pk, patient=patient_pk)
    try:
        report = make_report(visit=visit, user=request.user)
    except ReportRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("pages:patient", patient_pk)
    return redirect("reports:report_file", report.pk)


@require_safe
def report_file(request: StaffRequest, pk: int) -> HttpResponse:
    """The bytes of a report as they were made, checked against their SHA-256, on record."""
    reports = Report.objects.visible_to(request.user).select_related("visit__patient")
    report = get_object_or_404(reports, pk=pk)
    try:
        data = read_report(report=report, user=request.user)
    except ReportAltered as refusal:
        logger.error("report %s is not the one that was made", report.number)
        return render(request, "pages/report_altered.html", {"refusal": refusal}, status=500)
    return HttpResponse(
        data,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, file_name_of(report)) or "attachment",
            "Cache-Control": "private, no-store",
        },
    )


@require_safe
def lesion_report(request: StaffRequest, pk: int) -> HttpResponse:
    """What stands of one photograph of a lesion, as a PDF to take away, on record."""
    photos = Photo.objects.visible_to(request.user).of_lesions().select_related("visit__patient", "lesion")
    photo = get_object_or_404(photos, pk=pk)
    return HttpResponse(
        make_lesion_report(photo=photo, user=request.user),
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(True, file_name_of_lesion(photo, request.user))
            or "",
            "Cache-Control": "private, no-store",
        },
    )
