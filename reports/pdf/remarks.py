"""What the report says about the quality of the photos of its visit."""

from dataclasses import dataclass

from reports.charts import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRemark:
    """A finding that did not pass, in words; `acceptance` says who accepted it, when and why."""

    track: Track
    finding: str
    value: str
    limit: str
    level: str
    acceptance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlareRemark:
    """Percent: the burnt-out share of the face, F-Vitiligo with these pixels and without them."""

    track: Track
    burnt_out: float
    with_glare: float
    without_glare: float | None
