"""Why a photograph of a lesion gets no estimate: a word for programs, and what to do next for people."""

from enum import StrEnum
from types import MappingProxyType


def gettext_noop(message: str) -> str:
    """Mark a sentence for the message catalogue; an application translates it when it is shown."""
    return message


class Reason(StrEnum):
    """What a gate found."""

    NOT_SKIN = "lesion_not_skin"
    BLURRED = "lesion_blurred"
    TOO_SMALL = "lesion_picture_too_small"
    TOO_DARK = "lesion_too_dark"
    BURNT_OUT = "lesion_burnt_out"
    NO_LESION = "lesion_not_found"
    LESION_TOO_SMALL = "lesion_too_small"
    TONE_NOT_EVALUATED = "lesion_tone_not_evaluated"


SENTENCES = MappingProxyType(
    {
        Reason.NOT_SKIN: gettext_noop(
            "This picture does not look like skin seen close up. Photograph the lesion with a dermatoscope."
        ),
        Reason.BLURRED: gettext_noop("The picture is not sharp. Hold the camera still and take it again."),
        Reason.TOO_SMALL: gettext_noop(
            "The picture has too few pixels to judge a lesion. Use the original file of the camera."
        ),
        Reason.TOO_DARK: gettext_noop("The picture is too dark. Switch the dermatoscope's light on."),
        Reason.BURNT_OUT: gettext_noop("Too much of the picture is burnt out. Lower the exposure."),
        Reason.NO_LESION: gettext_noop(
            "No lesion was found in this picture. Put the lesion in the middle and take it again."
        ),
        Reason.LESION_TOO_SMALL: gettext_noop(
            "The lesion covers too little of the picture. Move closer or use a higher magnification."
        ),
        Reason.TONE_NOT_EVALUATED: gettext_noop(
            "Outside the conditions this model was evaluated on (skin tone); result withheld. Examine the "
            "lesion, with dermoscopy and, where indicated, histopathology."
        ),
    }
)
