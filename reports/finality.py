"""What the database refuses to change about reports."""

from clinic.final_rows import FinalRow

KEPT = "a report is kept as it was made; a newer one replaces it"

FINAL_ROWS = tuple(
    FinalRow(f"report_no_{deed.lower()}", "reports_report", deed, KEPT) for deed in ("UPDATE", "DELETE")
)
