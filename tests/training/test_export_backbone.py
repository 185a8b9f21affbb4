import hashlib
import re

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from models.backbone import CHANNELS, WEIGHTS_PATH, get_backbone
from training.export_backbone import OUTPUT_NAMES, build_trunk, export


@pytest.fixture(scope="module")
def trunk():
    return build_trunk()


def make_photo(height_px: int, width_px: int) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (height_px, width_px, 3), dtype=np.uint8)


@pytest.mark.parametrize(("height_px", "width_px"), [(256, 256), (192, 320)])
def test_served_features_equal_those_of_torch(trunk, height_px, width_px):
    photo = make_photo(height_px, width_px)
    with torch.no_grad():
        expected = trunk(torch.from_numpy(photo).permute(2, 0, 1)[None].float())
    served = get_backbone(height_px, width_px, OUTPUT_NAMES)(photo)
    for name, ours, theirs in zip(OUTPUT_NAMES, served, expected, strict=True):
        theirs = theirs[0].permute(1, 2, 0).numpy()
        assert ours.shape == theirs.shape
        assert ours.shape[-1] == CHANNELS[name]
        assert np.abs(ours - theirs).max() <= 1e-3 * np.abs(theirs).max()


def test_network_built_for_one_size_pads_right_for_another(trunk):
    """A photo's middle must not depend on how far away its edge is: shifted input, shifted output."""
    photo = make_photo(512, 512)
    whole = get_backbone(512, 512, ("stride8",))(photo)[0]
    part = get_backbone(448, 448, ("stride8",))(np.ascontiguousarray(photo[32:480, 32:480]))[0]
    inside = slice(16, 40)
    assert np.allclose(whole[4:60, 4:60][inside, inside], part[inside, inside], atol=1e-2)


def test_export_reproduces_the_committed_file(tmp_path):
    """To the last bits: processors add up in different orders where batch norms are folded into convolutions."""
    export(tmp_path / "again.onnx")
    ours, again = onnx.load(WEIGHTS_PATH), onnx.load(tmp_path / "again.onnx")
    weights, weights_again = (
        {each.name: numpy_helper.to_array(each) for each in network.graph.initializer} for network in (ours, again)
    )
    assert weights.keys() == weights_again.keys()
    for name, values in weights.items():
        assert np.abs(values - weights_again[name]).max() <= 1e-6 * np.abs(values).max(), name
    for network in (ours, again):
        del network.graph.initializer[:]
    assert ours == again


def test_the_model_card_tells_the_committed_file():
    card = WEIGHTS_PATH.with_name("MODEL_CARD.md").read_text()
    digest = hashlib.sha256(WEIGHTS_PATH.read_bytes()).hexdigest()
    assert re.search(r"sha256 \| `([0-9a-f]{64})`", card).group(1) == digest
