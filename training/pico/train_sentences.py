"""Stage sentences: further training of the reasoner on simulated photographs; it lists the detected objects, then what can be inferred.

A trace: `</think> two person , a surfboard ; person riding wave ocean`. `full` first lists the objects: `person left ; …`.
Every other batch repeats questions about pictograms, so that they are not forgotten.
"""

import random

import torch

from . import batches, objects, sentences, tokens, traces, train_photos, train_reasoner
from .batches import SEP, Batch, Sequence
from .labels import LABELS, Object
from .loop import Options, train
from .paths import work
from .photo_scenes import Photographs
from .reasoner import Backbone, Reasoner, generate

MINUTES, BATCH, QUESTIONS = 6.0, 36, 36
WALKED = 6  # objects that are listed in `full`
PLACES = ["left", "right", "top", "bottom", "center"]


def words() -> list[int]:
    """Token ids that the reasoner can write: function words, numbers, places, and words that labels predict."""
    more = ["a", *objects.NUMBERS[1:], *PLACES, *sentences.telling()]
    return sorted({*traces.function_words(), *map(tokens.token, more)})


def grown(old: Reasoner) -> Reasoner:
    """Extends the reasoner's output vocabulary; new words are unlikely at first."""
    made = Reasoner(words())
    state = old.state_dict()
    place = {t: i for i, t in enumerate(old.out_ids.tolist())}
    weight, bias = made.out.weight.data.clone(), torch.full_like(made.out.bias.data, -4.0)
    for i, t in enumerate(made.out_ids.tolist()):
        if t in place:
            weight[i], bias[i] = state["out.weight"][place[t]], state["out.bias"][place[t]]
    made.load_state_dict(state | {"out_ids": made.out_ids, "out.weight": weight, "out.bias": bias})
    return made


def place_of(thing: Object) -> str:
    x, y, w, h = thing.box
    across, down = x + w / 2 - 0.5, y + h / 2 - 0.5
    if max(abs(across), abs(down)) < 1 / 6:
        return "center"
    return ("left" if across < 0 else "right") if abs(across) >= abs(down) else ("top" if down < 0 else "bottom")


class Descriptions:
    """Simulated photographs with the traces to learn."""

    def __init__(self, rng: random.Random, name: str = "train") -> None:
        self.rng, self.photographs = rng, Photographs(rng, name)

    def draw(self, form: str) -> Sequence:
        while True:
            photo = self.photographs.draw()
            found = self.photographs.detections(photo)
            if found and photo.key[0] != "single":
                break
        seen = objects.with_objects(self.photographs.names_seen(photo), found)
        final = train_photos.list_trace(found, whole=True)
        said = [tokens.token(w) for w in sentences.sentence(photo.captions)]
        walked = [
            t for o in objects.told(found)[:WALKED] for t in (tokens.token(LABELS[o.label]), tokens.token(place_of(o)), tokens.token(";"))
        ]
        begin = [tokens.token(tokens.THINK), *walked] if form == "full" else []
        trace = [*begin, *final, tokens.token(";"), *said, SEP]
        prompt = traces.to_ids(traces.fill(self.rng.choice(traces.DESCRIBE)))
        return Sequence(seen, prompt, trace, [0.0] + [1.0] * (len(trace) - 1))

    def batch(self, count: int) -> Batch:
        form = self.rng.choice(("answer", "answer", "full"))
        return batches.collate([self.draw(form) for _ in range(count)])


@torch.no_grad()
def validate(backbone: Backbone, reasoner: Reasoner, count: int = 40) -> str:
    """Share of correct lists; share of further words that occur in a caption; final statements of earlier questions."""
    source, reasoner = Descriptions(random.Random(3), "val"), reasoner.eval()
    asked = [source.draw("answer") for _ in range(count)]
    with torch.autocast("cpu", torch.bfloat16):
        made = generate(backbone, reasoner, [Sequence(s.seen, s.prompt, s.trace[:1]) for s in asked], 32)
    semi = tokens.token(";")
    right = hits = said = wanted = 0
    for s, got in zip(asked, made, strict=True):
        cut = s.trace.index(semi)
        right += got[:cut] == s.trace[:cut]
        mine, theirs = set(got[got.index(semi) + 1 :]) if semi in got else set(), set(s.trace[cut + 1 : -1])
        hits, said, wanted = hits + len(mine & theirs), said + len(mine), wanted + len(theirs)
    old = train_reasoner.valid(backbone, reasoner)
    reasoner.train()
    words_said = f"words said right {100 * hits / max(said, 1):.0f} of {said}, found {100 * hits / wanted:.0f}"
    return f"lists {100 * right / count:.0f}, {words_said}; {old}"


def load() -> tuple[Backbone, Reasoner]:
    state = torch.load(work("sentences.ckpt"), weights_only=True)["model"]
    reasoner = Reasoner(state["out_ids"].tolist())
    reasoner.load(state)
    return Backbone(train_reasoner.extra()), reasoner.eval().requires_grad_(False)


def run(options: Options) -> None:
    path = work("sentences.ckpt")
    before = torch.load(path, weights_only=True)["steps"] if path.exists() else 0
    rng = random.Random(21 + before)
    torch.manual_seed(21)
    backbone, old = train_reasoner.load()
    reasoner = grown(old).requires_grad_(True).train()
    source, questions = Descriptions(rng), batches.Questions(rng, "made-up-train")
    layers = list(reasoner.layers.parameters())
    rest = [p for n, p in reasoner.named_parameters() if not n.startswith("layers")]
    optimizer = torch.optim.AdamW([{"params": layers, "lr": 2e-4}, {"params": rest, "lr": 6e-4}], weight_decay=0.01, betas=(0.9, 0.98))
    count = 0

    def step(_: float) -> dict[str, torch.Tensor]:
        nonlocal count
        count += 1
        batch = source.batch(BATCH) if count % 2 else questions.batch(QUESTIONS, 0.1)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                shared = backbone(batch)
            return reasoner.loss(shared, batch)

    train("sentences", reasoner, optimizer, MINUTES, step, options)
    print(validate(backbone, reasoner), flush=True)
