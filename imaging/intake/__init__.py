"""Untrusted bytes become a `CleanImage`, or a `RejectedImage` with a sentence a nurse understands.

This package is pure: it imports no Django, so that it can be read, tested and used alone.
"""

from imaging.intake.limits import Limits
from imaging.intake.reading import CleanImage, read_image, read_upload
from imaging.intake.refusal import Reason, RejectedImage
from imaging.intake.signatures import Format

__all__ = ["CleanImage", "Format", "Limits", "Reason", "RejectedImage", "read_image", "read_upload"]
