"""The regions of a measured face: counted once, from the masks that are kept."""

from __future__ import annotations

from analysis.mask_files import read_mask
from analysis.models import Mask, Measurement, RegionMeasurement


def divide_measurement(*, measurement: Measurement) -> list[RegionMeasurement]:
    """Count each region of a stored measurement; the rows that were made.

    None where the face cannot be divided: such a measurement has its value, and no regions.
    """
    # NumPy and SciPy are loaded when a result is stored, not when a page is shown.
    from analysis.vision.face.pose import Pose
    from analysis.vision.face.regions import NotDivisible, count_regions, divide_face

    masks = {mask.kind: mask for mask in measurement.masks.all()}
    face, vitiligo = (read_mask(masks[kind]) for kind in (Mask.Kind.FACE, Mask.Kind.VITILIGO))
    pose = Pose(measurement.yaw, measurement.pitch, measurement.roll)
    try:
        regions = divide_face(measurement.landmarks, face, pose)
    except NotDivisible:
        return []
    rows = [
        RegionMeasurement(
            measurement=measurement,
            region=RegionMeasurement.Region[region.name],
            n_face=counts.n_face,
            n_vitiligo=counts.n_vitiligo,
        )
        for region, counts in count_regions(regions, vitiligo).items()
    ]
    return RegionMeasurement.objects.bulk_create(rows)
