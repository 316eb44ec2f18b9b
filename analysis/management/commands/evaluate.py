"""`manage.py evaluate`: every figure of the active releases beside its target, or one release by itself."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analysis.vision.releases import ReleaseUnusable, read_release
from analysis.vision.training.figures.book import (
    LESIONS,
    PARTS,
    SELF_MADE,
    Exam,
    bind,
    chosen_releases,
    held_out_phantoms,
)
from analysis.vision.training.figures.pictures import Pictures
from analysis.vision.training.report import evaluate_release

EVERYTHING = "everything"


class Command(BaseCommand):
    """Thin: everything is done by `analysis.vision.training`."""

    help = (
        "Measure the newest releases on everything that never trained, and print each figure beside its "
        "target. With a release's name: its metrics as on its card, with the sheet of its worst pictures."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        base = Path(settings.BASE_DIR)
        parser.add_argument(
            "what", nargs="?", default=EVERYTHING, help=f"{EVERYTHING!r}, or a release's name or folder"
        )
        parser.add_argument("--weights", type=Path, default=settings.WEIGHTS_DIR, help="where releases are")
        parser.add_argument("--data", type=Path, default=base / ".." / "shared" / "data", help="image sets")
        parser.add_argument(
            "--phantom", type=Path, help="a phantom set; the held-out one, rendered once, by default"
        )
        parser.add_argument("--out", type=Path, help="for the results; runs/evaluation/WHAT by default")
        parser.add_argument(
            "--release", action="append", default=[], help="measure this one instead of its task's newest"
        )
        parser.add_argument("--against", action="append", default=[], help="compare with this release, too")
        parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="only these parts")
        parser.add_argument("--every", type=int, default=1, help="every so many-th picture: a quick look")
        parser.add_argument("--docs", type=Path, help="write the report to this file, too")

    def handle(self, *_args: Any, **options: Any) -> None:
        what = str(options["what"])
        out = options["out"] or Path(settings.BASE_DIR) / "runs" / "evaluation" / Path(what).name
        try:
            text = self.everything(out, options) if what == EVERYTHING else self.one(what, out, options)
        except (ReleaseUnusable, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(text)
        self.stdout.write(f"Written to {out}.")

    def everything(self, out: Path, options: dict[str, Any]) -> str:
        """Measure the parts; the report binds them with those that were measured before."""
        needs_pictures = not SELF_MADE.issuperset(options["parts"])
        if needs_pictures and not (options["data"] / "manifest.csv").exists():
            raise ValueError(f"There are no image sets in {options['data']}: say with --data where they are.")
        releases = chosen_releases(options["weights"], options["release"])
        phantom = options["phantom"] or out.parent / "phantom"
        if options["phantom"] is None and set(options["parts"]) - SELF_MADE - {LESIONS}:
            held_out_phantoms(phantom)
        pictures = Pictures(options["data"], phantom, options["every"])
        exam = Exam(releases, pictures, options["weights"], out, tuple(options["against"]))
        exam.measure(options["parts"])
        text = bind(out)
        if options["docs"]:
            options["docs"].write_text(text, encoding="utf-8")
        return text

    def one(self, what: str, out: Path, options: dict[str, Any]) -> str:
        """The metrics of one release."""
        data = options["data"] if (options["data"] / "manifest.csv").exists() else None
        named = Path(what)
        release = read_release(named if named.is_dir() else options["weights"] / named)
        report = evaluate_release(release, data, options["phantom"])
        report.write(out)
        return report.markdown()
