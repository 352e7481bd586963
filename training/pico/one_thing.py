"""Fits what tells a photograph of one thing from a photograph of a scene, for `think: 'auto'` (workers/reasoner/one-thing.ts).

`python -m pico.one_thing ASKED` prints the constants, and how they do on photographs that they were not fitted on. `ASKED` lists the
sample photographs that the evaluation asks for, one file name a line: those, and every second captioned photograph, are left out.
"""

import sys
from pathlib import Path

import torch

from . import captioned_eval
from .add_detector import LISTED
from .labels import Object
from .paths import SHARED

SAME = 0.8  # as in object-list.ts
PULL = 1.0  # of the weights towards zero, in photographs


def overlap(a: Object, b: Object) -> float:
    """Intersection over union."""
    sides = [max(0.0, min(a.box[i] + a.box[i + 2], b.box[i] + b.box[i + 2]) - max(a.box[i], b.box[i])) for i in (0, 1)]
    both = sides[0] * sides[1]
    return both / max(1e-9, a.area + b.area - both)


def features(seen: captioned_eval.Looked) -> list[float]:
    """How sure the likeliest name of the whole picture is, how many kinds of objects are listed, and how many more objects than kinds."""
    kept: list[Object] = []
    for found in seen.objects:
        if all(overlap(found, other) <= SAME for other in kept):
            kept.append(found)
    listed = [found for found in kept if found.score >= LISTED]
    kinds = len({found.label for found in listed})
    return [float(seen.close.probs[0].max()), float(kinds), float(len(listed) - kinds)]


def fit(x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Logistic regression, both collections weighted alike; returns weights and bias."""
    weight, bias = torch.zeros(x.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    share = torch.where(y > 0, 0.5 / y.sum(), 0.5 / (1 - y).sum()) * len(y)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=500, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        each = torch.nn.functional.binary_cross_entropy_with_logits(x @ weight + bias, y, weight=share, reduction="sum")
        total = each + PULL * (weight**2).sum() / 2
        total.backward()
        return total

    optimizer.step(loss)
    return weight.detach(), bias.detach()


def main() -> None:
    asked = set(Path(sys.argv[1]).read_text().split())
    paths = sorted((SHARED / "data" / "photos").glob("*.jpg"))
    things = torch.tensor([features(seen) for seen in captioned_eval.samples()[1]])
    scenes = torch.tensor([features(seen) for seen in captioned_eval.looked()])
    left_out = torch.tensor([path.name in asked for path in paths])
    odd = torch.arange(len(scenes)) % 2 == 1
    x = torch.cat([things[~left_out], scenes[odd]])
    y = torch.cat([torch.ones(len(things[~left_out])), torch.zeros(int(odd.sum()))])
    weight, bias = fit(x, y)
    print("sure, kinds, more, bias:", [round(w, 2) for w in [*weight.tolist(), *bias.tolist()]])
    for name, some in [("fitted", (things[~left_out], scenes[odd])), ("left out", (things[left_out], scenes[~odd]))]:
        for least in (0.0, 0.5, 1.0, 1.25, 1.5):
            told = [f"{100 * float((part @ weight + bias > least).float().mean()):.0f} %" for part in some]
            print(f"{name}: from {least}, one thing in {told[0]} of those of one thing, {told[1]} of scenes")


if __name__ == "__main__":
    main()
