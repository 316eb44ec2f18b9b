"""What the analysis of a lesion is told beside the picture."""

from dataclasses import dataclass
from enum import StrEnum


class Sex(StrEnum):
    """As recorded for the patient; unknown is None."""

    FEMALE = "female"
    MALE = "male"


class Site(StrEnum):
    """Where on the body: the general anatomic sites of the ISIC archive; unknown is None."""

    HEAD_NECK = "head_neck"
    UPPER_EXTREMITY = "upper_extremity"
    LOWER_EXTREMITY = "lower_extremity"
    ANTERIOR_TORSO = "anterior_torso"
    POSTERIOR_TORSO = "posterior_torso"
    LATERAL_TORSO = "lateral_torso"
    PALMS_SOLES = "palms_soles"
    ORAL_GENITAL = "oral_genital"


MAX_AGE = 120


@dataclass(frozen=True)
class Metadata:
    """Age in years, sex and site; None for what is not known. Raises ValueError outside 0 to 120 years."""

    age: int | None = None
    sex: Sex | None = None
    site: Site | None = None

    def __post_init__(self) -> None:
        if self.age is not None and not 0 <= self.age <= MAX_AGE:
            raise ValueError(f"An age is 0 to {MAX_AGE} years, not {self.age}.")
