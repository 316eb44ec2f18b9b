"""RetinaFace: shapes, published names, coding of boxes and points, the multibox loss."""

from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.vision.face.anchors import (
    corners,
    decode_boxes,
    decode_landmarks,
    encode_boxes,
    encode_landmarks,
    make_anchors,
    overlaps,
)
from analysis.vision.face.retinaface import RetinaFace, published_names
from analysis.vision.training.multibox import NEGATIVES_AT_LEAST, Faces, face_loss, match, multibox_loss


@pytest.mark.parametrize("backbone", ["mobilenet0.25", "resnet50"])
def test_network_speaks_of_every_anchor(backbone: str) -> None:
    network = RetinaFace(backbone).eval()
    with torch.inference_mode():
        raw = network(torch.zeros(2, 3, 64, 96))
    anchors = make_anchors(64, 96)
    assert raw.boxes.shape == (2, len(anchors), 4)
    assert raw.logits.shape == (2, len(anchors), 2)
    assert raw.landmarks.shape == (2, len(anchors), 10)


def test_unknown_backbone_is_refused() -> None:
    with pytest.raises(ValueError, match="vgg"):
        RetinaFace("vgg16")


def test_names_of_the_published_mobilenet() -> None:
    shapes = {name: tuple(value.shape) for name, value in RetinaFace().state_dict().items()}
    assert shapes["body.stage1.0.0.weight"] == (8, 3, 3, 3)
    assert shapes["body.stage3.1.3.weight"] == (256, 256, 1, 1)
    assert shapes["fpn.merge2.0.weight"] == (64, 64, 3, 3)
    assert shapes["ssh1.conv7x7_3.0.weight"] == (16, 16, 3, 3)
    assert shapes["ClassHead.0.conv1x1.weight"] == (4, 64, 1, 1)
    assert shapes["LandmarkHead.2.conv1x1.bias"] == (20,)


def test_names_of_the_published_resnet() -> None:
    shapes = {name: tuple(value.shape) for name, value in RetinaFace("resnet50").state_dict().items()}
    assert shapes["body.conv1.weight"] == (64, 3, 7, 7)
    assert shapes["body.layer4.2.conv3.weight"] == (2048, 512, 1, 1)
    assert shapes["fpn.output3.0.weight"] == (256, 2048, 1, 1)
    assert not any(name.startswith("body.fc") for name in shapes)


def test_prefix_of_parallel_training_is_removed() -> None:
    value = torch.zeros(1)
    assert published_names({"module.body.weight": value, "fpn.bias": value}).keys() == {
        "body.weight",
        "fpn.bias",
    }


@pytest.mark.data
def test_published_checkpoint_loads_strictly(real_images: Path) -> None:
    state = torch.load(
        real_images / "reference_weights" / "retinaface_mobilenet0.25_Final.pth",
        map_location="cpu",
        weights_only=True,
    )
    RetinaFace().load_state_dict(published_names(state), strict=True)


def test_a_checkpoint_with_another_shape_is_refused() -> None:
    state = RetinaFace().state_dict()
    state["ClassHead.0.conv1x1.weight"] = torch.zeros(6, 64, 1, 1)
    with pytest.raises(RuntimeError, match=r"ClassHead\.0\.conv1x1\.weight"):
        RetinaFace().load_state_dict(state, strict=True)


def test_anchors_cover_the_picture_in_reading_order() -> None:
    anchors = make_anchors(64, 96)
    assert len(anchors) == 2 * (8 * 12 + 4 * 6 + 2 * 3)
    assert anchors[0].tolist() == pytest.approx([4 / 96, 4 / 64, 16 / 96, 16 / 64])
    assert anchors[2, 0] > anchors[0, 0]
    assert anchors[2, 1] == anchors[0, 1]
    assert anchors[-1].tolist() == pytest.approx([80 / 96, 48 / 64, 512 / 96, 512 / 64])


@settings(max_examples=30, deadline=None)
@given(
    x=st.floats(0, 0.6),
    y=st.floats(0, 0.6),
    w=st.floats(0.02, 0.4),
    h=st.floats(0.02, 0.4),
    anchor=st.integers(0, 167),
)
def test_coding_round_trip(x: float, y: float, w: float, h: float, anchor: int) -> None:
    anchors = make_anchors(64, 64)[anchor : anchor + 1]
    box = torch.tensor([[x, y, x + w, y + h]])
    points = torch.rand(1, 5, 2)
    assert torch.allclose(decode_boxes(encode_boxes(box, anchors), anchors), box, atol=1e-4)
    assert torch.allclose(decode_landmarks(encode_landmarks(points, anchors), anchors), points, atol=1e-4)


def test_decoding_nothing() -> None:
    assert decode_landmarks(torch.zeros(0, 10), make_anchors(64, 64)[:0]).shape == (0, 5, 2)


def test_overlaps_by_hand() -> None:
    one = torch.tensor([[0.0, 0.0, 2.0, 2.0]])
    others = torch.tensor([[0.0, 0.0, 2.0, 2.0], [1.0, 0.0, 3.0, 2.0], [5.0, 5.0, 6.0, 6.0]])
    assert overlaps(one, others)[0].tolist() == pytest.approx([1.0, 1 / 3, 0.0])


def test_every_face_gets_an_anchor() -> None:
    tiny = Faces(torch.tensor([[0.5, 0.5, 0.505, 0.505]]), torch.full((1, 5, 2), 0.5))
    assert match(tiny, make_anchors(64, 64)).positive.sum() == 1


def test_an_anchor_takes_the_face_it_overlaps_most() -> None:
    anchors = make_anchors(64, 64)
    chosen = corners(anchors)[[40, 90]]
    faces = Faces(chosen, torch.full((2, 5, 2), 0.5))
    targets = match(faces, anchors)
    assert targets.positive[[40, 90]].all()
    decoded = decode_boxes(targets.boxes, anchors[targets.positive])
    assert overlaps(decoded, chosen).max(dim=1).values.min() == pytest.approx(1.0, abs=1e-4)


def test_pictures_without_a_face_teach_through_their_hardest_negatives() -> None:
    logits = torch.zeros(1, 100, 2)
    logits[0, 0, 1] = 10.0
    loss = face_loss(logits, torch.zeros(1, 100, dtype=torch.bool))
    quiet = torch.log(torch.tensor(2.0)) * (NEGATIVES_AT_LEAST - 1)
    assert float(loss) == pytest.approx(10.0 + float(quiet), rel=1e-3)


def test_unknown_landmarks_are_not_learnt() -> None:
    anchors = make_anchors(64, 64)
    network = RetinaFace()
    raw = network(torch.zeros(1, 3, 64, 64))
    hidden = Faces(torch.tensor([[0.2, 0.2, 0.8, 0.8]]), torch.full((1, 5, 2), float("nan")))
    loss = multibox_loss(raw, [hidden], anchors)
    assert loss.landmarks.item() == 0.0
    assert torch.isfinite(loss.total)


def test_loss_falls_on_one_picture() -> None:
    torch.manual_seed(0)
    network = RetinaFace()
    anchors = make_anchors(96, 96)
    picture = torch.randn(2, 3, 96, 96) * 20
    truth = [
        Faces(torch.tensor([[0.2, 0.2, 0.8, 0.9]]), torch.rand(1, 5, 2)),
        Faces(torch.zeros(0, 4), torch.zeros(0, 5, 2)),
    ]
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(25):
        loss = multibox_loss(network(picture), truth, anchors).total
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.3 * losses[0]
