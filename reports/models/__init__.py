"""What the clinic found out about its own measurement."""

from reports.models.repeatability import AdoptedError, RepeatabilityStudy, RepeatPair

__all__ = ["AdoptedError", "RepeatPair", "RepeatabilityStudy"]
