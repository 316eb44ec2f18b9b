"""Measure a folder of photos, or of lesions, with the releases that measure in the clinic."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from analysis.predictor import active_lesion_predictor, active_models
from analysis.vision.batch import Status, Summary, Unreadable
from analysis.vision.face.batch import run_batch
from analysis.vision.face.models import FaceModels, load_models
from analysis.vision.face.worklist import ManifestUnreadable, read_worklist
from analysis.vision.lesion.batch import run_lesion_batch
from analysis.vision.lesion.models import LesionModels, load_lesion_models
from analysis.vision.lesion.worklist import read_lesions
from analysis.vision.releases import ReleaseUnusable
from analysis.vision.terms import Image, View
from imaging.intake import RejectedImage, read_image


class Command(BaseCommand):
    """`manage.py analyse PATH --out DIR`; started again, it goes on where it stopped."""

    help = (
        "Measure F-Vitiligo in every photo of a folder, or of a CSV manifest with the columns patient, date, "
        "view and file; or, with --lesions, judge every photo of a folder as one of a single lesion. Writes "
        "results.csv, latency.csv and overlays/ into --out."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, nargs="?", help="a folder of photos, or a CSV manifest")
        parser.add_argument("--lesions", type=Path, help="a folder of photos of lesions, or one photo")
        parser.add_argument(
            "--metadata",
            type=Path,
            help="what is known about the lesions: a CSV table with the columns image, age, sex, site and "
            "mm_per_pixel, where what is unknown stays empty",
        )
        parser.add_argument("--out", type=Path, required=True, help="folder for the results")
        parser.add_argument("--view", type=View, choices=list(View), help="view of photos that name none")
        parser.add_argument(
            "--weights",
            type=Path,
            help="a folder of releases, of which the newest measure, without the database; by default those "
            "that are active in the clinic do",
        )
        parser.add_argument("--device", default="cpu", help="cpu, or cuda where there is one")

    def handle(self, **options: Any) -> None:
        """Read the worklist and the networks first: nothing is written when either cannot be used."""
        if (options["path"] is None) == (options["lesions"] is None):
            raise CommandError("Name photos of faces, or photos of lesions with --lesions.")
        if options["metadata"] is not None and options["lesions"] is None:
            raise CommandError("--metadata belongs to --lesions.")
        measure = self.measure_faces if options["lesions"] is None else self.judge_lesions
        try:
            summary = measure(**options)
        except (ManifestUnreadable, ReleaseUnusable, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(describe(summary))

    def measure_faces(self, *, path: Path, view: View | None, out: Path, **options: Any) -> Summary:
        items = read_worklist(path, view)
        models = networks(options["weights"], options["device"])
        return run_batch(items, models, out, read_photo, progress=options["verbosity"] > 0)

    def judge_lesions(self, *, lesions: Path, metadata: Path | None, out: Path, **options: Any) -> Summary:
        items = read_lesions(lesions, metadata)
        models = lesion_networks(options["weights"])
        return run_lesion_batch(items, models, out, read_photo, progress=options["verbosity"] > 0)


def networks(weights: Path | None, device: str) -> FaceModels:
    """The newest releases of a folder, or the active ones of the database. Raises ReleaseUnusable."""
    if weights is not None:
        return load_models(weights, device)
    with database_that_knows():
        return active_models(device)


def lesion_networks(weights: Path | None) -> LesionModels:
    """The same for single lesions."""
    if weights is not None:
        return load_lesion_models(weights)
    with database_that_knows():
        return active_lesion_predictor().models


@contextmanager
def database_that_knows() -> Iterator[None]:
    """Tell what to do where the database is not ready."""
    try:
        yield
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
