"""What the database refuses to change about counts, masks and signatures."""

from clinic.final_rows import FinalRow

KEPT = "what was measured and signed is kept"
FIXED = "counts and masks never change; an edit is a new version"
SIGNED = "a signature is final; it can only be superseded"


def _differs(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} <> NEW.{column}" for column in columns)


FINAL_ROWS = (
    *(
        FinalRow(f"{name}_no_delete", f"analysis_{name}", "DELETE", KEPT)
        for name in ("measurement", "mask", "review")
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
    FinalRow("review_superseded_fixed", "analysis_review", "UPDATE", SIGNED, "OLD.state = 'superseded'"),
    FinalRow(
        "review_signed_fixed",
        "analysis_review",
        "UPDATE",
        SIGNED,
        "OLD.state = 'signed' AND (NEW.state NOT IN ('signed', 'superseded') OR NEW.signer_id IS NULL OR "
        f"{_differs('photo_id', 'measurement_id', 'signer_id', 'signed_at')})",
    ),
)
