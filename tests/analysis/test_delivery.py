"""Masks and outlines leave after a permission check, on the grid of the picture they lie over."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from analysis.claims import claim_run
from analysis.heat import heat_bands, heat_of
from analysis.models import ModelRelease, RegionMeasurement, Run
from analysis.outcomes import finish_run
from analysis.outlines import VITILIGO, Layer, draw_fill, draw_outlines
from analysis.region_heat import SCALE, TINT
from clinic.accounts.models import User
from clinic.audit.models import Event
from tests.analysis.results import face_result

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def measured(run: Run, releases: dict[str, ModelRelease]) -> Run:
    claim = claim_run(run_id=run.pk)
    assert claim is not None
    finish_run(claim=claim, result=face_result(), releases=releases)
    return run


def addresses(run: Run) -> list[str]:
    return [
        reverse("analysis:outline", args=[run.pk]),
        reverse("analysis:outline_thumbnail", args=[run.pk]),
        *(reverse("analysis:mask", args=[run.pk, kind]) for kind in ("face", "vitiligo", "glare")),
        reverse("analysis:mask_file", args=[run.pk, "vitiligo"]),
    ]


def test_nobody_else_sees_them(measured: Run, researcher: User, client: Client, client_of: ClientOf) -> None:
    for address in addresses(measured):
        assert client.get(address).status_code == 302
        assert client_of(researcher).get(address).status_code == 404


def test_layers_fit_the_display_rendition(measured: Run, dermatologist: User, client_of: ClientOf) -> None:
    display = measured.photo.renditions.get(kind="display")
    for address in addresses(measured)[2:5]:
        response = client_of(dermatologist).get(address)
        with Image.open(BytesIO(response.content)) as picture:
            assert (picture.mode, picture.size) == ("RGBA", (display.width, display.height))
        assert response["Cache-Control"] == "private, no-cache"


def test_regions_are_tinted_by_their_shares(
    measured: Run, dermatologist: User, researcher: User, client_of: ClientOf
) -> None:
    address = reverse("analysis:region_heat", args=[measured.pk])
    assert client_of(researcher).get(address).status_code == 404
    picture = opened(client_of(dermatologist).get(address).content)
    display = measured.photo.renditions.get(kind="display")
    assert picture.shape == (display.height, display.width, 4)
    degrees = {heat_of(one.f_vitiligo) for one in measured.measurements.get().regions.all()} - {0}
    assert degrees
    tints = {tuple(colour) for colour in picture[picture[..., 3] == TINT][:, :3]}
    assert tints & set(SCALE) == {SCALE[degree - 1] for degree in degrees}
    assert not picture[:50, :, 3].any()
    RegionMeasurement.objects.all().delete()
    assert client_of(dermatologist).get(address).status_code == 404


@pytest.mark.parametrize(
    ("share", "degree"), [(0.0, 0), (0.1, 1), (5.0, 1), (5.1, 2), (30.1, 4), (60.1, 5), (100.0, 5)]
)
def test_degrees_of_heat(share: float, degree: int) -> None:
    assert heat_of(share) == degree
    within = [band for band, low, high in heat_bands() if low < share and (high is None or share <= high)]
    assert within == ([degree] if degree else [])


def test_a_known_layer_is_not_sent_again(measured: Run, dermatologist: User, client_of: ClientOf) -> None:
    client = client_of(dermatologist)
    for address in addresses(measured)[:5]:
        etag = client.get(address)["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_the_mask_itself_is_a_download_on_record(
    measured: Run, dermatologist: User, client_of: ClientOf
) -> None:
    response = client_of(dermatologist).get(reverse("analysis:mask_file", args=[measured.pk, "vitiligo"]))
    with Image.open(BytesIO(response.getvalue())) as picture:
        assert picture.mode == "1"
        assert np.count_nonzero(np.asarray(picture)) == 2_500
    assert Event.objects.get(action="export").user == dermatologist


def test_a_layer_that_does_not_exist(
    measured: Run, run: Run, dermatologist: User, client_of: ClientOf
) -> None:
    client = client_of(dermatologist)
    assert client.get(reverse("analysis:mask", args=[measured.pk, "nose"])).status_code == 404
    assert client.get(reverse("analysis:outline", args=[measured.pk + 1])).status_code == 404


def opened(data: bytes) -> np.ndarray:
    with Image.open(BytesIO(data)) as picture:
        return np.asarray(picture)


def test_the_smallest_lesion_keeps_its_ring_on_a_thumbnail() -> None:
    mask = np.zeros((4240, 2832), np.uint8)
    mask[2000:2006, 1000:1006] = 1
    thumbnail = opened(draw_outlines([Layer(mask, VITILIGO)], 360))
    rows, columns = np.nonzero(thumbnail[..., 3] > 128)
    assert np.abs(rows.mean() - 2003 * 360 / 4240) < 1
    assert np.abs(columns.mean() - 1003 * 360 / 4240) < 1


def test_a_line_has_its_colour_and_an_edge_and_leaves_the_inside_open() -> None:
    mask = np.zeros((800, 800), np.uint8)
    mask[200:600, 200:600] = 1
    picture = opened(draw_outlines([Layer(mask, VITILIGO)], 800))
    assert picture[400, 200, :3].tolist() == pytest.approx(VITILIGO, rel=0.2, abs=8)
    assert picture[400, 200, 3] == 255
    assert picture[400, 400, 3] == 0
    assert picture[400, 196:205, :3].max(axis=1).min() < 40


def test_a_region_without_a_pixel_draws_nothing() -> None:
    assert not opened(draw_outlines([Layer(np.zeros((90, 60), np.uint8), VITILIGO)], 60))[..., 3].any()


def test_a_fill_covers_its_region_and_nothing_else() -> None:
    mask = np.zeros((100, 100), np.uint8)
    mask[:50] = 1
    alpha = opened(draw_fill(Layer(mask, VITILIGO), 50))[..., 3]
    assert (alpha[:25] == 140).all()
    assert (alpha[25:] == 0).all()
