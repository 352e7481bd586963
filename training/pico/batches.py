"""Turns questions about scenes of the feature bank, nouns and sentences into padded batches."""

import random
from dataclasses import dataclass
from functools import cache

import torch

from . import feature_bank, names, tokens, traces, wordnet
from .minilm import WIDTH
from .traces import Item, Parts, Thing

CLS, SEP = 101, 102
TOP = feature_bank.TOP
KIND = 0.5  # weight of the kind's word vector relative to the name's


@dataclass
class Seen:
    """The vision encoder's output for one image: candidate token ids [n, TOP], their probabilities, features [n, WIDTH].

    The first REGIONS rows are regions, the others objects (`objects`). The features also encode the kinds of the candidates
    (`expected_kind`).
    """

    ids: torch.Tensor
    probs: torch.Tensor
    features: torch.Tensor


@dataclass
class Sequence:
    """One input: an image, if any, then prompt ids and trace ids, both without special tokens."""

    seen: Seen | None
    prompt: list[int]
    trace: list[int]
    weights: list[float] | None = None


@dataclass
class Batch:
    """Padded sequences [b, s]; `prefix` counts [CLS] … [SEP]; copy ids and probs [b, s, TOP]; features [b, s, WIDTH]."""

    ids: torch.Tensor
    prefix: torch.Tensor
    length: torch.Tensor
    copy_ids: torch.Tensor
    copy_probs: torch.Tensor
    features: torch.Tensor
    is_image: torch.Tensor
    weights: torch.Tensor


def collate(sequences: list[Sequence]) -> Batch:
    image = tokens.token(tokens.IMAGE)
    rows = []
    for s in sequences:
        head = [CLS] + [image] * (len(s.seen.ids) if s.seen else 0) + s.prompt + [SEP]
        rows.append((head, head + s.trace))
    size = max(len(all_) for _, all_ in rows)
    n = len(rows)
    ids = torch.zeros((n, size), dtype=torch.long)
    copy_ids, copy_probs = torch.zeros((n, size, TOP), dtype=torch.long), torch.zeros((n, size, TOP))
    features, weights = torch.zeros((n, size, WIDTH)), torch.zeros((n, size))
    for i, ((head, all_), s) in enumerate(zip(rows, sequences, strict=True)):
        ids[i, : len(all_)] = torch.tensor(all_)
        copy_probs[i, : len(all_), 0] = 1
        if s.seen:
            rows_ = slice(1, 1 + len(s.seen.ids))
            copy_ids[i, rows_], copy_probs[i, rows_], features[i, rows_] = s.seen.ids, s.seen.probs, s.seen.features
        if s.weights:
            weights[i, len(head) : len(all_)] = torch.tensor(s.weights)
    is_image = ids == image
    copy_ids[..., 0] = torch.where(is_image, copy_ids[..., 0], ids)
    lengths = torch.tensor([len(a) for _, a in rows])
    return Batch(ids, torch.tensor([len(h) for h, _ in rows]), lengths, copy_ids, copy_probs, features, is_image, weights)


@cache
def table_things() -> list[Thing]:
    """The names that the vision encoder knows, by number."""
    return [Thing((t,), n.name, n.kind, n.broad) for n, t in zip(names.load(), tokens.name_tokens().tolist(), strict=True)]


@cache
def noun_things() -> tuple[list[Thing], list[Thing], torch.Tensor]:
    """(nouns for training, held-out nouns, the word vectors of nouns that consist of several pieces).

    A noun of several pieces gets an artificial token after the vocabulary, used in training and tests only.
    """
    base, vectors = len(tokens.embeddings()), []
    vocab = tokens.minilm_tokenizer().get_vocab()

    def thing(n: names.Name) -> Thing:
        if n.name in vocab:
            return Thing((vocab[n.name],), n.name, n.kind, n.broad)
        vectors.append(tokens.spelled(n.name))
        return Thing((base + len(vectors) - 1,), n.name, n.kind, n.broad)

    train, never = ([thing(n) for n in pool] for pool in names.noun_pool())
    return train, never, torch.stack(vectors)


@cache
def kind_numbers() -> dict[str, int]:
    return {kind: i for i, (kind, _, _) in enumerate(wordnet.KINDS)}


@cache
def kind_vectors() -> torch.Tensor:
    """[kinds, WIDTH]: the part of a visual token that encodes the kind of its name."""
    return KIND * tokens.embeddings()[[tokens.token(kind) for kind in kind_numbers()]]


@cache
def kinds_of_names() -> torch.Tensor:
    """Name number → kind number."""
    return torch.tensor([kind_numbers()[n.kind] for n in names.load()])


def expected_kind(kinds: torch.Tensor, probs: torch.Tensor) -> torch.Tensor:
    """Kind numbers and probabilities of candidates [.., TOP] → [.., WIDTH]."""
    return (kind_vectors()[kinds] * probs[..., None]).sum(-2)


def seen_by_number(numbers: torch.Tensor, probs: torch.Tensor, features: torch.Tensor) -> list[Seen]:
    """Turns outputs of the vision encoder, by name numbers [n, REGIONS, TOP], into the language model's input."""
    ids, told = tokens.name_tokens()[numbers], features.float() + expected_kind(kinds_of_names()[numbers], probs)
    return [Seen(*row) for row in zip(ids, probs, told, strict=True)]


class Scenes:
    """Draws things and views from a bank; simulated ones assign other names to real posteriors."""

    def __init__(self, bank_name: str, rng: random.Random, pool: list[Thing] | None = None) -> None:
        self.data, self.rng, self.pool = feature_bank.load(bank_name), rng, pool or []
        self.rows = len(self.data["at"])
        by_kind: dict[str, list[Thing]] = {}
        for thing in self.pool:
            by_kind.setdefault(thing.kind, []).append(thing)
        self.by_kind = by_kind

    def swap(self, numbers: set[int]) -> dict[int, Thing]:
        """Replaces each name number by another noun, often by one of the same kind."""
        table, swapped = table_things(), {}
        for number in sorted(numbers):
            alike = self.by_kind.get(table[number].kind)
            swapped[number] = self.rng.choice(alike if alike and self.rng.random() < 0.4 else self.pool)
        return swapped

    def row(self, r: int, simulated: bool) -> tuple[dict[str, list[Thing]], dict[str, Seen]]:
        """The things in the scenes a, b and wrong (four each) and in crop (one), and the vision encoder's output for each."""
        d = self.data
        truth = d["truth"][r].tolist()
        at, incoming, cropped = int(d["at"][r]), int(d["incoming"][r]), int(d["cropped"][r])
        numbers = {"a": truth, "crop": [truth[cropped]]}
        for key, place in (("b", at), ("wrong", int(feature_bank.elsewhere(d["at"][r], d["incoming"][r])))):
            numbers[key] = [*truth[:place], incoming, *truth[place + 1 :]]
        views = {k: d[k]["names"][r] for k in numbers}
        if simulated:
            world = self.swap({*truth, incoming, *(x for v in views.values() for x in v.flatten().tolist())})
        else:
            world = dict(enumerate(table_things()))
        things = {k: [world[x] for x in v] for k, v in numbers.items()}
        seen = {}
        for k, view in views.items():
            shown = [[world[x] for x in row] for row in view.tolist()]
            ids = torch.tensor([[t.ids[0] for t in row] for row in shown])
            kinds = torch.tensor([[kind_numbers()[t.kind] for t in row] for row in shown])
            features = d[k]["features"][r].float() * (not simulated)
            seen[k] = Seen(ids, d[k]["probs"][r], features + expected_kind(kinds, d[k]["probs"][r]))
        return things, seen


@cache
def sentences() -> list[tuple[list[int], tuple[Thing, ...]]]:
    """WordNet's glosses and examples with the nouns they contain (one to four)."""
    rng = random.Random(5)
    wanted = {n.name: n for pool in names.noun_pool()[:1] for n in pool} | {n.name: n for n in names.load() if not n.held_out}
    found = []
    offsets = sorted(wordnet.synsets())
    rng.shuffle(offsets)
    for offset in offsets[:24000]:
        for text in (wordnet.definition(offset), *wordnet.examples(offset)):
            words = list(dict.fromkeys(w for w in text.lower().split() if w in wanted and len(w) > 2))
            if 1 <= len(words) <= 4 and len(text) < 120:
                things = tuple(Thing(tuple(tokens.encode(w)), w, wanted[w].kind, wanted[w].broad) for w in words)
                found.append((tokens.encode(text), things))
    return found


class Questions:
    """Questions with the teacher's traces: scenes (half simulated), single pictures of the bank `singles`, kinds of nouns, sentences."""

    TASKS = {"qa": 26, "ground": 12, "category": 26, "composed": 8, "related": 14, "describe": 9, "single": 8, "kind": 14, "text": 5}

    def __init__(self, rng: random.Random, singles: str) -> None:
        self.rng = rng
        self.nouns = noun_things()[0]
        self.pool = self.nouns + [t for t, n in zip(table_things(), names.load(), strict=True) if not n.held_out] * 8
        self.scenes, self.singles = (Scenes(name, rng, self.pool) for name in ("made-up-train", singles))

    def draw(self) -> tuple[Item, Seen | None]:
        task = self.rng.choices(list(self.TASKS), list(self.TASKS.values()))[0]
        if task == "text":
            ids, nouns = self.rng.choice(sentences())
            return traces.about_text(ids, list(nouns)), None
        if task == "kind":
            return self.kind(), None
        scenes = self.singles if task == "single" else self.scenes
        things, seen = scenes.row(self.rng.randrange(scenes.rows), self.rng.random() < 0.5)
        view = self.rng.choice("ab")
        if task == "single":
            return traces.about_scene("describe", things["crop"], self.rng), seen["crop"]
        incoming = self.rng.choice(self.pool) if task in traces.CHANGES else None
        item = traces.about_scene(task, things[view], self.rng, incoming, self.rng.randrange(4))
        return item, seen[view]

    def kind(self) -> Item:
        """A question about the kind of a noun, which is given as one token or sometimes in pieces."""
        noun = self.rng.choice(self.pool)
        if self.rng.random() < 0.3:
            noun = Thing(tuple(tokens.encode(noun.name)), noun.name, noun.kind, noun.broad)
        return traces.about_noun(noun, self.rng)

    def batch(self, count: int, kinds_alone: float) -> Batch:
        """A batch of all tasks in one form, to save padding; some batches are about kinds only, with three times as many texts."""
        form = self.rng.choice(("full", "answer"))
        kinds = self.rng.random() < kinds_alone
        made = []
        for _ in range(3 * count if kinds else count):
            item, seen = (self.kind(), None) if kinds else self.draw()
            trace, weights = weighed(item, form)
            made.append(Sequence(seen, traces.to_ids(item.prompt), trace, weights))
        return collate(made)


def weighed(item: Item, form: str) -> tuple[list[int], list[float]]:
    """Trace ids with the end token, and each token's weight: 0 for the given start, 2 for what follows the list."""
    parts: Parts = traces.written(item, form)
    ids = [*traces.to_ids(parts), SEP]
    end = ids.index(tokens.token(tokens.ENDTHINK))
    return ids, [0.0] + [1.0 if i <= end else 2.0 for i in range(1, len(ids))]
