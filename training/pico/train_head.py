"""Stages head, direct and embedder: InfoNCE on pairs, and distillation that keeps plain texts close to MiniLM's vectors."""

import random
from functools import cache

import torch
import torch.nn.functional as F
from torch import nn

from . import batches, pairs, tokens, traces, train_reasoner
from .batches import Batch, Sequence
from .loop import Options, train
from .minilm import Layer, TextEncoder, pool
from .paths import work
from .reasoner import Backbone, generate
from .wordnet import definition, examples, synsets

MINUTES = {"head": 30.0, "direct": 29.0, "embedder": 29.0}
BATCH, HARD, TEXTS, TEMPERATURE = 56, 36, 128, 0.05
OWN = 720
DIMENSIONS = (384, 128)  # Matryoshka: both are trained, so that truncated vectors can be used


class Head(nn.Module):
    """Two bidirectional self-attention layers on the shared states, initialised from MiniLM's last two, and mean pooling."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(i) for i in (4, 5))

    def forward(self, states: torch.Tensor, valid: torch.Tensor) -> torch.Tensor:
        mask = valid[:, None, None, :].bool()
        for layer in self.layers:
            states = layer(states, mask)
        return pool(states.float(), valid)


class Embedder(nn.Module):
    """Backbone and head as one module: a batch → unit vectors. The lower layers are causal over the trace, as while thinking.

    TTE_u: the backbone is the reasoner's, frozen. TTE_s' embedder and the direct baseline train layers 0, 1, 4, 5 of their own.
    """

    def __init__(self, own: bool) -> None:
        super().__init__()
        self.backbone, self.head, self.own = Backbone(train_reasoner.extra()), Head(), own
        self.backbone.layers.requires_grad_(own)

    def forward(self, batch: Batch) -> torch.Tensor:
        with torch.set_grad_enabled(self.own and torch.is_grad_enabled()):
            states = self.backbone(batch)
        return self.head(states, valid(batch))


def valid(batch: Batch) -> torch.Tensor:
    return (torch.arange(batch.ids.shape[1]) < batch.length[:, None]).float()


@cache
def texts() -> list[str]:
    """Plain texts for distillation: glosses, examples, names."""
    rng = random.Random(9)
    offsets = sorted(synsets())
    rng.shuffle(offsets)
    found = [t for o in offsets for t in (*examples(o), definition(o)) if 8 < len(t) < 160]
    sentences = [t for o in offsets for t in examples(o) if 8 < len(t) < 160]
    known = list(pairs.known())
    chosen = sentences[:10000] + found[:8000] + rng.sample(known, 2000)
    rng.shuffle(chosen)
    return chosen


@cache
def teacher_vectors(count: int | None = None) -> torch.Tensor:
    """MiniLM's vectors of the first `count` (or all) of `texts()`, [n, 384]; cached."""
    path = work(f"teacher-text{count or ''}.pt")
    if not path.exists():
        teacher, made = TextEncoder().eval(), []
        tokenizer, chosen = tokens.minilm_tokenizer(), texts()[:count]
        order = sorted(range(len(chosen)), key=lambda i: len(chosen[i]))
        for k in range(0, len(order), 128):
            ids = [tokenizer.encode(chosen[i]).ids for i in order[k : k + 128]]
            size = max(map(len, ids))
            padded = torch.tensor([x + [0] * (size - len(x)) for x in ids])
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                made.append(teacher(padded, (padded > 0).float()).half())
        vectors = torch.cat(made)
        torch.save(vectors[torch.tensor(order).argsort()], path)
    return torch.load(path, weights_only=True).float()


def own_traces(pool_: pairs.Pairs) -> dict[tuple, list[int]]:
    """The reasoner's own traces for some questions of the bank, by (task, row, simulated, form)."""
    path = work("own-traces.pt")
    if path.exists():
        return {tuple(k): v for k, v in torch.load(path, weights_only=True)}
    backbone, reasoner = train_reasoner.load()
    rng, made = random.Random(4), []
    marks = {"full": tokens.token(tokens.THINK), "answer": tokens.token(tokens.ENDTHINK)}
    seeds = [
        (
            rng.choice(("qa", "category", "composed", "related", "ground")),
            rng.randrange(pool_.scenes.rows),
            rng.random() < 0.3,
            rng.choice(("full", "answer")),
        )
        for _ in range(OWN)
    ]
    for k in range(0, OWN, 60):
        part = seeds[k : k + 60]
        asked = [pairs.question(pool_.scenes, random.Random(str(s)), s[0], s[1], s[2], pool_).query for s in part]
        with torch.autocast("cpu", torch.bfloat16):
            found = generate(backbone, reasoner, [Sequence(q.seen, q.prompt, [marks[s[3]]]) for q, s in zip(asked, part, strict=True)])
        made += list(zip(part, found, strict=True))
    torch.save([[list(k), v] for k, v in made], path)
    return dict(made)


def contrast(q: torch.Tensor, t: torch.Tensor, keys: list[tuple]) -> torch.Tensor:
    """InfoNCE in both directions between queries [n, d] and targets [m ≥ n, d]; pairs with equal keys are masked."""
    same = torch.tensor([[a == b for b in keys] for a in keys[: len(q)]])
    same[torch.arange(len(q)), torch.arange(len(q))] = False
    loss = torch.zeros(())
    for d in DIMENSIONS:
        scores = F.normalize(q[:, :d], dim=-1) @ F.normalize(t[:, :d], dim=-1).T / TEMPERATURE
        scores = scores.masked_fill(same, -1e4)
        gold = torch.arange(len(q))
        loss = loss + F.cross_entropy(scores, gold) + 0.3 * F.cross_entropy(scores[:, : len(q)].T, gold)
    return loss / len(DIMENSIONS)


def distilled(got: torch.Tensor, want: torch.Tensor) -> torch.Tensor:
    """Distillation loss: the distance of vectors to the teacher's, and of their mutual similarities to the teacher's."""
    return 20 * (1 - (got * want).sum(-1)).mean() + 60 * (got @ got.T - want @ want.T).square().mean()


def fit(name: str, model: nn.Module, think: float, rates: dict[str, float], options: Options) -> None:
    rng = random.Random(2)
    source = pairs.Pairs(rng, think=think)
    if think:
        source.own = own_traces(source)
        source.seeds = sorted(source.own)
    source.rng = source.scenes.rng = rng
    want, held = teacher_vectors(), 1000
    groups = [{"params": [p for p in getattr(model, part).parameters() if p.requires_grad], "lr": lr} for part, lr in rates.items()]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)

    def step(_: float) -> dict[str, torch.Tensor]:
        drawn = [source.draw() for _ in range(BATCH)]
        drawn.sort(key=lambda p: p.task not in traces.CHANGES)  # their negatives first
        hard = [h for p in drawn for h in p.hard][:HARD]
        keys = [p.key for p in drawn] + [("hard", i) for i in range(len(hard))]
        picked = rng.sample(range(held, len(want)), TEXTS)
        plain = [pairs.plain(texts()[i]) for i in picked]
        with torch.autocast("cpu", torch.bfloat16):
            q = model(batches.collate([p.query for p in drawn]))
            t = model(batches.collate([p.target for p in drawn] + hard))
            text = model(batches.collate(plain))
        close, info = distilled(text, want[torch.tensor(picked)]), contrast(q, t, keys)
        return {"loss": info + close, "info": info, "text": close}

    def report() -> str:
        model.eval()
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            got = torch.cat([model(batches.collate([pairs.plain(x) for x in texts()[k : k + 100]])) for k in range(0, 500, 100)])
        model.train()
        return f"plain text's cosine to MiniLM (held back) {(got * want[:500]).sum(-1).mean():.4f}"

    train(name, model, optimizer, MINUTES[name], step, options, report)


def fresh(name: str) -> nn.Module:
    torch.manual_seed(2)
    return Embedder(own=name != "head")


def load(name: str) -> nn.Module:
    model = fresh(name)
    model.load_state_dict(torch.load(work(f"{name}.ckpt"), weights_only=True)["model"], strict=False)
    return model.eval().requires_grad_(False)


def run_head(options: Options) -> None:
    fit("head", fresh("head"), 0.8, {"head": 2e-4}, options)


def run_direct(options: Options) -> None:
    fit("direct", fresh("direct"), 0.0, {"head": 2e-4, "backbone": 1e-4}, options)


def run_embedder(options: Options) -> None:
    fit("embedder", fresh("embedder"), 0.8, {"head": 2e-4, "backbone": 1e-4}, options)
