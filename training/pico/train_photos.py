"""Stage photos: an embedding head of its own for photographs, beside the one that everything else goes through.

The text side stays as it is shipped: captions are embedded by the old head, so that texts, drawings and pictograms keep their vectors.
What is trained reads photographs, at a first look and with what was thought of them behind it, towards the vectors of their captions.
Pictures in four parts are held to the old head's vectors.
"""

import random
from collections.abc import Callable
from functools import cache

import torch
import torch.nn.functional as F

from . import batches, names, objects, pairs, restore, tokens, traces
from .batches import Batch, Seen, Sequence
from .labels import Object
from .loop import Options, train
from .paths import work
from .photo_scenes import Photograph, Photographs
from .traces import Thing
from .train_head import DIMENSIONS, TEMPERATURE, Embedder, distilled, valid

MINUTES = 11.0
PHOTOS, QUESTIONS, CAPTIONS = 64, 6, 2  # of a step; captions of each photograph
MEMORY = 4096  # captions of earlier steps: further negatives, which cost nothing since their vectors do not change
NEVER, UNTRACED = 0.4, 0.05  # shares of photographs at a first look, and of thought ones without a trace
# What is written of a photograph; a caption stands for a trace that people supply.
FORMS = {"list": 46, "one thing, list": 24, "one thing": 10, "parts": 4, "parts, list": 6, "caption": 10}
VALID = 400


def counted(found: list[Object], least: float) -> list[tuple[str, str]]:
    """What is listed of a photograph: how many, and of what; likeliest first."""
    kept = [o for o in found if o.score >= least] or sorted(found, key=lambda o: -o.score)[:1]
    number = objects.counts(kept)
    return [("a" if n == 1 else objects.NUMBERS[min(n, len(objects.NUMBERS)) - 1], objects.LABELS[label]) for label, n in number.items()]


def list_trace(found: list[Object], least: float = 0.3, whole: bool = False) -> list[int]:
    """'two dog , a couch', as the engine writes it; `whole`: every name as the one token by which a reasoner copies it."""
    parts: list[int] = []
    for many, label in counted(found, least):
        comma = [tokens.token(",")] if parts else []
        parts += [*comma, tokens.token(many), *([tokens.token(label)] if whole else tokens.encode(label))]
    return [tokens.token(tokens.ENDTHINK), *parts]


@cache
def by_token() -> dict[int, names.Name]:
    return dict(zip(tokens.name_tokens().tolist(), names.load(), strict=True))


def parts(seen: Seen, full: bool) -> list[int]:
    """What it writes of a picture in which it sees several things: the likeliest name of each quarter."""
    things = [Thing((int(i),), n.name, n.kind, n.broad) for i in seen.ids[1:, 0] for n in [by_token()[int(i)]]]
    told = [tokens.ENDTHINK, *traces.described(things)]
    return traces.to_ids([tokens.THINK, *traces.listing(things), *told] if full else told)


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

    def thought(self, photo: Photograph, form: str = "list", least: float = 0.3) -> Sequence:
        """With a trace in one of FORMS."""
        found, seen = self.photographs.detections(photo), self.photographs.names_seen(photo)
        trace = list_trace(found, least) if found and form.endswith("list") else []
        if form.startswith("one thing"):
            trace = [*one_thing(seen), *([tokens.token(";"), *trace[1:]] if trace else [])]
        elif form.startswith("parts"):
            trace = [*parts(seen, self.rng.random() < 0.5), *([tokens.token(";"), *trace[1:]] if trace else [])]
        return Sequence(seen, [], trace)

    def draw(self) -> tuple[tuple, list[str], Sequence]:
        """What the photograph is, some of its captions, and the photograph as it is seen."""
        photo, rng = self.photographs.draw(), self.rng
        first, *others = rng.sample([c.lower() for c in photo.captions], len(photo.captions))
        told = rng.choices(others or [first], k=CAPTIONS)
        if rng.random() < NEVER:
            return photo.key, told, self.first_look(photo)
        form = rng.choices(list(FORMS), list(FORMS.values()))[0]
        shown = self.thought(photo, form, least=rng.uniform(0.26, 0.4))
        if rng.random() < UNTRACED:
            shown.trace = []
        elif form == "caption":
            shown.trace = [tokens.token(tokens.ENDTHINK), *tokens.encode(first)]
        return photo.key, told, shown

    def batch(self, count: int) -> list[tuple[tuple, list[str], Sequence]]:
        return [self.draw() for _ in range(count)]


class PhotoHead(Embedder):
    """The shipped lower layers and two heads over them: `head` for pictures alone (with what was thought of them), which here are
    photographs, and the `old` one, frozen, for all else."""

    def __init__(self) -> None:
        super().__init__(own=False)
        self.backbone, self.old = restore.shipped_backbone(), restore.head()
        self.head.load_state_dict(self.old.state_dict())
        self.requires_grad_(False)

    def forward(self, batch: Batch) -> torch.Tensor:
        """Each row by the head it belongs to."""
        images = batch.is_image.sum(1)
        alone = (images > 0) & (batch.prefix == images + 2)  # [CLS], image, [SEP]
        with torch.no_grad():
            states = self.backbone(batch)
            old = self.old(states, valid(batch)) if not alone.all() else torch.zeros(())
        return torch.where(alone[:, None], self.head(states, valid(batch)), old) if alone.any() else old

    def both(self, sequences: list[Sequence]) -> tuple[torch.Tensor, torch.Tensor]:
        """Vectors by the photographs' head, and by the old one."""
        batch = batches.collate(sequences)
        with torch.no_grad():
            states = self.backbone(batch)
            old = self.old(states, valid(batch))
        return self.head(states, valid(batch)), old


class Captions:
    """Vectors of captions, each made once, and those of the last MEMORY captions with what they are of."""

    def __init__(self, model: PhotoHead) -> None:
        self.model, self.made = model, {}
        self.numbers: dict[tuple, int] = {}
        self.recent, self.recent_keys = torch.zeros((0, 384)), torch.zeros(0, dtype=torch.long)

    def vectors(self, texts: list[str]) -> torch.Tensor:
        fresh = sorted({t for t in texts if t not in self.made}, key=len)
        size = -(-len(fresh) // 3)
        for k in range(0, len(fresh), size or 1):
            part = fresh[k : k + size]
            self.made |= dict(zip(part, self.model(batches.collate([pairs.plain(t) for t in part])).float(), strict=True))
        return torch.stack([self.made[t] for t in texts])

    def key(self, key: tuple) -> int:
        return self.numbers.setdefault(key, len(self.numbers))

    def remember(self, vectors: torch.Tensor, keys: torch.Tensor) -> None:
        self.recent = torch.cat([self.recent, vectors])[-MEMORY:]
        self.recent_keys = torch.cat([self.recent_keys, keys])[-MEMORY:]


def by_length(model: Embedder, sequences: list[Sequence], parts: int = 3) -> torch.Tensor:
    """Vectors of sequences, like lengths together, so that little is padding."""
    length = [len(s.prompt) + len(s.trace) + (len(s.seen.ids) if s.seen else 0) for s in sequences]
    order = sorted(range(len(sequences)), key=length.__getitem__)
    size = -(-len(order) // parts)
    made = [model(batches.collate([sequences[i] for i in order[k : k + size]])) for k in range(0, len(order), size)]
    return torch.cat(made)[torch.tensor(order).argsort()]


def contrast(photos: torch.Tensor, texts: torch.Tensor, keys: torch.Tensor, old: torch.Tensor, old_keys: torch.Tensor) -> torch.Tensor:
    """InfoNCE of photographs [n, d] and CAPTIONS times as many captions: a caption among photographs, and a photograph among captions
    of this step and earlier ones. A photograph's captions are one target: the others of the same key are no negatives."""
    of = keys.repeat_interleave(CAPTIONS)
    gold = torch.arange(len(photos)).repeat_interleave(CAPTIONS)
    among = of[:, None] == keys
    among[torch.arange(len(of)), gold] = False
    others = keys[:, None] == torch.cat([of, old_keys])
    loss = torch.zeros(())
    for d in DIMENSIONS:
        p, t, o = (F.normalize(x[:, :d], dim=-1) for x in (photos, texts, old))
        scores = t @ p.T / TEMPERATURE
        loss = loss + F.cross_entropy(scores.masked_fill(among, -1e4), gold)
        wrong = (p @ torch.cat([t, o]).T / TEMPERATURE).masked_fill(others, -1e4).logsumexp(1)[gold]
        right = scores[torch.arange(len(of)), gold]
        loss = loss + 0.5 * (torch.logaddexp(right, wrong) - right).mean()
    return loss / len(DIMENSIONS)


@cache
def validation() -> tuple[list[str], dict[str, list[Sequence]], list[Sequence]]:
    """Captions, the simulated photographs of the validation captions at a first look and with a list, and pictures in four parts."""
    source = PhotoPairs(random.Random(5), "val")
    photos = [source.photographs.draw() for _ in range(VALID)]
    forms = {"never": [source.first_look(p) for p in photos]}
    forms["list"] = [source.thought(p) for p in photos]
    asked = pairs.Pairs(random.Random(6), bank_name="made-up-valid")
    seen = [s for p in (asked.draw() for _ in range(120)) for s in (p.query, p.target) if s.seen]
    return [p.captions[0].lower() for p in photos], forms, seen


@torch.no_grad()
def validate(model: PhotoHead) -> str:
    """R@1 / R@10 of captions among simulated photographs, and how near pictures in parts are to the old head's vectors."""
    told, forms, parted = validation()
    model.eval()
    with torch.autocast("cpu", torch.bfloat16):
        queries = by_length(model, [pairs.plain(t) for t in told], 6).float()
        shown = []
        for name, targets in forms.items():
            scores = queries @ by_length(model, targets, 6).float().T
            rank = (scores > scores.diagonal()[:, None]).sum(1)
            shown.append(f"{name} {100 * float((rank < 1).float().mean()):.1f} / {100 * float((rank < 10).float().mean()):.1f}")
        got, want = model.both(parted)
    model.train()
    return f"simulated R@1 / R@10: {'; '.join(shown)}; in parts, cosine to the old head {float((got * want).sum(-1).mean()):.3f}"


def run(options: Options) -> None:
    fit(options, "photos", MINUTES, PhotoPairs, PhotoHead())


def fit(options: Options, stage: str, minutes: float, made: Callable[[random.Random], PhotoPairs], model: PhotoHead) -> None:
    """Trains the model's head on the photographs that are `made`."""
    # Taken up again it goes on with other draws.
    path = work(f"{stage}.ckpt")
    before = torch.load(path, weights_only=True)["steps"] if path.exists() else 0
    rng = random.Random(12 + before)
    torch.manual_seed(12)
    model.head.requires_grad_(True).train()
    source, asked, captions = made(rng), pairs.Pairs(rng, bank_name="made-up-train"), Captions(model)
    optimizer = torch.optim.AdamW(model.head.parameters(), lr=2e-4, weight_decay=0.01)

    def step(_: float) -> dict[str, torch.Tensor]:
        keys, told, photos = zip(*source.batch(PHOTOS), strict=True)
        parted = [s for p in (asked.draw() for _ in range(QUESTIONS)) for s in (p.query, p.target) if s.seen]
        numbers = torch.tensor([captions.key(k) for k in keys])
        with torch.autocast("cpu", torch.bfloat16):
            texts = captions.vectors([t for some in told for t in some])
            shown = by_length(model, list(photos))
            got, want = model.both(parted)
        photo = contrast(shown.float(), texts, numbers, captions.recent, captions.recent_keys)
        captions.remember(texts, numbers.repeat_interleave(CAPTIONS))
        kept = distilled(got.float(), want.float())
        return {"loss": photo + 0.5 * kept, "photo": photo, "kept": kept}

    train(stage, model, optimizer, minutes, step, options, lambda: validate(model))


def load(stage: str = "photos") -> PhotoHead:
    model = PhotoHead()
    model.load_state_dict(torch.load(work(f"{stage}.ckpt"), weights_only=True)["model"], strict=False)
    return model.eval().requires_grad_(False)
