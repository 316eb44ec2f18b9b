"""How vitiligo of the face answers treatment over months, for synthetic cohorts.

The delay, ceiling and rate are chosen so that the shares of patients who reach 50, 75 and 90 % improvement
come near those published for topical ruxolitinib at weeks 24 and 52. The effect of NB-UVB is an assumption.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

NO_RESPONSE = 0.12
PHOTOTHERAPY_RATE = 0.7
PHOTOTHERAPY_NO_RESPONSE = 0.6


@dataclass(frozen=True)
class Response:
    """One patient's course.

    delay: months before anything is seen; ceiling: share that comes back at last, 0 to 1;
    months: time constant.
    """

    delay: float
    ceiling: float
    months: float

    def improvement(self, month: float) -> float:
        """Share of the baseline area that has repigmented after `month` months of treatment, 0 to 1."""
        if month <= self.delay:
            return 0.0
        return float(self.ceiling * (1 - np.exp(-(month - self.delay) / self.months)))

    @classmethod
    def draw(cls, draw: np.random.Generator, *, phototherapy: bool = False) -> Self:
        """A course as drawn from the population."""
        none = NO_RESPONSE * (PHOTOTHERAPY_NO_RESPONSE if phototherapy else 1)
        months = 4.5 * float(np.exp(1.4 * draw.normal())) * (PHOTOTHERAPY_RATE if phototherapy else 1)
        delay = max(0.3, float(draw.normal(0.8, 0.4)))
        ceiling = 0.0 if draw.random() < none else float(draw.beta(4.5, 0.4))
        return cls(delay=delay, ceiling=ceiling, months=months)


def draw_baseline(draw: np.random.Generator) -> float:
    """F-Vitiligo of a view at baseline in percent: log-normal, median 12, from 1 to 60."""
    return float(np.clip(np.exp(draw.normal(np.log(12), 0.75)), 1, 60))
