"""How much of an unknown file is looked at before it is refused."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Caps of the intake. The reference study's photographs have 12 million pixels and about 20 MB."""

    max_bytes: int = 50 * MEBIBYTE
    max_pixels: int = 60_000_000
    min_side: int = 200
    max_scans: int = 100
    """Scans of one JPEG. Cameras write 1 to 12; each costs a pass over all pixels, so a file with thousands
    of them would hold a worker for hours."""
