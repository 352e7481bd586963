"""Stage bank: the frozen vision encoder's posteriors and features for many scenes, so that language stages need no pictures.

A row is three scenes (b is a with one thing replaced, wrong is a with another replaced by the same) and the crop of one of a's
things, drawn as a separate image.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F

from . import art, draw, names, train_vision
from .backbones import HIDDEN, normalise
from .minilm import WIDTH
from .paths import work

TOP = 4  # likely names kept for each region
ROWS, TEST_ROWS = 1200, 120
FEATURE = 0.15  # length of the projected feature relative to a word vector's


VIEWS = ("a", "b", "wrong", "crop")


def projection() -> torch.Tensor:
    """[HIDDEN, WIDTH]: fixed orthogonal columns, scaled so that a unit feature has FEATURE × a word vector's length."""
    rng = torch.Generator().manual_seed(7)
    q, _ = torch.linalg.qr(torch.randn((HIDDEN, WIDTH), generator=rng))
    return q * (FEATURE * 1.4)


def look_at(lite: torch.nn.Module, branch: torch.nn.Module, images: torch.Tensor) -> dict[str, torch.Tensor]:
    """Pictogram scenes → names [n, 5, TOP] (numbers), probs, features [n, 5, WIDTH]."""
    found = []
    for part in images.split(32):
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            hidden = branch.look(lite, normalise(part).contiguous(memory_format=torch.channels_last))
            logits = branch.out(hidden)
        probs, top = logits.float().softmax(-1).topk(TOP)
        features = F.normalize(hidden.float(), dim=-1) @ projection()
        found.append((train_vision.concepts()[top], probs / probs.sum(-1, keepdim=True), features.half()))
    return dict(zip(("names", "probs", "features"), (torch.cat(x) for x in zip(*found, strict=True)), strict=True))


def elsewhere(at: torch.Tensor, incoming: torch.Tensor) -> torch.Tensor:
    """The place of each row's mistaken change: another place, determined by the incoming name."""
    return (at + 1 + incoming % 3) % 4


@dataclass
class Plan:
    """The names and vendors that a bank draws from, the strength of style augmentation, and the seed."""

    labels: torch.Tensor
    vendors: list[int]
    rows: int
    style: float
    seed: int


def make(plan: Plan, look: Callable[[torch.Tensor], dict[str, torch.Tensor]]) -> dict:
    rng = torch.Generator().manual_seed(plan.seed)
    chooser = random.Random(plan.seed)
    sampler = train_vision.Sampler(plan.vendors, rng)
    usable = torch.tensor([c for c in plan.labels.tolist() if len(sampler.rows[c])])
    bank: dict[str, list] = {k: [] for k in (*VIEWS, "truth", "at", "incoming", "cropped")}
    for begin in range(0, plan.rows, 40):
        n = min(40, plan.rows - begin)
        labels = usable[torch.rand((n, len(usable)), generator=rng).topk(5, 1).indices]
        style = draw.Look(style=plan.style if (begin // 40) % 2 else 0.0)
        rows = sampler.draw(labels.flatten()).view(n, 5)
        ids = train_vision.concepts()[labels]
        at = torch.tensor([chooser.randrange(4) for _ in range(n)])
        cropped = torch.tensor([chooser.randrange(4) for _ in range(n)])
        changed = [rows[:, :4].scatter(1, place[:, None], rows[:, 4:]) for place in (at, elsewhere(at, ids[:, 4]))]
        first, *others = (draw.cells(train_vision.load_art(r.flatten()), train_vision.CELL, style, rng, 4) for r in (rows[:, :4], *changed))
        crop = F.interpolate(
            first.view(n, 4, 3, train_vision.CELL, train_vision.CELL)[torch.arange(n), cropped],
            scale_factor=2,
            mode="bilinear",
            align_corners=False,
        )
        for key, images in zip(VIEWS, (*map(draw.assemble, (first, *others)), crop), strict=True):
            bank[key].append(look(images))
        for key, value in (("truth", ids[:, :4]), ("incoming", ids[:, 4]), ("at", at), ("cropped", cropped)):
            bank[key].append(value)
    joined = {k: torch.cat(v) for k, v in bank.items() if k not in VIEWS}
    return joined | {k: {f: torch.cat([x[f] for x in bank[k]]) for f in bank[k][0]} for k in VIEWS}


def plans() -> dict[str, Plan]:
    table = names.load()
    held = torch.tensor([table[i].held_out for i in train_vision.concepts().tolist()])
    trained, untraced = torch.nonzero(~held).flatten(), torch.nonzero(held).flatten()
    vendors = list(range(len(art.TRAIN_VENDORS)))
    unseen = [len(vendors)]
    return {
        "train": Plan(trained, vendors, ROWS, 0.8, 10),
        "valid": Plan(trained, vendors, TEST_ROWS, 0.8, 11),
        "trained": Plan(trained, vendors, TEST_ROWS, 0.0, 12),
        "untraced": Plan(untraced, vendors, TEST_ROWS, 0.0, 13),
        "unseen": Plan(trained, unseen, TEST_ROWS, 0.0, 14),
    }


def run(_: object) -> None:
    build(partial(look_at, *train_vision.load()))


def build(look: Callable[[torch.Tensor], dict[str, torch.Tensor]]) -> None:
    """Builds all banks from the outputs of `look` for images."""
    for name, plan in plans().items():
        bank = make(plan, look)
        torch.save(bank, work(f"bank-{name}.pt"))
        right = (bank["a"]["names"][:, 1:, 0] == bank["truth"]).float().mean()
        among = (bank["a"]["names"][:, 1:] == bank["truth"][..., None]).any(-1).float().mean()
        single = (bank["crop"]["names"][:, 0, 0] == bank["truth"].gather(1, bank["cropped"][:, None])[:, 0]).float().mean()
        print(
            f"bank {name}: {len(bank['at'])} rows, quarters top-1 {100 * right:.1f}, top-{TOP} {100 * among:.1f}, crops {100 * single:.1f}",
            flush=True,
        )


def load(name: str) -> dict:
    return torch.load(work(f"bank-{name}.pt"), weights_only=True)
