"""What can be wrong with a photo, in a word for programs and a sentence for the person who took it."""

from enum import StrEnum
from types import MappingProxyType


def gettext_noop(message: str) -> str:
    """Mark a sentence for the message catalogue; an application translates it when it is shown."""
    return message


class Reason(StrEnum):
    """Why a photo is not measurable, or is with a warning."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    FACE_TOO_SMALL = "face_too_small"
    WRONG_VIEW = "wrong_view"
    FACE_NOT_OUTLINED = "face_not_outlined"
    BLURRED = "blurred"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    GLARE = "glare"
    TILTED = "tilted"
    COVERED = "covered"
    GLASSES = "glasses"
    OTHER_LIGHT = "other_light"
    UNKNOWN_LIGHT = "unknown_light"
    NOT_SKIN = "not_skin"


SENTENCES = MappingProxyType(
    {
        Reason.NO_FACE: gettext_noop("No face was found in this photo. Check that it shows the whole face."),
        Reason.SEVERAL_FACES: gettext_noop(
            "There is more than one face in this photo. Take it with the patient alone."
        ),
        Reason.FACE_TOO_SMALL: gettext_noop(
            "The face is too small in this photo. Move closer or use the original file."
        ),
        Reason.WRONG_VIEW: gettext_noop(
            "The face is not turned as this view asks. Check whether two views were swapped."
        ),
        Reason.FACE_NOT_OUTLINED: gettext_noop(
            "The outline of the face was not found. Check hair, hands and background."
        ),
        Reason.BLURRED: gettext_noop("The face is out of focus or moved. Take the photo again."),
        Reason.TOO_DARK: gettext_noop("The face is too dark. Check the lamp and the exposure."),
        Reason.TOO_BRIGHT: gettext_noop("The face is overexposed. Check the lamp and the exposure."),
        Reason.GLARE: gettext_noop(
            "Too much of the face is burnt out by glare. Turn the lamp or dry the skin."
        ),
        Reason.TILTED: gettext_noop("The head is tilted. Take the photo with the eyes level."),
        Reason.COVERED: gettext_noop(
            "Much of the face is covered. Take hair, hands and cloth away from it and take the photo again."
        ),
        Reason.GLASSES: gettext_noop("The patient seems to wear glasses. Take the photo without them."),
        Reason.OTHER_LIGHT: gettext_noop(
            "The colours are not those of the light this photo was filed under. Check the lamp, or remove "
            "the photo and upload it under the right light."
        ),
        Reason.UNKNOWN_LIGHT: gettext_noop(
            "Outside the conditions this model was evaluated on (no photos of faces under this light); "
            "result withheld."
        ),
        Reason.NOT_SKIN: gettext_noop(
            "Outside the conditions this model was evaluated on (the colours are not those of skin); "
            "result withheld."
        ),
    }
)
