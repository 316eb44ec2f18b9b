"""The report of one photograph of a lesion, to take away."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.models import Photo
from patients.consents.gate import require_export
from reports.lesion_sheets import lesion_sheet
from reports.lesions import shots_of
from reports.pdf import Letterhead, ReleaseFacts, ReportContent, VisitFacts, build_pdf
from reports.readings import name_of
from reports.services import patient_facts


def make_lesion_report(*, photo: Photo, user: User) -> bytes:
    """A PDF of what stands now, on record with its SHA-256. A visit's numbered report holds the same page."""
    patient = photo.visit.patient
    require_export(patient=patient, user=user, what="lesion report")
    (shot,) = shots_of([photo])
    content = ReportContent(
        letterhead=Letterhead(clinic=settings.CLINIC_NAME, address=settings.CLINIC_ADDRESS),
        patient=patient_facts(patient, user, photo.visit.date),
        visit=VisitFacts(key=photo.visit_id, date=photo.visit.date, skin_condition=""),
        photos=(),
        readings=(),
        releases=tuple(
            ReleaseFacts(task=str(one.get_task_display()), name=one.name, sha256=one.sha256)
            for one in shot.releases
        ),
        sdc95=None,
        generated_at=timezone.localtime(),
        generated_by=name_of(user),
        lesions=(lesion_sheet(shot=shot, user=user),),
    )
    pdf = build_pdf(content, translate=_)
    detail = {"what": "lesion report", "sha256": sha256(pdf).hexdigest()}
    record(user=user, action=Event.Action.EXPORT, target=photo, detail=detail)
    return pdf


def file_name_of(photo: Photo, user: User) -> str:
    """Plain letters, whatever the patient's script."""
    patient = photo.visit.patient
    name = slugify(patient.record_number) if user.may_identify else ""
    label = slugify(photo.lesion.label) if photo.lesion else ""
    parts = [
        "lesion",
        name or patient.pseudonym.lower(),
        label or str(photo.lesion_id),
        str(photo.visit.date),
    ]
    return "-".join(parts) + ".pdf"
