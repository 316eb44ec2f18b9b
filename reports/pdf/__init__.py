"""The report of a visit as PDF. Pure: content in, bytes out; no Django and no database."""

from reports.pdf.content import (
    Letterhead,
    PatientFacts,
    PhotoSheet,
    ReleaseFacts,
    ReportContent,
    VisitFacts,
)
from reports.pdf.document import build_pdf

__all__ = [
    "Letterhead",
    "PatientFacts",
    "PhotoSheet",
    "ReleaseFacts",
    "ReportContent",
    "VisitFacts",
    "build_pdf",
]
