"""The report of one visit, or of one photograph of a lesion, from the letterhead to the last fine print."""

from functools import partial
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
)

from reports.charts import Track
from reports.charts.therapy import therapy_lines
from reports.charts.wording import Translate, change_text, reading_text, same, track_name, verdict_text
from reports.pdf.blocks import Facts, Notice, Rule, TextBlock
from reports.pdf.chart import ChartSection, ResponseChart
from reports.pdf.content import ReportContent, VisitFacts
from reports.pdf.fonts import Family, find_family
from reports.pdf.lanes import LaneChart
from reports.pdf.lesions import lesion_page, lesion_pages
from reports.pdf.look import (
    BODY,
    FOOT,
    HEAD,
    HEADING,
    LABEL,
    NAME,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SIDE,
    SMALL,
    STRONG,
    TEXT_WIDTH,
    TITLE,
    WARNING,
)
from reports.pdf.page import draw_page
from reports.pdf.photo_row import PHOTO_SHAPE, PhotoRow, captions_of
from reports.pdf.photos import Print, print_of
from reports.pdf.places import places_section
from reports.pdf.quality import quality_section
from reports.pdf.safety import draft_sentence, missing_script_sentence
from reports.pdf.scores import scores_section
from reports.pdf.signatures import signatures
from reports.pdf.tables import releases_table, values_table
from reports.pdf.typesetting import TextStyle


def build_pdf(content: ReportContent, *, family: Family | None = None, translate: Translate = same) -> bytes:
    """The report as a file. The same content makes the same bytes on one machine.

    It is laid out twice: the first time to learn how many pages there are.
    """
    family = family or find_family()
    prints = [print_of(sheet, PHOTO_SHAPE) for sheet in content.photos]
    pages, _file = _lay_out(content, prints, family, translate, of=0)
    return _lay_out(content, prints, family, translate, of=pages)[1]


def _lay_out(
    content: ReportContent, prints: list[Print], family: Family, translate: Translate, *, of: int
) -> tuple[int, bytes]:
    stream = BytesIO()
    document = BaseDocTemplate(
        stream,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        title=" ".join([_title(content, translate), content.visit.date.isoformat(), content.number]),
        author=content.letterhead.clinic,
        creator="VitiTrack",
        invariant=1,
    )
    frame = Frame(SIDE, FOOT, TEXT_WIDTH, PAGE_HEIGHT - HEAD - FOOT, 0, 0, 0, 0)
    furnish = partial(draw_page, content=content, family=family, pages=of, translate=translate)
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=furnish))
    first_face = family.regular[0].name
    document.build(
        _story(content, prints, family, translate), canvasmaker=partial(Canvas, initialFontName=first_face)
    )
    return document.page, stream.getvalue()


def _title(content: ReportContent, _: Translate) -> str:
    return _("Vitiligo response report") if content.photos else _("Report of a single lesion")


def _story(content: ReportContent, prints: list[Print], family: Family, _: Translate) -> list[Flowable]:
    if not content.photos:
        return _lesion_story(content, family, _)
    return [
        *_opening(content, family, _),
        *_patient(content, family, _),
        *_photos(content, prints, family, _),
        *_signatures(content, family, _),
        *_response(content, family, _),
        *_therapy(content, family, _),
        *_values(content, family, _),
        *places_section(content.places, family, _),
        *scores_section(content.scores, family, _),
        *quality_section(content.quality, content.glare, family, _),
        *_releases(content, family, _),
        *lesion_pages(content.lesions, family, _),
    ]


def _lesion_story(content: ReportContent, family: Family, _: Translate) -> list[Flowable]:
    """Whose lesion it is, then what a lesion's page of the whole report says too."""
    sheets = [part for sheet in content.lesions for part in lesion_page(sheet, family, _)]
    return [
        *_opening(content, family, _),
        *_patient(content, family, _),
        *sheets,
        *_releases(content, family, _),
    ]


def _heading(text: str, family: Family) -> Flowable:
    heading = TextBlock(family, (text, HEADING), space_after=3)
    heading.spaceBefore = 8
    return heading


def _opening(content: ReportContent, family: Family, _: Translate) -> list[Flowable]:
    opening: list[Flowable] = [
        TextBlock(family, (_title(content, _), TITLE), *_number(content, _), space_after=5)
    ]
    drafts = content.unsigned_releases
    notices = [draft_sentence(drafts, _)] if drafts else []
    missing = family.missing_scripts(content.texts())
    notices += [missing_script_sentence(missing, _)] if missing else []
    for notice in notices:
        opening += [Notice(family, notice, WARNING), Spacer(0, 6)]
    return opening


def _number(content: ReportContent, _: Translate) -> list[tuple[str, TextStyle]]:
    if not content.number:
        return []
    number = _("Report {number}").format(number=content.number)
    replaces = _("replaces {number}").format(number=content.replaces) if content.replaces else ""
    return [(" · ".join(part for part in (number, replaces) if part), STRONG)]


def _signatures(content: ReportContent, family: Family, _: Translate) -> list[Flowable]:
    return signatures(content, _heading(_("Review and signature"), family), family, _)


def _patient(content: ReportContent, family: Family, _: Translate) -> list[Flowable]:
    patient, visit = content.patient, content.visit
    blank = _("not recorded")
    born = patient.birth_date.isoformat() if patient.birth_date else blank
    age = blank if patient.age is None else _("{age} years").format(age=patient.age)
    of_vitiligo = [
        (_("Vitiligo type"), patient.vitiligo_type),
        (_("Facial subtype"), patient.facial_subtype),
        (_("Onset"), patient.onset),
    ]
    facts = [
        (_("Record no."), patient.record_number),
        (_("Date of birth"), born),
        (_("Age at visit"), age),
        (_("Sex"), patient.sex),
        (_("Phototype"), patient.phototype),
        *(of_vitiligo if content.photos else ()),
        (_("Visit"), visit.date.isoformat()),
        *(_sitting(visit, _) if content.photos else ()),
    ]
    name = [(_("Patient"), LABEL), (patient.name, NAME)]
    if patient.is_synthetic:
        name.append((_("Synthetic data"), WARNING))
    block: list[Flowable] = [
        TextBlock(family, *name, space_after=4),
        Facts(family, [(label, value or blank) for label, value in facts], BODY, 6),
    ]
    if visit.notes:
        block.append(TextBlock(family, (_("Notes"), LABEL), (visit.notes, BODY)))
    return [*block, Rule(8)]


def _sitting(visit: VisitFacts, _: Translate) -> list[tuple[str, str]]:
    """How the face was photographed."""
    return [
        (_("Skin condition"), visit.skin_condition),
        (_("Light"), visit.modality),
        (_("Camera"), visit.device),
    ]


def _photos(content: ReportContent, prints: list[Print], family: Family, _: Translate) -> list[Flowable]:
    outcomes = {outcome.track: outcome for outcome in content.summary.outcomes}
    here = {r.track: r for r in content.readings if r.visit == content.visit.key}
    captions = captions_of(prints, outcomes, here, _)
    legend = _(
        "Cut to the face. Dashed white: visible face. Solid amber: marked as vitiligo. "
        "Left and right are the patient's."
    )
    row = PhotoRow(family, prints, captions, _)
    pooled = TextBlock(family, (_pooled_sentence(content, _), BODY))
    return [KeepTogether([row, Spacer(0, 4), pooled, Spacer(0, 2), TextBlock(family, (legend, SMALL))])]


def _pooled_sentence(content: ReportContent, _: Translate) -> str:
    outcome = content.summary[Track.POOLED]
    name = track_name(Track.POOLED, _)
    if outcome.latest is None or outcome.latest.visit != content.visit.key:
        return _("{name}: no photos at this visit.").format(name=name)
    parts = [f"{name}: {reading_text(outcome.latest, _)}"]
    if outcome.change is not None:
        parts += [change_text(outcome.change, _), verdict_text(outcome.change, _)]
    if outcome.latest.f_vitiligo is not None:
        parts.append(_("areas seen in two views count twice"))
    return "; ".join(parts) + "."


def _response(content: ReportContent, family: Family, _: Translate) -> list[Flowable]:
    key = _(
        "Filled marks are signed, hollow marks are drafts. A cross is a value that is not comparable (skin "
        "condition or quality). No line joins different releases. Tinted bands: measurement error about the "
        "baseline."
    )
    therapy = content.therapy
    chart = ResponseChart(family, content.readings, content.sdc95, _, therapy=therapy)
    lanes = [LaneChart(family, therapy, chart.x_of, chart.first, _)] if therapy else []
    heading = _heading(_("Response over time"), family)
    return [Spacer(0, 6), ChartSection(heading, chart, *lanes, TextBlock(family, (key, SMALL)))]


def _therapy(content: ReportContent, family: Family, _: Translate) -> list[Flowable]:
    if not content.therapy:
        return []
    lines = [(line, SMALL) for line in therapy_lines(content.therapy, _)]
    return [_heading(_("Treatments"), family), TextBlock(family, *lines)]


def _values(content: ReportContent, family: Family, _: Translate) -> list[Flowable]:
    key = _(
        "F-Vitiligo, and below it the change from baseline in percentage points (in per cent of baseline). "
        "* more than measurement error. † not comparable with baseline, for the reason given."
    )
    return [
        CondPageBreak(60 * mm),
        _heading(_("F-Vitiligo by visit and view"), family),
        values_table(family, content.readings, content.sdc95, content.visit.key, _),
        Spacer(0, 3),
        TextBlock(family, (key, SMALL)),
    ]


def _releases(content: ReportContent, family: Family, _: Translate) -> list[Flowable]:
    if not content.releases:
        return []
    heading = _heading(_("Model releases behind these values"), family)
    return [KeepTogether([heading, releases_table(family, content.releases, _)])]
