"""Stage eyes: trains the pictogram branch: first only its head, then also its blocks, on many small crops and finally on whole scenes."""

from functools import cache

import numpy as np
import torch
import torch.nn.functional as F

from . import art, draw, names
from .backbones import SIDE, Branch, lite0, normalise
from .loop import Options, train
from .paths import work

CROP = 80
CELL = SIDE // 2
SCENES, PARTS, SINGLES = 22, 6, 40  # per step: scenes and single pictures at SIDE, and single pictures at half of it
HEAD_MINUTES, CROP_MINUTES, SCENE_MINUTES = 6.5, 24, 9


@cache
def pictures() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(images [K, 4, S, S] uint8, name numbers [K], vendor numbers [K])."""
    data = np.load(work("art.npz"))
    return (
        torch.from_numpy(data["images"]).permute(0, 3, 1, 2).contiguous(),
        torch.from_numpy(data["names"]),
        torch.from_numpy(data["vendors"]),
    )


@cache
def concepts() -> torch.Tensor:
    """Name numbers that are pictograms, in the order of the branch's outputs."""
    return torch.tensor([i for i, n in enumerate(names.load()) if n.hexcode])


def load_art(rows: torch.Tensor) -> torch.Tensor:
    return pictures()[0][rows].float() / 255


class Sampler:
    """Draws pictures: a uniformly random name, then a uniformly random one of its vendors."""

    def __init__(self, vendors: list[int], rng: torch.Generator) -> None:
        _, ids, vendor = pictures()
        fits = torch.isin(vendor, torch.tensor(vendors))
        self.rows = [torch.nonzero(fits & (ids == c)).flatten() for c in concepts()]
        self.rng = rng

    def draw(self, labels: torch.Tensor) -> torch.Tensor:
        """The row of a picture for each label of the branch."""
        r = torch.rand(len(labels), generator=self.rng)
        return torch.stack([self.rows[c][int(x * len(self.rows[c]))] for c, x in zip(labels.tolist(), r.tolist(), strict=True)])


def scene_labels(count: int, rng: torch.Generator) -> torch.Tensor:
    """[count, 4] distinct branch labels."""
    return torch.rand((count, len(concepts())), generator=rng).topk(4, 1).indices


def fresh() -> tuple[torch.nn.Module, Branch]:
    torch.manual_seed(0)
    lite = lite0()
    return lite, Branch(lite, len(concepts()))


def load() -> tuple[torch.nn.Module, Branch]:
    """The trained vision encoder, for inference."""
    lite, branch = fresh()
    branch.load_state_dict(torch.load(work("eyes-scenes.ckpt"), weights_only=True)["model"])
    return lite, branch.eval().requires_grad_(False)


def accuracy(lite: torch.nn.Module, branch: Branch, vendors: list[int], count: int = 160, seed: int = 1) -> str:
    """Top-1 / top-5 accuracy on quarters of plain scenes, and on single pictures as a whole."""
    rng = torch.Generator().manual_seed(seed)
    sampler = Sampler(vendors, rng)
    present = torch.tensor([c for c, rows in enumerate(sampler.rows) if len(rows)])
    branch.eval()
    found = []
    for _ in range(0, count, 40):
        labels = present[torch.randint(len(present), (40, 4), generator=rng)].flatten()
        images = draw.assemble(draw.cells(load_art(sampler.draw(labels)), CELL, draw.Look(), rng, 4))
        singles = draw.cells(load_art(sampler.draw(labels[:40])), SIDE, draw.Look(), rng)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            many, one = (branch.out(branch.look(lite, x)) for x in map(normalise, (images, singles)))
            many, one = many[:, 1:].flatten(0, 1), one[:, 0]
        top = [(x.topk(5).indices == y[:, None]) for x, y in ((many, labels), (one, labels[:40]))]
        found.append([t[:, :m].any(1).float().mean() for t in top for m in (1, 5)])
    branch.train()
    m = 100 * torch.tensor(found).mean(0)
    return f"scenes {m[0]:.1f} / {m[1]:.1f}, singles {m[2]:.1f} / {m[3]:.1f}"


def run(options: Options) -> None:
    rng = torch.Generator().manual_seed(0)
    lite, branch = fresh()
    branch.train()
    vendors = list(range(len(art.TRAIN_VENDORS)))
    sampler = Sampler(vendors, rng)
    classes = len(concepts())

    def optimizer(scale: float) -> torch.optim.Optimizer:
        head = [*branch.hidden.parameters(), *branch.out.parameters()]
        return torch.optim.AdamW(
            [{"params": branch.blocks.parameters(), "lr": 1e-3 * scale}, {"params": head, "lr": 2e-3 * scale}], weight_decay=0.02
        )

    def ready(images: torch.Tensor) -> torch.Tensor:
        return normalise(images).contiguous(memory_format=torch.channels_last)

    def whole(pixels: torch.Tensor) -> torch.Tensor:
        return branch.out(F.dropout(branch.pooled(branch.features(lite.lower(pixels))), 0.2)).float()

    def crops(_: float) -> dict[str, torch.Tensor]:
        labels = torch.randint(classes, (192,), generator=rng)
        images = draw.cells(load_art(sampler.draw(labels)), CROP, draw.Look(0.6, 1.0, 0.4, style=0.8), rng)
        with torch.autocast("cpu", torch.bfloat16):
            logits = whole(ready(images))
        return {"loss": F.cross_entropy(logits, labels, label_smoothing=0.05), "right": (logits.argmax(1) == labels).float().mean()}

    def scenes(_: float) -> dict[str, torch.Tensor]:
        look = draw.Look(0.5, 0.97, 0.4, style=0.7)
        labels = scene_labels(SCENES, rng)
        many = draw.assemble(draw.cells(load_art(sampler.draw(labels.flatten())), CELL, look, rng, 4))
        single = torch.randint(classes, (PARTS + SINGLES,), generator=rng)
        art_ = load_art(sampler.draw(single))
        one = draw.cells(art_[:PARTS], SIDE, look, rng)
        halves = draw.cells(art_[PARTS:], CELL, look, rng)
        pixels = ready(torch.cat([many, one]))
        with torch.autocast("cpu", torch.bfloat16):
            logits = branch.out(F.dropout(branch.look(lite, pixels), 0.2)).float()
            alone = torch.cat([logits[SCENES:, 0], whole(ready(halves))])
        quarters = F.cross_entropy(logits[:SCENES, 1:].flatten(0, 1), labels.flatten(), label_smoothing=0.02)
        mixture = -F.log_softmax(logits[:SCENES, 0], 1).gather(1, labels).mean()
        named = F.cross_entropy(alone, single, label_smoothing=0.02)
        partial = F.cross_entropy(logits[SCENES:, 1:].flatten(0, 1), single[:PARTS].repeat_interleave(4))
        right = (logits[:SCENES, 1:].argmax(2) == labels).float().mean()
        return {"loss": quarters + 0.15 * mixture + 0.6 * named + 0.1 * partial, "right": right, "named": named}

    branch.blocks.requires_grad_(False)
    train("eyes-head", branch, optimizer(1.0), HEAD_MINUTES, crops, options)
    branch.blocks.requires_grad_(True)
    train("eyes-crops", branch, optimizer(1.0), CROP_MINUTES, crops, options)
    train("eyes-scenes", branch, optimizer(0.4), SCENE_MINUTES, scenes, options)
    unseen = [len(art.TRAIN_VENDORS)]
    told = [accuracy(lite, branch, v) for v in (vendors, unseen)]
    print(f"vision: trained art {told[0]}; unseen art {told[1]}", flush=True)
