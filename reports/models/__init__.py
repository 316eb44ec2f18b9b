"""The clinic's own measurement error, study groups, texts on next steps, and the reports it has given out."""

from reports.models.next_step import NextStep
from reports.models.repeatability import AdoptedError, RepeatabilityStudy, RepeatPair
from reports.models.report import Report, ReportCounter, report_path
from reports.models.study_group import StudyGroup

__all__ = [
    "AdoptedError",
    "NextStep",
    "RepeatPair",
    "RepeatabilityStudy",
    "Report",
    "ReportCounter",
    "StudyGroup",
    "report_path",
]
