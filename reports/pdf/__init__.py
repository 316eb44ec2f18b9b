"""The report of a visit as PDF. Pure: content in, bytes out; no Django and no database."""

from reports.pdf.content import (
    Letterhead,
    PatientFacts,
    PhotoSheet,
    ReleaseFacts,
    ReportContent,
    ScoreFacts,
    VisitFacts,
)
from reports.pdf.document import build_pdf

__all__ = [
    "Letterhead",
    "PatientFacts",
    "PhotoSheet",
    "ReleaseFacts",
    "ReportContent",
    "ScoreFacts",
    "VisitFacts",
    "build_pdf",
]
