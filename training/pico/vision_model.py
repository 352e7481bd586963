"""The whole vision encoder: pixels → visual tokens. Photo classifier and pictogram branch, weighted by a gate for each region."""

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from . import art, batches, draw, feature_bank, names, train_vision
from .backbones import CLOSE, SIDE, Branch, Lite0, normalise, quarters, resized
from .batches import TOP, Seen
from .loop import Options
from .paths import work

# Photographs that ship with scikit-image, to distinguish photos from drawings; the first of them are held out for evaluation.
PHOTOS = [
    "chelsea.png",
    "coffee.png",
    "astronaut.png",
    "rocket.jpg",
    "motorcycle_left.png",
    "coins.png",
    "camera.png",
    "brick.png",
    "grass.png",
    "gravel.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "retina.jpg",
    "moon.png",
]
HELD_PHOTOS = 2
DRAWN, PHOTO = 0.05, 0.7  # an image is a drawing if all its gates are below DRAWN, a photo if their mean is above PHOTO
FLAT = 0.02  # below this value of the first blocks' gate an image is certainly a drawing
EDGES = 24  # channels of the first blocks


class Sight(nn.Module):
    """Pixels [n, 3, s, s] → name numbers and probabilities [n, 5, TOP], features [n, 5, WIDTH], gate [n, 5].

    The whole image, and drawings, are resized to SIDE; only the quarters of photos benefit from a larger side. The branch for drawings
    runs only if the image may be a drawing, and the classifier's upper blocks only if it may be a photo.
    """

    def __init__(self, lite: Lite0, branch: Branch) -> None:
        super().__init__()
        self.lite, self.branch = lite, branch
        self.gate, self.early = nn.Linear(1280, 1), nn.Linear(2 * EDGES, 1)
        count = len(names.load())
        photo, concept = torch.full((count,), 1000), torch.full((count,), len(train_vision.concepts()))
        photo[torch.tensor(names.photo_name_ids())] = torch.arange(1000)
        concept[train_vision.concepts()] = torch.arange(len(train_vision.concepts()))
        self.register_buffer("photo_slot", photo)  # name → classifier output; one past the end: none
        self.register_buffer("concept_slot", concept)
        self.register_buffer("projection", feature_bank.projection())

    def gates(self) -> dict[str, nn.Linear]:
        return {"gate": self.gate, "early": self.early}

    def photo_regions(self, low: torch.Tensor) -> torch.Tensor:
        """[n, 5, 1280]: the whole and its quarters."""
        x = self.lite.upper(low)
        return torch.stack([w.mean((2, 3)) for w in (x, *quarters(x))], 1)

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        view = resized(pixels)
        low = self.lite.lower(view)
        flat = (self.early(edges(low)).sigmoid() < FLAT)[:, None]
        photo = low.new_zeros((len(low), 5, 1280)) if flat.all() else self.photo_regions(low)
        gate = self.gate(photo).sigmoid() * ~flat
        closer = (gate > DRAWN).any(1, keepdim=True)
        if pixels.shape[-1] != SIDE and closer.any():
            quarters_ = torch.where(closer, self.photo_regions(self.lite.lower(pixels)), photo)[:, 1:]
            photo = torch.cat([photo[:, :1], quarters_], 1)
            gate = self.gate(photo).sigmoid() * ~flat
        gate = torch.where(gate.mean(1, keepdim=True) > PHOTO, 1.0, gate)
        hidden = self.branch.regions(*map(self.branch.features, (self.lite.lower(F.avg_pool2d(view, 2)), low)))
        by_photo = F.pad(gate * self.lite._fc(photo).softmax(-1), (0, 1))
        by_drawing = F.pad((1 - gate) * self.branch.out(hidden).softmax(-1), (0, 1))
        probs, numbers = (by_photo[..., self.photo_slot] + by_drawing[..., self.concept_slot]).topk(TOP)
        features = (1 - gate) * F.normalize(hidden, dim=-1) @ self.projection
        return numbers, probs / probs.sum(-1, keepdim=True), features, gate[..., 0]


def edges(low: torch.Tensor) -> torch.Tensor:
    """The first blocks' features [n, EDGES, h, w] → [n, 2 * EDGES]: their means and root mean squares."""
    return torch.cat([low.mean((2, 3)), low.square().mean((2, 3)).sqrt()], 1)


def preprocess(image: Image.Image, side: int = SIDE) -> torch.Tensor:
    """PIL image → [3, side, side] in 0–1: shorter side to `side` (bicubic), centre crop."""
    image = image.convert("RGB")
    size = [s * side // min(image.size) for s in image.size]
    image = image.resize(size, Image.Resampling.BICUBIC)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    image = image.crop((left, top, left + side, top + side))
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255


@cache
def photographs() -> list[torch.Tensor]:
    folder = Path(find_spec("skimage").origin).parent / "data"
    return [
        torch.from_numpy(np.array(Image.open(io.BytesIO((folder / n).read_bytes())).convert("RGB"))).permute(2, 0, 1).float() / 255
        for n in PHOTOS
    ]


def photo_crops(pool: list[torch.Tensor], count: int, size: int, rng: torch.Generator) -> torch.Tensor:
    """Random crops of photographs, [count, 3, size, size]."""
    made = []
    for _ in range(count):
        photo = pool[int(torch.randint(len(pool), (1,), generator=rng))]
        short = min(photo.shape[1:])
        side = int(short * (0.3 + 0.7 * float(torch.rand(1, generator=rng))))
        y, x = (int(torch.randint(s - side + 1, (1,), generator=rng)) for s in photo.shape[1:])
        crop = F.interpolate(photo[None, :, y : y + side, x : x + side], (size, size), mode="bilinear", antialias=True)
        made.append(crop.flip(3) if torch.rand(1, generator=rng) < 0.5 else crop)
    return torch.cat(made)


def drawings(count: int, side: int, rng: torch.Generator) -> torch.Tensor:
    """Half scenes, half single pictures, of the given side."""
    sampler = train_vision.Sampler(list(range(len(art.TRAIN_VENDORS))), rng)
    labels = train_vision.scene_labels(count, rng)
    many = draw.cells(train_vision.load_art(sampler.draw(labels[: count // 2].flatten())), side // 2, draw.Look(style=0.5), rng, 4)
    one = draw.cells(train_vision.load_art(sampler.draw(labels[count // 2 :, 0])), side, draw.Look(style=0.5), rng)
    return torch.cat([draw.assemble(many), one])


def photos(pool: list[torch.Tensor], count: int, side: int, rng: torch.Generator) -> torch.Tensor:
    """Half collages of four photographs, half single ones, of the given side."""
    many = draw.assemble(photo_crops(pool, 2 * count, side // 2, rng))
    return torch.cat([many, photo_crops(pool, count - count // 2, side, rng)])


def run(_: Options) -> None:
    """Stage gate: trains linear layers on the classifier's pooled and first blocks' features to distinguish photos from drawings."""
    torch.manual_seed(6)
    rng = torch.Generator().manual_seed(6)
    sight = Sight(*train_vision.load()).eval()

    def features(images: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.no_grad():
            lows = [(sight.lite.lower(normalise(x)), sight.lite.lower(resized(normalise(x)))) for i in images for x in i.split(16)]
            regions = torch.cat([sight.photo_regions(low) for low, _ in lows]).flatten(0, 1)
            return regions, torch.cat([edges(low) for _, low in lows])

    def both(pool: list[torch.Tensor], count: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Features of photos and of drawings, at both sizes."""
        drawn = [drawings(count, side, rng) for side in (SIDE, CLOSE)]
        return [features([photos(pool, count, side, rng) for side in (SIDE, CLOSE)]), features(drawn)]

    data, check = both(photographs()[HELD_PHOTOS:], 80), both(photographs()[:HELD_PHOTOS], 16)
    # Group by layer instead of by content.
    learnt, held = zip(*data, strict=True), zip(*check, strict=True)
    for (name, layer), (yes, no), (held_yes, held_no) in zip(sight.gates().items(), learnt, held, strict=True):
        fit(layer, yes, no, standardised=layer is sight.early)
        shares = [layer(x).sigmoid() for x in (held_yes, held_no)]
        print(
            f"{name}: photos held back {100 * (shares[0] > 0.5).float().mean():.1f} % right, least {shares[0].min():.3f}; "
            f"drawings {100 * (shares[1] < 0.5).float().mean():.1f} %, below {FLAT} {100 * (shares[1] < FLAT).float().mean():.1f} %",
            flush=True,
        )
    torch.save({name: layer.state_dict() for name, layer in sight.gates().items()}, work("gate.pt"))


def fit(layer: nn.Linear, yes: torch.Tensor, no: torch.Tensor, standardised: bool) -> None:
    """Logistic regression. If inputs are standardised, their mean and scale are folded into the weights."""
    x, y = torch.cat([yes, no]), torch.cat([torch.ones(len(yes), 1), torch.zeros(len(no), 1)])
    mean, scale = (x.mean(0), x.std(0)) if standardised else (torch.zeros(1), torch.ones(1))
    x = (x - mean) / scale
    optimizer = torch.optim.Adam(layer.parameters(), lr=5e-3, weight_decay=1e-3)
    for _ in range(400):
        loss = F.binary_cross_entropy_with_logits(layer(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        layer.weight /= scale
        layer.bias -= (layer.weight * mean).sum()


def load() -> Sight:
    sight = Sight(*train_vision.load())
    for name, state in torch.load(work("gate.pt"), weights_only=True).items():
        sight.gates()[name].load_state_dict(state)
    return sight.eval().requires_grad_(False)


@torch.no_grad()
def look(sight: Sight, images: torch.Tensor) -> list[Seen]:
    """Images [n, 3, s, s] in 0–1 → input of the language model."""
    seen = []
    for part in images.split(16):
        seen += batches.seen_by_number(*sight(normalise(part))[:3])
    return seen
