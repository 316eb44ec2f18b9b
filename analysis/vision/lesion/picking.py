"""Which of two masks is taken, without a truth to rank them by: a rule that was written down beforehand."""

from collections.abc import Mapping

from analysis.vision.lesion.outline import dice
from analysis.vision.lesion.passes import Outlined
from analysis.vision.terms import Mask

AGREEMENT = 0.70
"""Dice of the two masks below which a clinician must look."""


def pick(outlined: Mapping[str, Outlined]) -> str:
    """The task whose mask is taken: that of the highest stability x (1 - entropy).

    Of two that are equal, the later one in `outlined`. Raises ValueError for no mask at all.
    """
    if not outlined:
        raise ValueError("There is no mask to pick from.")
    return max(reversed(list(outlined)), key=lambda task: certainty(outlined[task]))


def certainty(one: Outlined) -> float:
    """0 to 1: stable under the passes, and sure about its pixels."""
    return one.stability * (1 - one.entropy)


def agreement_of(masks: Mapping[str, Mask]) -> float:
    """Dice of two masks, 0 to 1; 0 where one of the segmenters found nothing."""
    if len(masks) < 2:
        return 0.0
    first, second = masks.values()
    return dice(first, second)


def needs_review(agreement: float) -> bool:
    """Whether the masks lie too far apart to be taken without a look."""
    return agreement < AGREEMENT
