"""The clinic measures its own error: pairs, figures, adoption by hand, and whose error judges a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from analysis.models import ModelRelease
from clinic.accounts.models import User
from clinic.audit.models import Event
from imaging.models import Photo, View
from imaging.refusals import DuplicatePhoto, OtherDay
from patients.models import Patient, Visit
from reports.charts.series import Track
from reports.measurement_error import error_of_slots
from reports.models import AdoptedError, RepeatabilityStudy
from reports.repeatability import (
    StudyIncomplete,
    add_repeat,
    adopt_errors,
    end_adoption,
    errors_by_view,
    results_of,
    standing_pairs,
    start_study,
)
from reports.services import response_of
from reports.slots import slots_of_patient
from tests.imaging import pictures
from tests.pages import sittings

pytestmark = pytest.mark.django_db
Releases = dict[str, ModelRelease]


@pytest.fixture
def study(photographer: User) -> RepeatabilityStudy:
    return start_study(name="Autumn", views=["front", "left"], user=photographer)


@pytest.fixture
def add_pair(
    study: RepeatabilityStudy, photographer: User, releases: Releases
) -> Callable[..., tuple[Patient, Visit]]:
    """add_pair(number, first, second, view=...): a patient with a pair of so many rows of vitiligo."""

    def add(number: int, first: int, second: int, *, view: str = "front") -> tuple[Patient, Visit]:
        patient = pictures.patient(f"S-{number}")
        visit = pictures.visit(patient)
        Visit.objects.update(skin_condition=Visit.SkinCondition.CLEAN)
        photo = sittings.photo_of(visit, view, photographer)
        sittings.measure(photo, releases, rows=first)
        pair = add_repeat(
            study=study, first=photo, file=pictures.photograph(5000 + number), user=photographer
        )
        sittings.measure(pair.second, releases, rows=second)
        return patient, visit

    return add


# Shares of 20000 face pixels: a row of 50 is a quarter of a point.
PAIRS = [(40, 42), (50, 48), (60, 62), (20, 18), (30, 32)]


def test_a_second_photograph_is_measured_and_never_seen_in_the_response(
    add_pair: Callable[..., tuple[Patient, Visit]], study: RepeatabilityStudy
) -> None:
    patient, visit = add_pair(1, 40, 48)
    (result,) = results_of(standing_pairs(study))
    assert result.values == pytest.approx((10.0, 12.0))
    readings = response_of(patient=patient).readings
    assert [reading.f_vitiligo for reading in readings] == pytest.approx([10.0])
    assert visit.photos.count() == 2
    assert Photo.objects.current().count() == 1


def test_figures_by_view(add_pair: Callable[..., tuple[Patient, Visit]], study: RepeatabilityStudy) -> None:
    for number, (first, second) in enumerate(PAIRS):
        add_pair(number, first, second)
    (front,) = errors_by_view(results_of(standing_pairs(study)))
    # Differences of +-0.5 points with mean 0.1: MS_E = sum((d - mean)^2) / (2 (n - 1)) = 1.2 / 8.
    assert (front.track, front.pairs, front.patients) == (Track.FRONT, 5, 5)
    assert front.sem == pytest.approx((1.2 / 8) ** 0.5)
    assert front.sdc95 == pytest.approx(1.96 * 2**0.5 * front.sem)
    assert front.low < front.sdc95 < front.high
    assert front.bias == pytest.approx(0.1)
    assert front.icc > 0.95


def test_adoption_changes_the_error_that_judges_and_ends_again(
    add_pair: Callable[..., tuple[Patient, Visit]], study: RepeatabilityStudy, dermatologist: User
) -> None:
    for number, (first, second) in enumerate(PAIRS):
        patient, _visit = add_pair(number, first, second)
    slots = slots_of_patient(patient)
    card = error_of_slots(slots)
    assert (card.sdc95[Track.FRONT], card.adopted) == (0.9, None)
    assert card.sentence == "Measurement error: SDC95 from the card of vitiligo-1."
    adopted = adopt_errors(study=study, user=dermatologist)
    own = error_of_slots(slots)
    assert own.sdc95[Track.FRONT] == pytest.approx(1.96 * 2**0.5 * 0.15**0.5)
    assert own.sdc95[Track.LEFT] == 1.1
    assert "own study Autumn" in own.sentence
    assert "Left, Right: from the card of vitiligo-1" in own.sentence
    again = adopt_errors(study=study, user=dermatologist)
    adopted.refresh_from_db()
    assert adopted.ended_by == dermatologist
    end_adoption(adopted=again, user=dermatologist)
    assert error_of_slots(slots).sdc95 == card.sdc95
    assert AdoptedError.objects.count() == 2
    assert Event.objects.about(again).count() == 2


def test_too_few_patients_are_not_adopted(
    add_pair: Callable[..., tuple[Patient, Visit]], study: RepeatabilityStudy, dermatologist: User
) -> None:
    for number, (first, second) in enumerate(PAIRS[:4]):
        add_pair(number, first, second)
    with pytest.raises(StudyIncomplete, match="5 patients"):
        adopt_errors(study=study, user=dermatologist)


def test_pairs_of_other_releases_are_not_counted(
    add_pair: Callable[..., tuple[Patient, Visit]], study: RepeatabilityStudy, releases: Releases
) -> None:
    for number, (first, second) in enumerate(PAIRS[:3]):
        add_pair(number, first, second)
    old = releases["vitiligo"]
    old.is_active = False
    old.save()
    releases["vitiligo"] = ModelRelease.objects.create(
        name="vitiligo-2", task="vitiligo", sha256="f" * 64, is_active=True
    )
    for number, (first, second) in enumerate(PAIRS[3:], start=3):
        add_pair(number, first, second)
    (front,) = errors_by_view(results_of(standing_pairs(study)))
    assert front.pairs == 2


def test_those_who_may_not_are_refused(
    study: RepeatabilityStudy, photographer: User, researcher: User, visit: Visit
) -> None:
    with pytest.raises(PermissionDenied):
        adopt_errors(study=study, user=photographer)
    with pytest.raises(PermissionDenied):
        start_study(name="x", views=["front"], user=researcher)
    photo = sittings.photo_of(visit, "front", photographer)
    with pytest.raises(PermissionDenied):
        add_repeat(study=study, first=photo, file=pictures.photograph(9), user=researcher)


def test_the_same_file_and_another_day_are_no_repeat(
    study: RepeatabilityStudy, photographer: User, visit: Visit
) -> None:
    photo = sittings.photo_of(visit, "front", photographer)
    same = pictures.photograph(visit.pk * 10 + View.values.index("front"), size=(320, 400))
    with pytest.raises(DuplicatePhoto):
        add_repeat(study=study, first=photo, file=same, user=photographer)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[36867] = "2026:03:09 10:00:00"
    with pytest.raises(OtherDay, match="not on the day of the visit"):
        add_repeat(
            study=study, first=photo, file=pictures.photograph(77, exif=exif.tobytes()), user=photographer
        )
    assert Photo.objects.count() == 1


def test_from_a_new_study_to_its_figures_through_the_pages(
    nurse: Client,
    client_of: Callable[[User], Client],
    dermatologist: User,
    photographer: User,
    releases: Releases,
) -> None:
    answer = nurse.post(reverse("pages:repeatability"), {"name": "Spring", "views": ["front"]})
    study = RepeatabilityStudy.objects.get()
    assert answer.headers["Location"] == reverse("pages:repeatability_study", args=[study.pk])
    for number, (first, second) in enumerate(PAIRS):
        visit = pictures.visit(pictures.patient(f"S-{number}"))
        photo = sittings.photo_of(visit, "front", photographer)
        sittings.measure(photo, releases, rows=first)
        nurse.post(reverse("pages:repeatability_choose", args=[study.pk]), {"visit": visit.pk})
        capture = nurse.get(reverse("pages:repeatability_visit", args=[study.pk, visit.pk]))
        assert "not taken yet" in capture.content.decode()
        slot = _upload(nurse, study, photo, 700 + number)
        assert "Being analysed" in slot
        sittings.measure(study.pairs.get(first=photo).second, releases, rows=second)
    page = nurse.get(reverse("pages:repeatability_study", args=[study.pk])).content.decode()
    assert "1.07" in page  # SDC95
    assert "Adopt these figures" not in page
    doctor = client_of(dermatologist)
    doctor.post(reverse("pages:repeatability_adopt", args=[study.pk]))
    overview = doctor.get(reverse("pages:repeatability")).content.decode()
    assert "This clinic" in overview
    assert "own study Spring" in overview
    doctor.post(reverse("pages:repeatability_end", args=[AdoptedError.objects.get().pk]))
    assert "This clinic" not in doctor.get(reverse("pages:repeatability")).content.decode()


def _upload(client: Client, study: RepeatabilityStudy, photo: Photo, seed: int) -> str:
    file = SimpleUploadedFile("IMG.jpg", pictures.photograph(seed).read(), "image/jpeg")
    address = reverse("pages:repeatability_repeat", args=[study.pk, photo.pk])
    answer: Any = client.post(address, {"file": file}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("count", [1, 4])
def test_more_pairs_do_not_cost_more_queries(
    nurse: Client,
    add_pair: Callable[..., tuple[Patient, Visit]],
    study: RepeatabilityStudy,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        add_pair(number, *PAIRS[number])
    with django_assert_num_queries(10):
        nurse.get(reverse("pages:repeatability_study", args=[study.pk]))


def test_a_researcher_reads_pseudonyms_and_only_of_those_who_agreed(
    add_pair: Callable[..., tuple[Patient, Visit]],
    study: RepeatabilityStudy,
    client_of: Callable[[User], Client],
    researcher: User,
) -> None:
    add_pair(1, 40, 42)
    page = client_of(researcher).get(reverse("pages:repeatability_study", args=[study.pk]))
    assert "Ada Kim" not in page.content.decode()
    assert "No pairs yet" in page.content.decode()
