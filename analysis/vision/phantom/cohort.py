"""The demonstration clinic as data: made-up patients, their treatments, visits and photographs.

Names are placeholders of their languages (the Korean, Russian and Arabic "John Doe" and the like).
Each patient shows one thing that a clinic meets: near-complete, good, partial and no response, relapse,
segmental vitiligo, a missed view, a sunscreen visit (false dip), a glare visit (false rise), a photograph of
the wrong side, a first visit. Five more are drawn from the population, so that the cohort has curves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.vision.phantom.person import Person
from analysis.vision.phantom.response import Response
from analysis.vision.phantom.scene import Scene
from analysis.vision.phantom.vitiligo import Vitiligo
from analysis.vision.terms import Modality, View

SkinCondition = Literal["clean", "make-up", "sunscreen", "camouflage", "unknown"]
TreatmentKind = Literal["ruxolitinib", "nb_uvb", "tacrolimus"]
ALL_VIEWS = (View.LEFT, View.FRONT, View.RIGHT)


@dataclass(frozen=True)
class DemoTreatment:
    """kind: a word of the treatment list; months since baseline; stop None: still going on."""

    kind: TreatmentKind
    start: float
    stop: float | None


@dataclass(frozen=True)
class DemoVisit:
    """month: since baseline. amount: share repigmented, 0 to 1. views: those that were photographed.

    sunscreen, glare: 0 to 1, as in Scene. astray: views whose photograph shows the front instead, which is
    not measurable. note: what a nurse would write down.
    """

    month: float
    amount: float
    skin: SkinCondition = "clean"
    views: tuple[View, ...] = ALL_VIEWS
    sunscreen: float = 0.0
    glare: float = 0.2
    astray: tuple[View, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class DemoPatient:
    """A made-up patient. seed makes the person and the pattern; extent: share of facial skin at baseline."""

    record: str
    name: str
    sex: Literal["female", "male"]
    birth_year: int
    phototype: int
    story: str
    seed: int
    kind: Literal["bilateral", "segmental"]
    extent: float
    modality: Modality
    treatments: tuple[DemoTreatment, ...]
    visits: tuple[DemoVisit, ...]

    @property
    def person(self) -> Person:
        """The head that is photographed."""
        return Person.from_seed(self.seed, phototype=self.phototype, sex=self.sex, age=2026 - self.birth_year)

    @property
    def vitiligo(self) -> Vitiligo:
        """The pattern at baseline."""
        return Vitiligo.from_seed(self.seed, extent=self.extent, kind=self.kind)


@dataclass(frozen=True)
class DemoPhoto:
    """One photograph to take, filed as `view`: give person, vitiligo and scene to take_photo."""

    patient: DemoPatient
    visit: DemoVisit
    view: View
    person: Person
    vitiligo: Vitiligo
    scene: Scene


def demo_photos(patient: DemoPatient) -> Iterator[DemoPhoto]:
    """The photographs of a patient, visit by visit, left, front, right."""
    for number, visit in enumerate(patient.visits):
        for view in visit.views:
            scene = Scene(
                view=View.FRONT if view in visit.astray else view,
                modality=patient.modality,
                capture_seed=patient.seed * 1000 + number * 10 + ALL_VIEWS.index(view),
                glare=visit.glare,
                sunscreen=visit.sunscreen,
            )
            state = patient.vitiligo.repigmented(visit.amount)
            yield DemoPhoto(patient, visit, view, patient.person, state, scene)


def _course(response: Response, months: tuple[float, ...], *, glare: float = 0.2) -> tuple[DemoVisit, ...]:
    return tuple(DemoVisit(month, round(response.improvement(month), 3), glare=glare) for month in months)


def _drawn(
    record: str,
    name: str,
    sex: Literal["female", "male"],
    birth_year: int,
    phototype: int,
    seed: int,
    month: float,
    *kinds: TreatmentKind,
) -> DemoPatient:
    """A baseline and one later visit of a patient whose course the seed draws from the population.

    The seeds were chosen so that the five lie far apart, from no response to nearly all.
    """
    draw = np.random.default_rng(seed)
    response = Response.draw(draw, phototherapy="nb_uvb" in kinds)
    return DemoPatient(
        record, name, sex, birth_year, phototype, "A course that the published response rates allow.",
        seed=seed, kind="bilateral", extent=round(float(draw.uniform(0.08, 0.22)), 2),
        modality=Modality.UV_REFLECTANCE,
        treatments=tuple(DemoTreatment(kind, 0, None) for kind in kinds),
        visits=_course(response, (0, month), glare=0.05),
    )  # fmt: skip


DEMO_PATIENTS: tuple[DemoPatient, ...] = (
    DemoPatient(
        "DEMO-001", "홍길동", "male", 1984, 4, "Near-complete response to ruxolitinib with NB-UVB.",
        seed=910011, kind="bilateral", extent=0.16, modality=Modality.UV_REFLECTANCE,
        treatments=(DemoTreatment("ruxolitinib", 0, None), DemoTreatment("nb_uvb", 0, 6)),
        visits=_course(Response(0.6, 0.97, 2.6), (0, 3, 6, 12)),
    ),
    DemoPatient(
        "DEMO-002", "Erika Mustermann", "female", 1991, 2, "Good response to ruxolitinib.",
        seed=910024, kind="bilateral", extent=0.11, modality=Modality.UV_REFLECTANCE,
        treatments=(DemoTreatment("ruxolitinib", 0, None),),
        visits=_course(Response(0.8, 0.88, 3.6), (0, 3, 6)),
    ),
    DemoPatient(
        "DEMO-003", "Фома Образцов", "male", 1969, 3,
        "Partial response; highlights at month 3 read as a rise.",
        seed=910035, kind="bilateral", extent=0.2, modality=Modality.UV_REFLECTANCE,
        treatments=(DemoTreatment("tacrolimus", 0, None), DemoTreatment("nb_uvb", 1, None)),
        visits=(
            DemoVisit(0, 0.0, glare=0.05),
            DemoVisit(3, 0.14, glare=1.0, note="Strong highlights on forehead and nose; retake advised."),
            DemoVisit(6, 0.38),
        ),
    ),
    DemoPatient(
        "DEMO-004", "فلان الفلاني", "male", 1978, 5, "No response; sunscreen at month 3 reads as a dip.",
        seed=910046, kind="bilateral", extent=0.14, modality=Modality.UV_REFLECTANCE,
        treatments=(DemoTreatment("ruxolitinib", 0, 6),),
        visits=(
            DemoVisit(0, 0.0),
            DemoVisit(3, 0.0, skin="sunscreen", sunscreen=0.75, note="Came with sunscreen on."),
            DemoVisit(6, 0.03),
        ),
    ),
    DemoPatient(
        "DEMO-005", "Juana Ejemplo Pérez", "female", 1987, 3,
        "Good response, relapse after stopping; one view missed.",
        seed=910058, kind="bilateral", extent=0.13, modality=Modality.UV_REFLECTANCE,
        treatments=(DemoTreatment("ruxolitinib", 0, 6),),
        visits=(
            DemoVisit(0, 0.0),
            DemoVisit(4, 0.55),
            DemoVisit(6, 0.72, views=(View.LEFT, View.FRONT), note="Right view was not taken."),
            DemoVisit(12, 0.35, note="Stopped treatment after month 6; new patches."),
        ),
    ),
    DemoPatient(
        "DEMO-006", "김가상", "female", 2003, 3, "Segmental vitiligo, stable, slow repigmentation.",
        seed=910063, kind="segmental", extent=0.1, modality=Modality.WOODS_LAMP,
        treatments=(DemoTreatment("tacrolimus", 0, None), DemoTreatment("nb_uvb", 0, None)),
        visits=(
            DemoVisit(0, 0.0),
            DemoVisit(4, 0.214, astray=(View.LEFT,), note="The left photograph shows the front; retake."),
            DemoVisit(9, 0.395),
        ),
    ),
    DemoPatient(
        "DEMO-007", "Thandi Mfano", "female", 1965, 6, "Good response in dark skin.",
        seed=910072, kind="bilateral", extent=0.24, modality=Modality.UV_REFLECTANCE,
        treatments=(DemoTreatment("ruxolitinib", 0, None),),
        visits=_course(Response(0.8, 0.9, 4.0), (0, 6), glare=0.05),
    ),
    DemoPatient(
        "DEMO-008", "Jan Zonder Naam", "male", 1996, 1, "First visit, fair skin, freckles, small lesions.",
        seed=910087, kind="bilateral", extent=0.03, modality=Modality.UV_REFLECTANCE,
        treatments=(DemoTreatment("ruxolitinib", 0, None),),
        visits=(DemoVisit(0, 0.0),),
    ),
    _drawn("DEMO-009", "Ola Nordmann", "female", 1982, 2, 910093, 3, "ruxolitinib"),
    _drawn("DEMO-010", "山田太郎", "male", 1974, 3, 910102, 6, "ruxolitinib"),
    _drawn("DEMO-011", "Anna Wzorowa", "female", 1999, 2, 910112, 6, "ruxolitinib", "nb_uvb"),
    _drawn("DEMO-012", "Ion Exemplu", "male", 1958, 4, 910128, 9, "nb_uvb"),
    _drawn("DEMO-013", "홍길순", "female", 1993, 3, 910130, 12, "tacrolimus"),
)  # fmt: skip
"""Person seeds lie in the hold-out range: no shipped network was trained on these people."""
