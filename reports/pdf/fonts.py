"""Typefaces of a report: found on the machine, one after the other asked for a character.

Debian's fonts-noto-core and fonts-nanum give the intended look. Where they are absent, DejaVu Sans from the
matplotlib package covers Latin, Cyrillic, Greek and Arabic, and the Korean face that PDF viewers bring along
covers Hangul without being embedded.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

SYSTEM_FONTS = Path("/usr/share/fonts/truetype")

# In the order in which they are asked: the text face, then the scripts it does not have.
PREFERRED = (
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf"),
    ("NanumGothic.ttf", "NanumGothicBold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf"),
    ("Vera.ttf", "VeraBd.ttf"),
)
KIND_OF_CHARACTER = re.compile(
    r"[ -](?:SMALL|CAPITAL|LETTER|SYLLABLE|VOWEL|CONSONANT|SIGN|DIGIT|MARK|CHARACTER)\b.*"
)
VIEWER_KOREAN = "HYGothic-Medium"
PRIVATE_AREA = range(0xE000, 0xF900)


class NoTypeface(Exception):
    """No usable typeface is installed, not even the one that comes with reportlab."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A shaped glyph: the code that draws it, its advance and its shift, in thousandths of the font size."""

    code: str
    advance: float
    shift_x: float
    shift_y: float


class Face:
    """An embedded TrueType face. Only the glyphs that a document uses travel with it."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self._font = _registered(path)
        self._unit = 1000.0 / self._font.face.unitsPerEm
        self._covered: dict[int, int] = self._font.face.charToGlyph

    def covers(self, character: str) -> bool:
        code = ord(character)
        return code in self._covered and code not in PRIVATE_AREA

    def width(self, text: str, size: float) -> float:
        return float(self._font.stringWidth(text, size))

    @cached_property
    def _shaper(self) -> uharfbuzz.Font:
        return uharfbuzz.Font(self._font.hbFace)

    def shape(self, text: str, *, right_to_left: bool) -> list[Glyph]:
        """Glyphs in visual order, joined, reordered and placed as the script of `text` asks."""
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if right_to_left else "ltr"
        uharfbuzz.shape(self._shaper, buffer)
        placed = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        return [
            Glyph(
                self._code_of(info.codepoint),
                position.x_advance * self._unit,
                position.x_offset * self._unit,
                position.y_offset * self._unit,
            )
            for info, position in placed
        ]

    def _code_of(self, glyph: int) -> str:
        """A character that draws this glyph.

        Joined forms mostly have one of their own. The others get a private one that depends on the glyph
        alone, so that the same content makes the same file whatever was printed before.
        """
        for code in self._font.face.glyphToChar.get(glyph, ()):
            if code not in PRIVATE_AREA:
                return chr(code)
        code = PRIVATE_AREA.start + glyph
        if code not in PRIVATE_AREA:
            raise NoTypeface(f"{self.name} has more glyphs than the private area can name.")
        self._covered[code] = glyph
        self._font.face.charWidths[code] = self._shaper.get_glyph_h_advance(glyph) * self._unit
        return chr(code)


class ViewerFace:
    """A face that the viewer brings along; it is named in the file, not embedded."""

    def __init__(self, name: str, first: str, last: str) -> None:
        self.name = name
        self._range = range(ord(first), ord(last) + 1)
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(name))

    def covers(self, character: str) -> bool:
        return ord(character) in self._range

    def width(self, text: str, size: float) -> float:
        return float(pdfmetrics.stringWidth(text, self.name, size))


AnyFace = Face | ViewerFace


@dataclass(frozen=True, slots=True)
class Family:
    """A regular and a bold chain of faces; the first face that has a character draws it."""

    regular: tuple[AnyFace, ...]
    bold: tuple[AnyFace, ...]

    def chain(self, *, bold: bool) -> tuple[AnyFace, ...]:
        return self.bold if bold else self.regular

    def missing_scripts(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Names of the scripts in `texts` that no face can draw, such as 'Thai'."""
        characters = {character for text in texts for character in unicodedata.normalize("NFC", text)}
        lacking = {c for c in characters if is_drawn(c) and not any(face.covers(c) for face in self.regular)}
        return tuple(sorted({script_name(character) for character in lacking}))


def is_drawn(character: str) -> bool:
    """False for spaces and for the controls that have no picture."""
    return not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf")


def script_name(character: str) -> str:
    """The script in the words of the Unicode standard: what the character's name begins with."""
    name = unicodedata.name(character, "UNASSIGNED")
    if name.startswith("CJK"):
        return "Han"
    return KIND_OF_CHARACTER.split(name)[0].title()


@lru_cache(maxsize=4)
def find_family(directories: Sequence[Path] | None = None) -> Family:
    """The chains of what is installed. `directories`: where to look, instead of the machine's own places."""
    files = _font_files(directories)
    pairs = [
        (files[regular], files.get(bold, files[regular])) for regular, bold in PREFERRED if regular in files
    ]
    pairs += _script_pairs(files)
    if not pairs:
        raise NoTypeface("No TrueType face was found for the report.")
    korean = ViewerFace(VIEWER_KOREAN, "가", "힣")
    return Family(
        regular=(*(Face(regular) for regular, _bold in pairs), korean),
        bold=(*(Face(bold) for _regular, bold in pairs), korean),
    )


COMMON_SCRIPTS = ("Hebrew", "Devanagari", "Bengali", "Tamil", "Thai", "Armenian", "Georgian", "Ethiopic")


def _script_pairs(files: dict[str, Path]) -> list[tuple[Path, Path]]:
    names = [(f"NotoSans{script}-Regular.ttf", f"NotoSans{script}-Bold.ttf") for script in COMMON_SCRIPTS]
    return [(files[regular], files.get(bold, files[regular])) for regular, bold in names if regular in files]


def _font_files(directories: Sequence[Path] | None) -> dict[str, Path]:
    places = _own_places() if directories is None else directories
    files: dict[str, Path] = {}
    for place in places:
        for path in sorted(place.rglob("*.ttf")):
            files.setdefault(path.name, path)
    return files


def _own_places() -> list[Path]:
    return [
        SYSTEM_FONTS,
        *_package_folder("matplotlib", "mpl-data/fonts/ttf"),
        *_package_folder("reportlab", "fonts"),
    ]


def _package_folder(package: str, folder: str) -> list[Path]:
    """A folder inside an installed package, found without importing it."""
    spec = find_spec(package)
    return [Path(spec.origin).parent / folder] if spec and spec.origin else []


@lru_cache(maxsize=64)
def _registered(path: Path) -> TTFont:
    """reportlab keeps faces by name for the whole process, so a file is read and registered once."""
    try:
        font = TTFont(path.stem, str(path))
    except TTFError as error:
        raise NoTypeface(f"{path.name} cannot be embedded: {error}") from error
    pdfmetrics.registerFont(font)
    return font
