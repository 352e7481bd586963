"""Stage pointer: the kinds pointer alone, over a reasoner that stays as it is.

Names that are in no trace are copied as well as others, and the kinds of all names are in a table: what is learned is where to look
and when, not the kinds. Whatever else the reasoner writes stays as it was, unless the pointer's gate opens.
"""

import random

import torch

from . import batches, names, train_reasoner
from .loop import Options, train
from .reasoner import Backbone, Reasoner
from .traces import Thing

MINUTES, BATCH, KINDS_ALONE = 8.0, 48, 0.1


def untraced() -> list[Thing]:
    """The names of the table that no trace contains in training."""
    return [t for t, n in zip(batches.table_things(), names.load(), strict=True) if n.held_out]


def report(backbone: Backbone, reasoner: Reasoner, count: int = 40) -> str:
    told = {"traced": None, "in no trace": untraced()}
    return "; ".join(f"{name}: {train_reasoner.valid(backbone, reasoner, pool, count)}" for name, pool in told.items())


def run(options: Options) -> None:
    torch.manual_seed(2)
    backbone, reasoner = train_reasoner.load()
    parts = [reasoner.kind_query, reasoner.kind_gate]
    for part in parts:
        part.requires_grad_(True)
    questions = batches.Questions(random.Random("pointer"), "made-up-train")
    optimizer = torch.optim.AdamW([p for part in parts for p in part.parameters()], lr=3e-3, weight_decay=0.0, betas=(0.9, 0.98))

    def step(_: float) -> dict[str, torch.Tensor]:
        batch = questions.batch(BATCH, KINDS_ALONE)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                shared = backbone(batch)
            return reasoner.loss(shared, batch)

    train("pointer", reasoner, optimizer, MINUTES, step, options)
    print(report(backbone, reasoner), flush=True)
