"""`python -m pico.train_describer [--device cuda] [--minutes M] [--pause-file FILE]`: trains the describer on captions over simulated
photographs, whose noise was measured on the tuning half of the captioned ones.

A photograph is simulated once a step and its captions, up to five, are all learned. Half of the photographs are among those whose things
are rare in the captions, half are any; things are swapped and scenes invented as for the photographs' head (`photo_scenes`).
"""

import argparse
import random
from functools import cache
from pathlib import Path

import torch

from . import noise
from .describer import LONGEST, Context, Describer, context, likeliest, word_ids
from .loop import Options, train
from .paths import work
from .photo_scenes import EVERY, Photograph, Photographs

NAME = "describer"
MINUTES, PHOTOS = 8.0, 48
RATE = 2e-3
VALID = 100


class Described:
    """Draws photographs with what is shown of them and the ids of their captions."""

    def __init__(self, rng: random.Random, name: str = "train") -> None:
        self.rng = rng
        self.rare = Photographs(rng, name, measured=noise.TUNING)
        self.any = Photographs(rng, name, EVERY, noise.TUNING) if name == "train" else self.rare

    def draw(self) -> tuple[Photograph, Context, list[list[int]]]:
        source = self.rng.choice((self.rare, self.any))
        while True:
            photo = source.draw()
            captions = [ids for c in photo.captions if len(ids := word_ids(c)) <= LONGEST]
            found = source.detections(photo)
            if photo.key[0] != "single" and captions and found:
                return photo, context(source.names_seen(photo), found), captions


def flat(drawn: list[tuple[Photograph, Context, list[list[int]]]]) -> tuple[list[Context], list[list[int]], list[int]]:
    return [c for _, c, _ in drawn], [s for *_, some in drawn for s in some], [i for i, (*_, some) in enumerate(drawn) for _ in some]


@cache
def validation() -> list[tuple[Photograph, Context, list[list[int]]]]:
    source = Described(random.Random(7), "val")
    return [source.draw() for _ in range(VALID)]


def seeing(model: Describer) -> torch.autocast:
    return torch.autocast(model.device.type, torch.bfloat16)


@torch.no_grad()
def validate(model: Describer) -> str:
    """Loss on captions that were not trained on; the same where each photograph is shown another's objects; two sentences."""
    model.eval()
    asked = validation()
    shown, sentences, of = flat(asked)
    with seeing(model):
        right, wrong = (float(model.loss(s, sentences, of)) for s in (shown, [*shown[1:], shown[0]]))
        said = likeliest(model, shown[:2])
    model.train()
    return f"validation {right:.3f}, another's objects {wrong:.3f}; " + " | ".join(said)


def load(device: str = "cpu") -> Describer:
    model = Describer()
    model.load_state_dict(torch.load(work(f"{NAME}.ckpt"), weights_only=True, map_location="cpu")["model"])
    return model.to(device).eval().requires_grad_(False)


def run(options: Options, device: str = "cpu", minutes: float = MINUTES) -> None:
    # Taken up again it goes on with other draws.
    before = torch.load(work(f"{NAME}.ckpt"), weights_only=True, map_location="cpu")["steps"] if work(f"{NAME}.ckpt").exists() else 0
    rng = random.Random(31 + before)
    torch.manual_seed(31)
    model = Describer().to(device).train()
    matrices = [p for p in model.parameters() if p.ndim > 1]
    rest = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": matrices, "weight_decay": 0.02}, {"params": rest, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98))
    source = Described(rng)

    def step(_: float) -> dict[str, torch.Tensor]:
        with seeing(model):
            return {"loss": model.loss(*flat([source.draw() for _ in range(PHOTOS)]))}

    train(NAME, model, optimizer, minutes, step, options, lambda: validate(model))
    print(validate(model), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pause-file", type=Path, help="training waits while this file exists")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    run(Options(asked.pause_file), asked.device, asked.minutes)


if __name__ == "__main__":
    main()
