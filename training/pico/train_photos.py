"""Stage photos: the embedding head once more, on simulated photographs and the captions they were made of, with all it could before.

Three kinds of batches in every step: photographs against captions (several captions of one photograph are one target), questions
about pictograms, and plain text held to MiniLM's vectors.
"""

import random

import torch

from . import batches, objects, pairs, tokens, traces, train_head
from .batches import Sequence
from .labels import Object
from .loop import Options, train
from .paths import work
from .photo_scenes import Photograph, Photographs
from .train_head import Embedder, contrast, distilled

MINUTES = 12.0
PHOTOS, QUESTIONS, HARD, TEXTS = 40, 10, 4, 24
NEVER, UNTRACED = 0.3, 0.12  # shares of photographs at a first look, and of thought ones without a trace
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


class PhotoPairs:
    def __init__(self, rng: random.Random, name: str = "train") -> None:
        self.rng, self.photographs = rng, Photographs(rng, name)

    def first_look(self, photo: Photograph) -> Sequence:
        return Sequence(self.photographs.names_seen(photo), [], [])

    def thought(self, photo: Photograph, traced: bool = True, least: float = 0.3) -> Sequence:
        found = self.photographs.detections(photo)
        seen = objects.with_objects(self.photographs.names_seen(photo), found)
        return Sequence(seen, [], list_trace(found, least) if traced and found else [])

    def draw(self) -> tuple[tuple, Sequence, Sequence]:
        """What the photograph is, a caption, and the photograph as it is seen."""
        photo, rng = self.photographs.draw(), self.rng
        caption = pairs.plain(rng.choice(photo.captions).lower())
        if rng.random() < NEVER:
            return photo.key, caption, self.first_look(photo)
        return photo.key, caption, self.thought(photo, rng.random() > UNTRACED, rng.uniform(0.22, 0.34))


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
    for name, targets in (("never", [source.first_look(p) for p in photos]), ("list", [source.thought(p) for p in photos])):
        scores = queries @ embed(targets).T
        rank = (scores > scores.diagonal()[:, None]).sum(1)
        shown.append(f"{name} {100 * float((rank < 1).float().mean()):.1f} / {100 * float((rank < 10).float().mean()):.1f}")
    model.train()
    return "simulated R@1 / R@10: " + ", ".join(shown)


def fresh() -> Embedder:
    """The head as it was before photographs."""
    return train_head.load("head")


def run(options: Options) -> None:
    rng = random.Random(12)
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
