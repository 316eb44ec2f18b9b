"""The digital phantom: same seed same bytes, exact truth, views that agree, a course that only heals."""

import csv
import time
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from analysis.vision.phantom import Person, Photograph, Scene, Vitiligo, take_photo
from analysis.vision.phantom.atlas import build_atlas, rest_atlas
from analysis.vision.phantom.cohort import DEMO_PATIENTS, demo_photos
from analysis.vision.phantom.dataset import write_dataset
from analysis.vision.phantom.head import Expression
from analysis.vision.phantom.raster import Camera
from analysis.vision.phantom.response import Response
from analysis.vision.phantom.truth import face_box, landmark_points
from analysis.vision.terms import Modality, View

SIZE = (144, 192)
VIEWS = tuple(View)


@cache
def photo(
    seed: int = 7,
    view: View = View.FRONT,
    *,
    modality: Modality = Modality.UV_REFLECTANCE,
    capture: int = 1,
    extent: float = 0.2,
    amount: float = 0.0,
    sunscreen: float = 0.0,
    glare: float = 0.1,
    phototype: int = 4,
    size: tuple[int, int] = SIZE,
) -> Photograph:
    """A picture of a state of one person, kept for the next test."""
    vitiligo = Vitiligo.from_seed(seed, extent=extent, kind="bilateral").repigmented(amount)
    scene = Scene(view, modality, capture, glare=glare, sunscreen=sunscreen)
    return take_photo(Person.from_seed(seed, phototype=phototype), vitiligo, scene, size=size)


def share(picture: Photograph) -> float:
    assert picture.truth.f_vitiligo is not None
    return picture.truth.f_vitiligo


def test_same_seeds_same_bytes() -> None:
    first = photo()
    rest_atlas.cache_clear()
    again = photo.__wrapped__()
    assert np.array_equal(first.image, again.image)
    assert np.array_equal(first.truth.vitiligo, again.truth.vitiligo)


def test_other_seeds_other_people() -> None:
    people = {Person.from_seed(seed) for seed in range(20)}
    assert len(people) == 20
    assert {person.skin.phototype for person in people} == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize("view", VIEWS)
def test_truth_is_consistent(view: View) -> None:
    picture = photo(view=view)
    truth = picture.truth
    assert picture.image.shape == (SIZE[1], SIZE[0], 3)
    assert picture.image.dtype == np.uint8
    for mask in (truth.face, truth.vitiligo, truth.glare):
        assert mask.shape == (SIZE[1], SIZE[0])
        assert mask.dtype == np.uint8
        assert set(np.unique(mask)) <= {0, 1}
    assert not (truth.vitiligo & ~truth.face & 1).any()
    rows, columns = np.nonzero(truth.face)
    assert truth.box == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert truth.f_vitiligo == pytest.approx(100 * truth.vitiligo.sum() / truth.face.sum())
    assert 0.08 < truth.face.mean() < 0.6


@pytest.mark.parametrize("view", VIEWS)
def test_landmarks_lie_in_the_box_and_in_order(view: View) -> None:
    truth = photo(view=view).truth
    x0, y0, x1, y1 = truth.box
    right_eye, left_eye, nose, right_mouth, left_mouth = truth.landmarks
    inside = (truth.landmarks >= (x0 - 2, y0 - 2)) & (truth.landmarks <= (x1 + 2, y1 + 2))
    assert inside.all()
    assert right_eye[0] < left_eye[0]
    assert right_mouth[0] < left_mouth[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])


def test_landmarks_lie_on_their_features() -> None:
    person = Person.from_seed(7)
    atlas = build_atlas(person, Expression(), 256, 0)
    points = landmark_points(person, atlas, Expression())
    assert points[2, 2] == points[:, 2].max()
    assert points[2, 2] > np.percentile(atlas.head.position[..., 2], 99.9) - 3
    assert points[0] == pytest.approx(points[1] * (-1, 1, 1), abs=2.5)


def test_the_left_view_shows_the_patients_left() -> None:
    left, right = photo(view=View.LEFT).truth, photo(view=View.RIGHT).truth
    assert left.yaw < -40
    assert right.yaw > 40
    camera = Camera(SIZE[0], SIZE[1], left.yaw, 0, 0, 1150, 3, (0.5, 0.45))
    left_cheek, right_cheek = np.array([60.0, -20, 50]), np.array([-60.0, -20, 50])
    assert (camera.rotation @ left_cheek)[2] > (camera.rotation @ right_cheek)[2]
    eyes, nose = left.landmarks[:2, 0].mean(), left.landmarks[2, 0]
    assert nose < eyes, "the nose points to image left when the left cheek is shown"


def test_the_views_agree_on_the_skin() -> None:
    """A point of the skin is lost or not, whichever picture and whatever resolution shows it."""
    vitiligo = Vitiligo.from_seed(7, extent=0.2, kind="bilateral")
    grid = rest_atlas(Person.from_seed(7), 384).canonical[:340]
    painted = vitiligo.loss(grid)[40:320:9, 60:330:9] >= 0.5
    alone = vitiligo.loss(grid[40:320:9, 60:330:9].reshape(-1, 3)).reshape(painted.shape) >= 0.5
    assert 0.02 < painted.mean() < 0.6
    assert (painted == alone).mean() > 0.98
    shares = [share(photo(view=view)) for view in VIEWS]
    assert max(shares) - min(shares) < 12


def test_a_segmental_pattern_keeps_to_one_side() -> None:
    vitiligo = Vitiligo.from_seed(11, extent=0.1, kind="segmental")
    points = rest_atlas(Person.from_seed(11), 384).canonical[:340].reshape(-1, 3)
    lost = vitiligo.loss(points) >= 0.5
    assert lost.any()
    assert (np.sign(points[lost, 0]) == vitiligo.side).mean() > 0.97


def test_extent_is_the_share_of_the_face() -> None:
    shares = [share(photo(seed=seed, extent=0.2)) for seed in (7, 8)]
    assert 12 < np.mean(shares) < 32


def test_repigmentation_is_monotone_and_complete() -> None:
    vitiligo = Vitiligo.from_seed(7, extent=0.25, kind="bilateral")
    points = rest_atlas(Person.from_seed(7), 384).canonical[80:340:2, ::2]
    losses = [vitiligo.repigmented(amount).loss(points) for amount in (0, 0.2, 0.4, 0.6, 0.8, 0.95, 1)]
    for before, after in pairwise(losses):
        assert (after <= before + 1e-5).all()
    lost = [(loss >= 0.5).sum() for loss in losses]
    assert lost == sorted(lost, reverse=True)
    assert lost[-1] == 0
    assert 0.3 < lost[3] / lost[0] < 0.55


def test_relapse_returns_to_the_earlier_state() -> None:
    vitiligo = Vitiligo.from_seed(7, extent=0.2, kind="bilateral")
    assert vitiligo.repigmented(0.8).repigmented(0.3) == vitiligo.repigmented(0.3)


def test_two_captures_of_one_state_agree() -> None:
    first, second = photo(capture=1), photo(capture=2)
    assert not np.array_equal(first.image, second.image)
    assert abs(share(first) - share(second)) < 3


@pytest.mark.parametrize("phototype", [1, 3, 6])
@pytest.mark.parametrize("modality", [Modality.UV_REFLECTANCE, Modality.WOODS_LAMP])
def test_lesions_are_brighter_under_ultraviolet(phototype: int, modality: Modality) -> None:
    picture = photo(phototype=phototype, modality=modality, glare=0.0)
    lesion = picture.image[picture.truth.vitiligo == 1].mean(0)
    skin = picture.image[(picture.truth.vitiligo == 0) & (picture.truth.face == 1)].mean(0)
    assert (lesion / skin > 1.5).all()
    assert (lesion / skin < 3.6).all()


def test_sunscreen_hides_lesions_from_ultraviolet_but_not_from_truth() -> None:
    bare, covered = photo(), photo(sunscreen=1.0)
    lesion = bare.truth.vitiligo == 1
    assert covered.image[lesion].mean() < 0.75 * bare.image[lesion].mean()
    assert share(covered) == pytest.approx(share(bare))


def test_glare_is_marked_where_the_picture_saturates() -> None:
    shiny, dull = photo(glare=1.0), photo(glare=0.0)
    assert shiny.truth.glare.sum() > dull.truth.glare.sum()
    saturated = shiny.image[shiny.truth.glare == 1]
    assert saturated.min(1).mean() > 225


def test_no_vitiligo_is_zero_not_missing() -> None:
    picture = take_photo(
        Person.from_seed(3),
        Vitiligo.from_seed(3, extent=0.2, kind="none"),
        Scene(View.FRONT, Modality.VISIBLE, 1),
        size=SIZE,
    )
    assert picture.truth.f_vitiligo == 0.0


def test_without_a_face_there_is_no_share() -> None:
    nothing = np.zeros((8, 8), np.uint8)
    truth = replace(photo().truth, face=nothing, vitiligo=nothing, box=face_box(nothing))
    assert truth.f_vitiligo is None
    assert truth.box == (0, 0, 0, 0)


def test_from_behind_there_is_hardly_a_face() -> None:
    scene = Scene(View.FRONT, Modality.VISIBLE, 1, yaw=180.0, jitter=0.0)
    picture = take_photo(Person.from_seed(3), Vitiligo.from_seed(3, extent=0.2), scene, size=SIZE)
    assert picture.truth.face.sum() < 0.12 * photo().truth.face.sum()


def test_arguments_are_checked() -> None:
    with pytest.raises(ValueError, match="phototype"):
        Person.from_seed(1, phototype=7)
    with pytest.raises(ValueError, match="extent"):
        Vitiligo.from_seed(1, extent=12)
    with pytest.raises(ValueError, match="amount"):
        Vitiligo.from_seed(1, extent=0.1).repigmented(1.5)
    with pytest.raises(ValueError, match="dermoscope"):
        Scene(View.FRONT, Modality.DERMOSCOPY, 1)
    with pytest.raises(ValueError, match="64"):
        take_photo(
            Person.from_seed(1),
            Vitiligo.from_seed(1, extent=0.1),
            Scene(View.FRONT, Modality.VISIBLE, 1),
            size=(20, 20),
        )


def test_a_further_picture_of_a_person_is_quick() -> None:
    photo()
    started = time.process_time()
    photo(capture=99)
    assert time.process_time() - started < 3.0


def test_the_response_matches_the_published_shares() -> None:
    draw = np.random.default_rng(1)
    courses = [Response.draw(draw) for _ in range(4000)]
    for month, published in ((5.5, (0.51, 0.30, 0.15)), (12, (0.71, 0.51, 0.31))):
        reached = np.array([course.improvement(month) for course in courses])
        for target, expected in zip((0.5, 0.75, 0.9), published, strict=True):
            assert (reached >= target).mean() == pytest.approx(expected, abs=0.06)


def test_the_demo_cohort_has_every_story() -> None:
    visits = [visit for patient in DEMO_PATIENTS for visit in patient.visits]
    assert len({patient.record for patient in DEMO_PATIENTS}) == len(DEMO_PATIENTS) == 13
    assert 60 <= sum(len(visit.views) for visit in visits) <= 100
    astray = [photo for one in DEMO_PATIENTS for photo in demo_photos(one) if photo.view != photo.scene.view]
    assert [(photo.patient.record, photo.view, photo.scene.view) for photo in astray] == [
        ("DEMO-006", View.LEFT, View.FRONT)
    ]
    assert any(len(visit.views) < 3 for visit in visits)
    assert any(visit.skin == "sunscreen" and visit.sunscreen > 0 for visit in visits)
    assert any(visit.glare > 0.8 for visit in visits)
    assert any(patient.kind == "segmental" for patient in DEMO_PATIENTS)
    final = [patient.visits[-1].amount for patient in DEMO_PATIENTS]
    assert max(final) > 0.9
    relapsed = [p for p in DEMO_PATIENTS if p.visits[-1].amount < max(v.amount for v in p.visits)]
    assert relapsed
    first = next(demo_photos(DEMO_PATIENTS[0]))
    assert first.person.skin.phototype == DEMO_PATIENTS[0].phototype
    assert all(patient.seed >= 900_000 for patient in DEMO_PATIENTS), "shown people are never trained on"


def test_the_dataset_resumes(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    table = write_dataset(folder, seeds=[1], captures_per_person=1, size=(96, 128), progress=False)
    made = (folder / "images").iterdir()
    stamp = {path.name: path.stat().st_mtime_ns for path in made}
    write_dataset(folder, seeds=[1, 2], captures_per_person=1, size=(96, 128), progress=False)
    with table.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["person"] for row in rows] == ["1", "2"]
    for name, time_ns in stamp.items():
        assert (folder / "images" / name).stat().st_mtime_ns == time_ns
    for row in rows:
        stem = row["file"].removesuffix(".jpg")
        assert (folder / "face" / f"{stem}.png").exists()
        assert (folder / "vitiligo" / f"{stem}.png").exists()
        assert int(row["vitiligo_pixels"]) <= int(row["face_pixels"])
