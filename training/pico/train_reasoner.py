"""Stage reasoner: next-token loss on the teacher's traces; MiniLM's layers 0–1 frozen, 2–3 and the pointer trained."""

import random

import torch

from . import batches, tokens, traces
from .batches import Scenes, Sequence
from .loop import Options, train
from .paths import work
from .reasoner import Backbone, Reasoner, generate
from .traces import Thing

MINUTES, KINDS_MINUTES, BATCH = 5.2, 45, 64
KINDS_ALONE = {"reasoner": 0.35, "kinds": 0.25}  # share of batches that are about kinds only
SINGLES = {"reasoner": "made-up-train", "kinds": "train"}  # bank of single pictures: first synthetic, then real


def extra() -> torch.Tensor:
    return batches.noun_things()[2]


def load() -> tuple[Backbone, Reasoner]:
    """The reasoner, with the kinds pointer if that is trained."""
    backbone, reasoner = Backbone(extra()), Reasoner()
    reasoner.load(torch.load(work("kinds.ckpt"), weights_only=True)["model"])
    if work("pointer.ckpt").exists():
        reasoner.load_state_dict(torch.load(work("pointer.ckpt"), weights_only=True)["model"], strict=False)
    return backbone, reasoner.eval().requires_grad_(False)


def asked(
    scenes: Scenes, task: str, count: int, rng: random.Random, pool: list[Thing], simulated: bool = False
) -> list[tuple[traces.Item, batches.Seen]]:
    """Questions on the first `count` scenes of a bank."""
    made = []
    for r in range(count):
        things, seen = scenes.row(r % scenes.rows, simulated)
        if task in traces.CHANGES:
            at = int(scenes.data["at"][r % scenes.rows])
            item = traces.about_scene(task, things["a"], rng, things["b"][at], at)
        else:
            item = traces.about_scene(task, things["a"], rng)
        made.append((item, seen["a"]))
    return made


def final_of(ids: list[int]) -> list[int]:
    """The final statement: what follows the end of thinking."""
    end = tokens.token(tokens.ENDTHINK)
    return ids[len(ids) - ids[::-1].index(end) :] if end in ids else []


def right_finals(backbone: Backbone, reasoner: Reasoner, pairs: list[tuple[traces.Item, batches.Seen | None]], form: str) -> float:
    """Share of generated final statements whose answer (what follows the first colon; for lists all of it) equals the teacher's."""
    start = [tokens.token(tokens.THINK if form == "full" else tokens.ENDTHINK)]
    colon, right = tokens.token(":"), 0
    for k in range(0, len(pairs), 60):
        part = pairs[k : k + 60]
        with torch.autocast("cpu", torch.bfloat16):
            made = generate(backbone, reasoner, [Sequence(seen, traces.to_ids(item.prompt), start) for item, seen in part])
        for (item, _), ids in zip(part, made, strict=True):
            want, got = traces.to_ids(item.final), final_of(ids)
            if colon in want:
                want = want[want.index(colon) :]
                got = got[got.index(colon) :] if colon in got else []
            right += want == got
    return 100 * right / len(pairs)


def valid(backbone: Backbone, reasoner: Reasoner, pool: list[Thing] | None = None, count: int = 40) -> str:
    """Finals right on made-up scenes; with a pool their names are replaced by its."""
    rng = random.Random(3)
    scenes = Scenes("made-up-valid", rng, pool)
    reasoner.eval()
    shown = [
        f"{t} {right_finals(backbone, reasoner, asked(scenes, t, count, rng, [], bool(pool)), f):.1f}({f[0]})"
        for t in ("qa", "category", "composed", "related")
        for f in ("full", "answer")
    ]
    reasoner.train()
    return "valid finals " + " ".join(shown)


def fit(name: str, reasoner: Reasoner, minutes: float, options: Options) -> None:
    questions = batches.Questions(random.Random(name), SINGLES[name])
    backbone = Backbone(extra())
    layers = list(reasoner.layers.parameters())
    rest = [p for n, p in reasoner.named_parameters() if not n.startswith("layers")]
    optimizer = torch.optim.AdamW([{"params": layers, "lr": 3e-4}, {"params": rest, "lr": 1e-3}], weight_decay=0.01, betas=(0.9, 0.98))

    def step(_: float) -> dict[str, torch.Tensor]:
        batch = questions.batch(BATCH, KINDS_ALONE[name])
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                shared = backbone(batch)
            return reasoner.loss(shared, batch)

    train(name, reasoner, optimizer, minutes, step, options)
    print(valid(backbone, reasoner), flush=True)


def run(options: Options) -> None:
    torch.manual_seed(1)
    fit("reasoner", Reasoner(), MINUTES, options)


def run_kinds(options: Options) -> None:
    """Further training on the kinds of nouns, which take longest to learn, and on the vision encoder's outputs for single pictures."""
    reasoner = Reasoner()
    reasoner.load(torch.load(work("reasoner.ckpt"), weights_only=True)["model"])
    fit("kinds", reasoner, KINDS_MINUTES, options)
