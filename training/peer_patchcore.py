"""anomalib's PatchCore on the engine's own backbone, with the face of the engine that a benchmark needs.

anomalib is optional: `training/requirements-benchmark.txt`. Photos are read, resized and batched as anomalib
does by itself (256 x 256, a tenth of the patches kept); only the network and its pixel scale are Kriya's.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from anomalib.data.utils import read_image
from anomalib.models.image.patchcore.torch_model import PatchcoreModel
from torch import nn
from torchvision.transforms import v2

from training.export_backbone import BUILD_SIZE_PX, PIXEL_MEAN, PIXEL_SCALE, build_trunk

SIZE_PX = 256
CORESET_RATIO = 0.1
BATCH = 8
LAYERS = ("stride8", "stride16")


class StagedTrunk(nn.Module):
    """EfficientNet-Lite2 cut where its strides change, so that anomalib finds each map by a module's name."""

    def __init__(self) -> None:
        super().__init__()
        net = build_trunk().net
        self.stem = nn.Sequential(net._conv_stem, net._bn0, net._swish)
        self.stride4, self.stride8, self.stride16 = (nn.Sequential(*blocks) for blocks in _blocks_by_stride(net)[:3])

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Normalised pixels (B, 3, H, W) to the map at stride 16, (B, C, H/16, W/16)."""
        return self.stride16(self.stride8(self.stride4(self.stem(pixels))))


def _blocks_by_stride(net: nn.Module) -> list[list[nn.Module]]:
    """The blocks up to the last at stride 4, those from there to the last at stride 8, and so on."""
    groups: dict[int, list[nn.Module]] = {}
    with torch.no_grad():
        x = net._swish(net._bn0(net._conv_stem(torch.zeros(1, 3, BUILD_SIZE_PX, BUILD_SIZE_PX))))
        for block in net._blocks:
            x = block(x)
            groups.setdefault(max(4, BUILD_SIZE_PX // x.shape[-1]), []).append(block)
    return list(groups.values())


class PatchcorePeer:
    """Fit and score as anomalib does, without the trainer around it, which would only cost it time."""

    name = "anomalib PatchCore"

    def __init__(self, threads: int) -> None:
        torch.set_num_threads(threads)
        self._model = PatchcoreModel(layers=list(LAYERS), backbone=StagedTrunk())
        mean, scale = [PIXEL_MEAN / 255] * 3, [PIXEL_SCALE / 255] * 3
        self._prepare = v2.Compose([v2.Resize((SIZE_PX, SIZE_PX), antialias=True), v2.Normalize(mean, scale)])

    def fit(self, photos: Sequence[Path]) -> None:
        self._model.train()
        self._model.feature_extractor.eval()
        with torch.inference_mode():
            for batch in self._batches(photos, BATCH):
                self._model(batch)
            self._model.subsample_embedding(CORESET_RATIO)
        self._model.eval()

    def score_one_by_one(self, photos: Sequence[Path]) -> list[float]:
        """Anomaly scores, one photo at a time."""
        return self._score(photos, 1)

    def score_together(self, photos: Sequence[Path]) -> list[float]:
        """Anomaly scores, in batches."""
        return self._score(photos, BATCH)

    def standard_bytes(self) -> int:
        return self._model.memory_bank.numel() * self._model.memory_bank.element_size()

    def _score(self, photos: Sequence[Path], batch: int) -> list[float]:
        with torch.inference_mode():
            return [s for pixels in self._batches(photos, batch) for s in self._model(pixels).pred_score.tolist()]

    def _batches(self, photos: Sequence[Path], size: int) -> Iterator[torch.Tensor]:
        for start in range(0, len(photos), size):
            yield torch.stack([self._prepare(read_image(p, as_tensor=True)) for p in photos[start : start + size]])
