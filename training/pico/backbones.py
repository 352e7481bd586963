"""The vision encoder's networks: EfficientNet-Lite0 with its photo classifier, and a separate branch for pictograms."""

import copy

import torch
import torch.nn.functional as F
from torch import nn

from .paths import SHARED

# repeats, kernel, stride, expansion, in, out
STAGES = [
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
]
SHARED_BLOCKS = 3  # blocks 0–2 serve both paths
BRANCH_END = 11  # blocks 3–10 are copied for pictograms; stride 16, 112 channels
HIDDEN = 640
SIDE, CLOSE = 224, 384  # an image's side without thinking, and when a trace is written about it
REGIONS = 5  # whole, northwest, northeast, southwest, southeast


class SameConv(nn.Conv2d):
    """Convolution with TensorFlow's 'same' padding for even inputs: with a stride of 2, one pixel more at the end."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        k, s = self.kernel_size[0], self.stride[0]
        total = k - s
        low = total // 2
        if s == 1:
            return F.conv2d(x, self.weight, self.bias, 1, low, 1, self.groups)
        return F.conv2d(F.pad(x, (low, total - low, low, total - low)), self.weight, self.bias, s, 0, 1, self.groups)


class Block(nn.Module):
    """Inverted bottleneck; attribute names are those of the published state dict."""

    def __init__(self, kernel: int, stride: int, expand: int, inside: int, outside: int) -> None:
        super().__init__()
        middle = inside * expand
        self.skip = stride == 1 and inside == outside
        if expand != 1:
            self._expand_conv = nn.Conv2d(inside, middle, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(middle, eps=1e-3, momentum=0.01)
        self._depthwise_conv = SameConv(middle, middle, kernel, stride, groups=middle, bias=False)
        self._bn1 = nn.BatchNorm2d(middle, eps=1e-3, momentum=0.01)
        self._project_conv = nn.Conv2d(middle, outside, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(outside, eps=1e-3, momentum=0.01)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.relu6(self._bn0(self._expand_conv(x))) if hasattr(self, "_expand_conv") else x
        y = F.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.skip else y


class Lite0(nn.Module):
    """EfficientNet-Lite0; input [n, 3, s, s] of (x − 127) / 128, s a multiple of 32."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = SameConv(3, 32, 3, 2, bias=False)
        self._bn0 = nn.BatchNorm2d(32, eps=1e-3)
        self._blocks = nn.ModuleList()
        for repeats, kernel, stride, expand, inside, outside in STAGES:
            for i in range(repeats):
                self._blocks.append(Block(kernel, stride if i == 0 else 1, expand, inside if i == 0 else outside, outside))
        self._conv_head = nn.Conv2d(320, 1280, 1, bias=False)
        self._bn1 = nn.BatchNorm2d(1280, eps=1e-3)
        self._fc = nn.Linear(1280, 1000)

    def lower(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu6(self._bn0(self._conv_stem(x)))
        for block in self._blocks[:SHARED_BLOCKS]:
            x = block(x)
        return x

    def upper(self, x: torch.Tensor) -> torch.Tensor:
        """Features of `lower` → [n, 1280, h / 32, w / 32]."""
        for block in self._blocks[SHARED_BLOCKS:]:
            x = block(x)
        return F.relu6(self._bn1(self._conv_head(x)))


class Branch(nn.Module):
    """A copy of blocks 3–10 for pictograms, and an MLP over average and maximum pooling."""

    def __init__(self, lite: Lite0, names: int) -> None:
        super().__init__()
        self.blocks = copy.deepcopy(lite._blocks[SHARED_BLOCKS:BRANCH_END])
        for module in self.blocks.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = 0.05
        self.hidden = nn.Linear(224, HIDDEN)
        self.out = nn.Linear(HIDDEN, names)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        for block in self.blocks:
            x = block(x)
        return x

    def pooled(self, features: torch.Tensor) -> torch.Tensor:
        """Features of any window [n, 112, h, w] → [n, HIDDEN]."""
        both = torch.cat([features.mean((2, 3)), features.amax((2, 3))], 1)
        return F.relu(self.hidden(both))

    def regions(self, whole: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """[n, REGIONS, HIDDEN]: the whole image and its quarters.

        `whole` holds features of the image at half its size, so that a thing that fills the image appears as large as one in a quarter.
        """
        return torch.stack([self.pooled(w) for w in (whole, *quarters(features))], 1)

    def look(self, lite: Lite0, pixels: torch.Tensor) -> torch.Tensor:
        """Pixels of any side → `regions`. Drawings are always resized to SIDE, the size that the branch was trained on."""
        view = resized(pixels)
        return self.regions(self.features(lite.lower(F.avg_pool2d(view, 2))), self.features(lite.lower(view)))


def resized(pixels: torch.Tensor) -> torch.Tensor:
    """Resizes pixels of any side to SIDE."""
    return pixels if pixels.shape[-1] == SIDE else F.interpolate(pixels, (SIDE, SIDE), mode="bilinear", align_corners=False)


def quarters(features: torch.Tensor) -> list[torch.Tensor]:
    """The four quarters of feature maps; for odd sizes the middle row and column belong to none."""
    size = features.shape[2]
    half = size // 2
    return [features[:, :, y : y + half, x : x + half] for y in (0, size - half) for x in (0, size - half)]


def lite0() -> Lite0:
    """EfficientNet-Lite0 with its published weights, frozen."""
    model = Lite0()
    state = torch.load(SHARED / "weights" / "efficientnet-lite0-57934424.pth", weights_only=True)
    model.load_state_dict(state)
    return model.eval().requires_grad_(False)


def normalise(rgb: torch.Tensor) -> torch.Tensor:
    """0–1 colours → the network's input."""
    return (rgb * 255 - 127) / 128
