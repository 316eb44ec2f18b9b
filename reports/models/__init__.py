"""What the clinic found out about its own measurement."""

from reports.models.repeatability import AdoptedError, RepeatabilityStudy, RepeatPair
from reports.models.study_group import StudyGroup

__all__ = ["AdoptedError", "RepeatPair", "RepeatabilityStudy", "StudyGroup"]
