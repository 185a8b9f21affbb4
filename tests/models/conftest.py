import pytest

import models
from tests.models.pieces import encode_piece


@pytest.fixture(scope="session")
def piece_standard():
    """A standard of twelve drawn discs, not self-tested."""
    return models.fit([encode_piece(seed) for seed in range(12)], self_test=False)
