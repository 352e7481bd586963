"""Query–target pairs for the embedding stages; both sides have the teacher's traces, the reasoner's own, or none."""

import random
import re
from dataclasses import dataclass
from functools import cache

from . import batches, names, tokens, traces
from .batches import Scenes, Seen, Sequence
from .traces import Item, Thing

TASKS = {"qa": 18, "category": 14, "composed": 10, "related": 12, "ground": 16, "caption": 8, "search": 14, "kind": 4, "gloss": 4}
MADE_UP = 0.3  # share of questions about synthetic views: as with photos, features do not help and no two views are the same
CAPTION = [
    "{a} in the top left , {b} in the top right , {c} in the bottom left , {d} in the bottom right",
    "{a} northwest , {b} northeast , {c} southwest , {d} southeast",
    "a picture of {a} , {b} , {c} and {d}",
]
SHOWN = ["{x}", "a picture of {x}", "a photo of a {x}", "find a picture of {x}"]


@dataclass
class Pair:
    """`key` identifies the target: pairs with equal keys are not negatives of each other. `hard` are additional negatives."""

    task: str
    query: Sequence
    target: Sequence
    key: tuple
    hard: list[Sequence]
    item: Item | None = None


@cache
def known() -> dict[str, names.Name]:
    """All names by text, for glosses and hypernyms."""
    return {n.name: n for pool in (*names.noun_pool(), names.load()) for n in pool}


def without(gloss: str, name: str) -> str:
    """Removes the name from its gloss."""
    return re.sub(rf"\b{re.escape(name)}\b", "it", gloss.lower()).strip()


def glossary(name: names.Name) -> str:
    """The entry of a thing in a model folder's glossary: its hypernyms and WordNet's gloss."""
    return " , ".join([*name.hypernyms[:2], *([without(name.gloss, name.name)] if name.gloss else [])])


def explained(trace: list[int], name: names.Name) -> list[int]:
    """A trace about one thing, continued with its glossary entry, as the engine does."""
    return [*trace, *tokens.encode(f", {glossary(name)}")]


def plain(text: str) -> Sequence:
    return Sequence(None, tokens.encode(text), [])


class Pairs:
    """Draws pairs. `think` is the share of queries with a trace; 0 trains the direct baseline on the same questions."""

    def __init__(self, rng: random.Random, bank_name: str = "train", think: float = 0.8, own: dict[tuple, list[int]] | None = None) -> None:
        self.rng, self.think, self.own = rng, think, own or {}
        nouns = batches.noun_things()[0]
        self.pool = nouns + [t for t, n in zip(batches.table_things(), names.load(), strict=True) if not n.held_out] * 3
        self.scenes = Scenes(bank_name, rng, self.pool)
        self.made_up = Scenes("made-up-train", rng, self.pool)
        self.seeds = sorted(self.own)

    def trace(self, item: Item) -> list[int]:
        """The teacher's trace in a random form, or none."""
        if self.rng.random() >= self.think:
            return []
        ids = traces.to_ids(traces.written(item, "full" if self.rng.random() < 0.5 else "answer"))
        return [*ids, batches.SEP] if self.rng.random() < 0.3 else ids

    def ask(self, item: Item, seen: Seen | None) -> Sequence:
        return Sequence(seen, traces.to_ids(item.prompt), self.trace(item))

    def shown(self, things: list[Thing], seen: Seen) -> Sequence:
        """An image as a target, sometimes with its description as a trace."""
        item = traces.about_scene("describe", things, self.rng)
        prompt = [] if self.rng.random() < 0.7 else traces.to_ids(item.prompt)
        trace = self.trace(item) if self.rng.random() < 0.4 else []
        if trace and len(things) == 1 and self.rng.random() < 0.5:
            trace = explained([i for i in trace if i != batches.SEP], known()[things[0].name])
        return Sequence(seen, prompt, trace)

    def draw(self) -> Pair:
        rng = self.rng
        if self.seeds and rng.random() < 0.3 * (self.think > 0):
            seed = rng.choice(self.seeds)
            pair = question(self.scenes, random.Random(str(seed)), seed[0], seed[1], seed[2], self)
            pair.query.trace = self.own[seed]
            return pair
        task = rng.choices(list(TASKS), list(TASKS.values()))[0]
        if task in ("kind", "gloss"):
            thing = rng.choice(self.pool)
            if task == "kind":
                item = traces.about_noun(thing, rng)
                return Pair(task, self.ask(item, None), plain(thing.kind), ("text", thing.kind), [], item)
            gloss = without(known()[thing.name].gloss, thing.name) or thing.name
            return Pair(task, plain(gloss), Sequence(None, list(thing.ids), []), ("text", thing.name), [])
        scenes = self.made_up if rng.random() < MADE_UP else self.scenes
        return question(scenes, rng, task, rng.randrange(scenes.rows), rng.random() < 0.4, self)


def question(scenes: Scenes, rng: random.Random, task: str, row: int, simulated: bool, pairs: Pairs) -> Pair:
    """One pair about a bank row."""
    scenes.rng = rng
    things, seen = scenes.row(row, simulated)
    at, cropped = int(scenes.data["at"][row]), int(scenes.data["cropped"][row])
    world = tuple(t.ids[0] for t in things["a"])
    if task == "caption":
        text = traces.fill(rng.choice(CAPTION), **dict(zip("abcd", things["a"], strict=True)))
        item = traces.about_scene("describe", things["a"], rng)
        words, image = Sequence(None, traces.to_ids(text), []), pairs.shown(things["a"], seen["a"])
        if rng.random() < 0.5:
            return Pair(task, words, image, ("scene", world), [pairs.shown(things["b"], seen["b"])])
        return Pair(task, pairs.ask(item, seen["a"]), words, ("caption", world), [], item)
    if task == "search":
        thing, note = things["crop"][0], known()[things["crop"][0].name]
        style = rng.random()
        text: traces.Parts = traces.fill(rng.choice(SHOWN), x=thing)
        key: tuple = ("crop", thing.ids)
        if style > 0.7:
            text, key = [rng.choice([thing.kind, thing.kind, thing.broad, *note.hypernyms[:2]])], ("crop-kind", thing.kind)
        elif style > 0.45 and note.gloss:
            text = [without(note.gloss, thing.name)]
        return Pair(task, Sequence(None, traces.to_ids(text), []), pairs.shown(things["crop"], seen["crop"]), key, [])
    if task in traces.CHANGES:
        item = traces.about_scene(task, things["a"], rng, things["b"][at], at)
        target = pairs.shown(things["b"], seen["b"])
        return Pair(
            task,
            pairs.ask(item, seen["a"]),
            target,
            ("scene", tuple(t.ids[0] for t in things["b"])),
            [pairs.shown(things[v], seen[v]) for v in rng.sample(("wrong", "a"), 2)],
            item,
        )
    item = traces.about_scene(task, things["a"], rng)
    while task == "ground" and item.region != cropped:
        item = traces.about_scene(task, things["a"], rng)
    query = pairs.ask(item, seen["a"])
    if task == "ground":
        return Pair(task, query, pairs.shown(things["crop"], seen["crop"]), ("crop", things["crop"][0].ids), [], item)
    answer = item.answer
    if task == "category":
        return Pair(task, query, plain(answer), ("text", answer), [], item)
    others = [Sequence(None, list(t.ids), []) for t in rng.sample(things["a"], 1) if t is not answer]
    return Pair(task, query, Sequence(None, list(answer.ids), []), ("text", answer.name), others, item)
