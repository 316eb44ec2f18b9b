"""Reports that leave the clinic: each has a number, is kept as it was made, and names the one it replaces."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.audit.models import Event
from clinic.audit.services import record
from imaging.storage import written_files
from patients.consents.gate import require_export
from patients.models import Visit
from reports.charts import Status
from reports.models import Report, ReportCounter
from reports.pdf import ReportContent, build_pdf
from reports.pdf.digest import content_digest
from reports.services import report_content


class ReportRefused(Exception):
    """Why there is no report to hand out; `code` is for the interface, `message` is fit to show."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ReportAltered(ReportRefused):
    """The stored bytes are not those that were made."""


def make_report(*, visit: Visit, user: User) -> Report:
    """The report of a visit in the words of the current language, as a document.

    Where the newest one says the same already, that one: a number stands for facts, not for clicks. Otherwise
    a new one that replaces it. Raises ReportRefused when another one was made at the same moment.
    """
    require_export(patient=visit.patient, user=user, what="report")
    content = report_content(visit=visit, user=user)
    digest = content_digest(content, language=get_language() or settings.LANGUAGE_CODE)
    is_pseudonymous = not user.may_identify
    former = Report.objects.current().filter(visit=visit, is_pseudonymous=is_pseudonymous).first()
    if former is not None and former.content_sha256 == digest:
        return former
    year = content.generated_at.year
    report = Report(
        visit=visit,
        year=year,
        sequence=_next_number(year),
        is_pseudonymous=is_pseudonymous,
        supersedes=former,
        content_sha256=digest,
        author=user,
        created_at=content.generated_at,
    )
    report.number = f"{settings.REPORT_PREFIX}-{year}-{report.sequence:06d}"
    report.measured_values, report.signed_values = _values(content)
    numbered = replace(content, number=report.number, replaces=former.number if former else "")
    return _store(report, build_pdf(numbered, translate=_))


def read_report(*, report: Report, user: User) -> bytes:
    """The bytes of a report, which leave on record. Raises ReportAltered, and then none leave."""
    require_export(patient=report.visit.patient, user=user, what="report")
    with report.file.open("rb") as file:
        data: bytes = file.read()
    if sha256(data).hexdigest() != report.sha256:
        record(user=user, action=Event.Action.REFUSE, target=report, detail={"reason": "altered"})
        message = _(
            "The stored file of report {number} is not the one that was made, and is not handed out. "
            "Tell an administrator."
        )
        raise ReportAltered("altered", message.format(number=report.number))
    record(user=user, action=Event.Action.EXPORT, target=report, detail={"what": "report"})
    return data


def file_name_of(report: Report) -> str:
    """Plain letters, whatever the patient's script."""
    patient = report.visit.patient
    name = "" if report.is_pseudonymous else slugify(patient.record_number)
    day = report.visit.date.isoformat()
    return f"{report.number}-{name or patient.pseudonym.lower()}-{day}.pdf"


@transaction.atomic
def _next_number(year: int) -> int:
    """Given for good before the report is made: making it takes longer than anybody else should wait."""
    ReportCounter.objects.get_or_create(year=year)
    ReportCounter.objects.filter(year=year).update(last=F("last") + 1)
    return ReportCounter.objects.get(year=year).last


def _values(content: ReportContent) -> tuple[int, int]:
    here = [reading for reading in content.readings if reading.visit == content.visit.key]
    measured = [reading for reading in here if reading.status is Status.MEASURED]
    return len(measured), sum(reading.signed for reading in measured)


def _store(report: Report, pdf: bytes) -> Report:
    report.sha256, report.byte_size = sha256(pdf).hexdigest(), len(pdf)
    try:
        with written_files() as files, transaction.atomic():
            files.write(report.file, pdf)
            report.save()
            detail = {"number": report.number, "visit": report.visit_id, "sha256": report.sha256}
            record(user=report.author, action=Event.Action.CREATE, target=report, detail=detail)
    except IntegrityError as conflict:
        message = _(
            "Another report of this visit was made at the same moment. Open it from the patient's page."
        )
        raise ReportRefused("made_meanwhile", message) from conflict
    return report
