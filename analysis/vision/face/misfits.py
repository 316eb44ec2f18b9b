"""Why two photos are not laid over each other, as values and in words."""

from collections.abc import Mapping
from enum import StrEnum

from analysis.vision.face.reasons import gettext_noop


class Misfit(StrEnum):
    """A refusal of registration."""

    TURNED = "turned"
    NO_DETAILS = "no_details"
    RESIDUAL = "residual"
    OVERLAP = "overlap"


SENTENCES: Mapping[Misfit, str] = {
    Misfit.TURNED: gettext_noop(
        "The head is turned differently in the two photographs, so that the same skin cannot be found."
    ),
    Misfit.NO_DETAILS: gettext_noop(
        "Too few details of the skin are found in both photographs. "
        "One may be blurred, over-exposed or covered."
    ),
    Misfit.RESIDUAL: gettext_noop("The two faces could not be laid over each other closely enough."),
    Misfit.OVERLAP: gettext_noop("Too little of the face is seen in both photographs."),
}
