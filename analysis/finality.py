"""What the database refuses to change about counts, assessments, masks and signatures."""

from clinic.final_rows import FinalRow

KEPT = "what was measured and signed is kept"
FIXED = "counts and masks never change; an edit is a new version"
SIGNED = "a signature is final; it can only be superseded"


def _differs(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} <> NEW.{column}" for column in columns)


def _differs_or_missing(*columns: str) -> str:
    """For keys that may be null, which no comparison finds."""
    return " OR ".join(f"COALESCE(OLD.{column}, 0) <> COALESCE(NEW.{column}, 0)" for column in columns)


FINAL_ROWS = (
    *(
        FinalRow(f"{name}_no_delete", f"analysis_{name}", "DELETE", KEPT)
        for name in (
            "measurement",
            "mask",
            "review",
            "lesionassessment",
            "lesionreading",
            "lesionpicture",
        )
    ),
    FinalRow(
        "measurement_counts_fixed",
        "analysis_measurement",
        "UPDATE",
        FIXED,
        _differs("run_id", "version", "n_face", "n_vitiligo"),
    ),
    FinalRow(
        "mask_file_fixed",
        "analysis_mask",
        "UPDATE",
        FIXED,
        _differs("measurement_id", "kind", "file", "sha256"),
    ),
    FinalRow(
        "lesionreading_values_fixed",
        "analysis_lesionreading",
        "UPDATE",
        FIXED,
        _differs("run_id", "segmenter", "area_px", "malignancy", "sd", "band", "confidence"),
    ),
    FinalRow(
        "lesionpicture_file_fixed",
        "analysis_lesionpicture",
        "UPDATE",
        FIXED,
        _differs("reading_id", "kind", "file", "sha256"),
    ),
    FinalRow(
        "lesionassessment_fixed",
        "analysis_lesionassessment",
        "UPDATE",
        FIXED,
        _differs("run_id", "version", "picked_id", "agreement", "note"),
    ),
    FinalRow("review_superseded_fixed", "analysis_review", "UPDATE", SIGNED, "OLD.state = 'superseded'"),
    FinalRow(
        "review_signed_fixed",
        "analysis_review",
        "UPDATE",
        SIGNED,
        "OLD.state = 'signed' AND (NEW.state NOT IN ('signed', 'superseded') OR NEW.signer_id IS NULL OR "
        f"{_differs('photo_id', 'signer_id', 'signed_at')} OR "
        f"{_differs_or_missing('measurement_id', 'assessment_id')})",
    ),
)
