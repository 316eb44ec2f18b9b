"""The clinic's own measurement error, its study groups, and the reports that it has given out."""

from reports.models.repeatability import AdoptedError, RepeatabilityStudy, RepeatPair
from reports.models.report import Report, ReportCounter, report_path
from reports.models.study_group import StudyGroup

__all__ = [
    "AdoptedError",
    "RepeatPair",
    "RepeatabilityStudy",
    "Report",
    "ReportCounter",
    "StudyGroup",
    "report_path",
]
