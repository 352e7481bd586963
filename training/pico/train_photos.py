"""Stage photos: the embedding head once more, on simulated photographs and the captions they were made of, with all it could before.

Three kinds of batches in every step: photographs against captions (several captions of one photograph are one target), questions
about pictograms, and plain text held to MiniLM's vectors.
"""

import random
from functools import cache

import torch

from . import batches, names, objects, pairs, tokens, traces, train_head
from .batches import Seen, Sequence
from .labels import Object
from .loop import Options, train
from .paths import work
from .photo_scenes import Photograph, Photographs
from .traces import Thing
from .train_head import Embedder, contrast, distilled

MINUTES = 12.5
PHOTOS, QUESTIONS, HARD, TEXTS = 40, 10, 4, 24
NEVER, UNTRACED = 0.3, 0.08  # shares of photographs at a first look, and of thought ones without a trace
TOKENS = 0.5  # share of thought ones whose objects are visual tokens, too
PLAIN_TEXTS = 4000
VALID = 200


def counted(found: list[Object], least: float) -> str:
    """The list that is written before (or in place of) a sentence: 'two dog , a couch'."""
    kept = [o for o in found if o.score >= least] or sorted(found, key=lambda o: -o.score)[:1]
    number = objects.counts(kept)
    words = [("a" if n == 1 else objects.NUMBERS[min(n, len(objects.NUMBERS)) - 1], objects.LABELS[label]) for label, n in number.items()]
    return " , ".join(f"{many} {label}" for many, label in words)


def list_trace(found: list[Object], least: float = 0.3) -> list[int]:
    return [tokens.token(tokens.ENDTHINK), *tokens.encode(counted(found, least))]


@cache
def by_token() -> dict[int, names.Name]:
    return dict(zip(tokens.name_tokens().tolist(), names.load(), strict=True))


def one_thing(seen: Seen) -> list[int]:
    """What the reasoner writes of four photographs in five: the whole's likeliest name and its kind, and the glossary behind it."""
    name = by_token()[int(seen.ids[0, 0])]
    thing = Thing((int(seen.ids[0, 0]),), name.name, name.kind, name.broad)
    return pairs.explained([tokens.token(tokens.ENDTHINK), *traces.to_ids(traces.kinds(thing))], name)


class PhotoPairs:
    def __init__(self, rng: random.Random, name: str = "train") -> None:
        self.rng, self.photographs = rng, Photographs(rng, name)

    def first_look(self, photo: Photograph) -> Sequence:
        return Sequence(self.photographs.names_seen(photo), [], [])

    def thought(self, photo: Photograph, shown: float = TOKENS, one: bool = False, least: float = 0.3) -> Sequence:
        """With the list as a trace; `shown`: how likely objects are visual tokens; `one`: behind what the reasoner writes of one thing."""
        found, seen = self.photographs.detections(photo), self.photographs.names_seen(photo)
        trace = list_trace(found, least) if found else []
        if one:
            trace = [*one_thing(seen), *([tokens.token(";"), *trace[1:]] if trace else [])]
        return Sequence(objects.with_objects(seen, found) if self.rng.random() < shown else seen, [], trace)

    def draw(self) -> tuple[tuple, Sequence, Sequence]:
        """What the photograph is, a caption, and the photograph as it is seen."""
        photo, rng = self.photographs.draw(), self.rng
        caption = pairs.plain(rng.choice(photo.captions).lower())
        if rng.random() < NEVER:
            return photo.key, caption, self.first_look(photo)
        shown = self.thought(photo, one=rng.random() < 0.4, least=rng.uniform(0.22, 0.34))
        if rng.random() < UNTRACED:
            shown.trace = []
        return photo.key, caption, shown


def by_length(model: Embedder, sequences: list[Sequence], parts: int = 3) -> torch.Tensor:
    """Vectors of sequences, like lengths together, so that little is padding."""
    length = [len(s.prompt) + len(s.trace) + (len(s.seen.ids) if s.seen else 0) for s in sequences]
    order = sorted(range(len(sequences)), key=length.__getitem__)
    size = -(-len(order) // parts)
    made = [model(batches.collate([sequences[i] for i in order[k : k + size]])) for k in range(0, len(order), size)]
    return torch.cat(made)[torch.tensor(order).argsort()]


@torch.no_grad()
def validate(model: Embedder) -> str:
    """Captions to simulated photographs of the validation captions, R@1 at a first look and with the list."""
    source = PhotoPairs(random.Random(5), "val")
    photos = [source.photographs.draw() for _ in range(VALID)]
    told = [pairs.plain(p.captions[0].lower()) for p in photos]
    model.eval()

    def embed(sequences: list[Sequence]) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return torch.cat([model(batches.collate(sequences[k : k + 100])).float() for k in range(0, len(sequences), 100)])

    queries, shown = embed(told), []
    for name, targets in (("never", [source.first_look(p) for p in photos]), ("list", [source.thought(p, 0) for p in photos])):
        scores = queries @ embed(targets).T
        rank = (scores > scores.diagonal()[:, None]).sum(1)
        shown.append(f"{name} {100 * float((rank < 1).float().mean()):.1f} / {100 * float((rank < 10).float().mean()):.1f}")
    model.train()
    return "simulated R@1 / R@10: " + ", ".join(shown)


def fresh() -> Embedder:
    """The head as it was before photographs."""
    return train_head.load("head")


def run(options: Options) -> None:
    # Taken up again it goes on with other draws.
    before = torch.load(work("photos.ckpt"), weights_only=True)["steps"] if work("photos.ckpt").exists() else 0
    rng = random.Random(12 + before)
    source, asked = PhotoPairs(rng), pairs.Pairs(rng, bank_name="made-up-train")
    texts, want = train_head.texts()[:PLAIN_TEXTS], train_head.teacher_vectors(PLAIN_TEXTS)
    torch.manual_seed(12)
    model = fresh()
    model.head.requires_grad_(True).train()
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=2e-4, weight_decay=0.01)

    def step(_: float) -> dict[str, torch.Tensor]:
        keys, captions, photos = zip(*(source.draw() for _ in range(PHOTOS)), strict=True)
        drawn = [asked.draw() for _ in range(QUESTIONS)]
        drawn.sort(key=lambda p: p.task not in traces.CHANGES)
        hard = [h for p in drawn for h in p.hard][:HARD]
        picked = rng.sample(range(400, PLAIN_TEXTS), TEXTS)
        with torch.autocast("cpu", torch.bfloat16):
            plain = by_length(model, [*captions, *(pairs.plain(texts[i]) for i in picked)])
            asking = [p.query for p in drawn]
            seen = by_length(model, [*photos, *asking, *(p.target for p in drawn), *hard])
        shown, q, t = seen.split((PHOTOS, len(drawn), len(drawn) + len(hard)))
        photo = contrast(plain[:PHOTOS], shown, list(keys))
        question = contrast(q, t, [p.key for p in drawn] + [("hard", i) for i in range(len(hard))])
        close = distilled(plain[PHOTOS:], want[torch.tensor(picked)])
        return {"loss": photo + 0.6 * question + close, "photo": photo, "question": question, "text": close}

    train("photos", model, optimizer, MINUTES, step, options, lambda: validate(model))


def load() -> Embedder:
    model = fresh()
    model.load_state_dict(torch.load(work("photos.ckpt"), weights_only=True)["model"], strict=False)
    return model.eval().requires_grad_(False)
