"""Why a run has no number: stored as a code with its facts, said in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext

from analysis.vision.face.reasons import SENTENCES as FACE_SENTENCES
from analysis.vision.face.reasons import gettext_noop
from analysis.vision.lesion.reasons import SENTENCES as LESION_SENTENCES

Facts = Mapping[str, str | int]


class RunReason(StrEnum):
    """Reasons that lie in the installation; those that lie in the photograph are the vision library's."""

    NO_MODEL = "no_model"
    FAULT = "fault"
    WORKERS_DIED = "workers_died"


SENTENCES: Mapping[str, str] = {
    **{code.value: sentence for code, sentence in FACE_SENTENCES.items()},
    **{code.value: sentence for code, sentence in LESION_SENTENCES.items()},
    RunReason.NO_MODEL: gettext_noop("No network may measure this photo. {detail}"),
    RunReason.FAULT: gettext_noop(
        "The analysis stopped because of a fault in the software (run {run}). "
        "The photograph is kept. Start the analysis again, or tell the administrator."
    ),
    RunReason.WORKERS_DIED: gettext_noop(
        "The analysis was started {attempts} times and never came to an end. "
        "The photograph is kept. Tell the administrator."
    ),
}


def sentence_of(code: str, facts: Facts) -> str:
    """The sentence of a reason. Raises KeyError for an unknown code or a missing fact."""
    return gettext(SENTENCES[code]).format(**facts)
