"""A bank without pictures: synthetic views that resemble the vision encoder's posteriors, for training a reasoner before it exists."""

import torch

from . import names
from .backbones import REGIONS
from .feature_bank import TOP, elsewhere
from .loop import Options
from .minilm import WIDTH
from .paths import work

ROWS = {"train": 6000, "valid": 200}


def shares(n: int, low: torch.Tensor, high: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """[n, TOP] descending probabilities, the first between low and high [n]."""
    first = low + (high - low) * torch.rand(n, generator=rng)
    rest = (torch.rand((n, TOP - 1), generator=rng) + 0.05).sort(1, descending=True).values
    rest = rest / rest.sum(1, keepdim=True) * (1 - first[:, None])
    return torch.cat([first[:, None], rest], 1).sort(1, descending=True).values


def region(truth: torch.Tensor, blurred: float, usable: torch.Tensor, rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Views of single things [n]: mostly sharp; in a share `blurred` the true name may come second or be missing."""
    n = len(truth)
    blur = torch.rand(n, generator=rng) < blurred
    probs = shares(n, torch.where(blur, 0.3, 0.85), torch.where(blur, 0.85, 1.0), rng)
    ids = usable[torch.randint(len(usable), (n, TOP), generator=rng)]
    luck = torch.rand(n, generator=rng)
    rank = torch.where(blur & (luck > 0.75), torch.randint(1, TOP + 1, (n,), generator=rng), 0)
    rank = torch.where(~blur & (luck > 0.99), 1, rank)
    seen = rank < TOP
    ids[seen, rank[seen]] = truth[seen]
    return ids, probs


def view(truth: torch.Tensor, usable: torch.Tensor, rng: torch.Generator) -> dict[str, torch.Tensor]:
    """Scenes [n, 4] or single pictures [n, 1] → a bank's view."""
    n, single = len(truth), truth.shape[1] == 1
    ids, probs = torch.zeros((n, REGIONS, TOP), dtype=torch.long), torch.zeros((n, REGIONS, TOP))
    for r in range(4):
        ids[:, r + 1], probs[:, r + 1] = region(truth[:, 0 if single else r], 0.7 if single else 0.25, usable, rng)
    if single:
        ids[:, 0], probs[:, 0] = region(truth[:, 0], 0.25, usable, rng)
    else:
        order = torch.rand((n, 4), generator=rng).argsort(1)
        strange = torch.rand((n, 4), generator=rng) < 0.3
        ids[:, 0] = torch.where(strange, usable[torch.randint(len(usable), (n, 4), generator=rng)], truth.gather(1, order))
        probs[:, 0] = shares(n, torch.full((n,), 0.25), torch.full((n,), 0.6), rng)
    return {"names": ids, "probs": probs, "features": torch.zeros((n, REGIONS, WIDTH), dtype=torch.half)}


def run(_: Options) -> None:
    usable = torch.tensor([i for i, n in enumerate(names.load()) if not n.held_out])
    for seed, (name, rows) in enumerate(ROWS.items()):
        rng = torch.Generator().manual_seed(40 + seed)
        picked = usable[torch.rand((rows, len(usable)), generator=rng).topk(5, 1).indices]
        at, cropped = torch.randint(4, (rows,), generator=rng), torch.randint(4, (rows,), generator=rng)
        truth, incoming = picked[:, :4], picked[:, 4]
        changed, wrong = (truth.scatter(1, place[:, None], incoming[:, None]) for place in (at, elsewhere(at, incoming)))
        views = {"a": truth, "b": changed, "crop": truth.gather(1, cropped[:, None]), "wrong": wrong}
        made = {"truth": truth, "incoming": incoming, "at": at, "cropped": cropped}
        torch.save(made | {k: view(v, usable, rng) for k, v in views.items()}, work(f"bank-made-up-{name}.pt"))
