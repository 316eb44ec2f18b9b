"""Measure a folder of photos, or a manifest, with the releases that measure in the clinic."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from analysis.predictor import active_models
from analysis.vision.face.batch import Summary, Unreadable, run_batch
from analysis.vision.face.batch_rows import Status
from analysis.vision.face.models import FaceModels, load_models
from analysis.vision.face.worklist import ManifestUnreadable, read_worklist
from analysis.vision.releases import ReleaseUnusable
from analysis.vision.terms import Image, View
from imaging.intake import RejectedImage, read_image


class Command(BaseCommand):
    """`manage.py analyse PATH --out DIR`; started again, it goes on where it stopped."""

    help = (
        "Measure F-Vitiligo in every photo of a folder, or of a CSV manifest with the columns patient, date, "
        "view and file. Writes results.csv, latency.csv and overlays/ into --out."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a folder of photos, or a CSV manifest")
        parser.add_argument("--out", type=Path, required=True, help="folder for the results")
        parser.add_argument("--view", type=View, choices=list(View), help="view of photos that name none")
        parser.add_argument(
            "--weights",
            type=Path,
            help="a folder of releases, of which the newest measure, without the database; by default those "
            "that are active in the clinic do",
        )
        parser.add_argument("--device", default="cpu", help="cpu, or cuda where there is one")

    def handle(self, *, path: Path, out: Path, view: View | None, **options: Any) -> None:
        """Read the worklist and the networks first: nothing is written when either cannot be used."""
        try:
            items = read_worklist(path, view)
            models = networks(options["weights"], options["device"])
            summary = run_batch(items, models, out, read_photo, progress=options["verbosity"] > 0)
        except (ManifestUnreadable, ReleaseUnusable, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(describe(summary))


def networks(weights: Path | None, device: str) -> FaceModels:
    """The newest releases of a folder, or the active ones of the database. Raises ReleaseUnusable."""
    if weights is not None:
        return load_models(weights, device)
    try:
        return active_models(device)
    except DatabaseError as error:
        raise CommandError(
            "The database cannot say which releases are active. Run `manage.py migrate` first, or name a "
            f"folder of releases with --weights, such as {settings.WEIGHTS_DIR}."
        ) from error


def read_photo(data: bytes) -> Image:
    """Untrusted bytes to an upright picture, by the same intake as uploads. Raises Unreadable."""
    try:
        return read_image(data).pixels
    except RejectedImage as rejected:
        raise Unreadable(rejected.code, rejected.message) from rejected


def describe(summary: Summary) -> str:
    """One line with every number, zeros included."""
    counts = ", ".join(f"{summary.counts[status]} {status.replace('_', ' ')}" for status in Status)
    return f"{counts}; {summary.skipped} were done before."
