"""Releases of the networks, the runs that used them, what they measured, and who signed for it."""

from analysis.models.lesions import (
    LesionAssessment,
    LesionAssessmentQuerySet,
    LesionPicture,
    LesionPictureQuerySet,
    LesionReading,
    LesionReadingQuerySet,
    lesion_picture_path,
)
from analysis.models.masks import Mask, MaskQuerySet, Outline, mask_path, outline_path
from analysis.models.measurements import Measurement, MeasurementQuerySet
from analysis.models.places import (
    Alignment,
    AlignmentQuerySet,
    RegionMeasurement,
    RegionMeasurementQuerySet,
    alignment_path,
)
from analysis.models.releases import ModelRelease
from analysis.models.reviews import Review, ReviewQuerySet
from analysis.models.runs import Override, OverrideQuerySet, Run, RunQuerySet

# The paths are named here for the migrations, which know the package alone.
__all__ = [
    "Alignment",
    "AlignmentQuerySet",
    "LesionAssessment",
    "LesionAssessmentQuerySet",
    "LesionPicture",
    "LesionPictureQuerySet",
    "LesionReading",
    "LesionReadingQuerySet",
    "Mask",
    "MaskQuerySet",
    "Measurement",
    "MeasurementQuerySet",
    "ModelRelease",
    "Outline",
    "Override",
    "OverrideQuerySet",
    "RegionMeasurement",
    "RegionMeasurementQuerySet",
    "Review",
    "ReviewQuerySet",
    "Run",
    "RunQuerySet",
    "alignment_path",
    "lesion_picture_path",
    "mask_path",
    "outline_path",
]
