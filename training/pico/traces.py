"""Questions about scenes and texts, with the teacher's traces: what an ideal reasoner, which knows the scene, would write.

A text is a list of parts: strings, and token ids of names (which may be nouns outside the tokenizer's vocabulary). In a trace every
step follows from earlier ones: `name place name ;` for each thing, then the steps, then the answer. Both forms have the same final
statement; in `full` the list of visible things precedes it.
"""

import random
from dataclasses import dataclass, field

from . import tokens, wordnet

PLACES = ["northwest", "northeast", "southwest", "southeast"]
CORNERS = [
    ["northwest", "top left", "upper left"],
    ["northeast", "top right", "upper right"],
    ["southwest", "bottom left", "lower left"],
    ["southeast", "bottom right", "lower right"],
]
RELATIONS = {
    "left": {1: 0, 3: 2},
    "right": {0: 1, 2: 3},
    "above": {2: 0, 3: 1},
    "below": {0: 2, 1: 3},
    "diagonal": {0: 3, 1: 2, 2: 1, 3: 0},
}
PHRASES = {
    "left": ["left of", "to the left of", "on the left of"],
    "right": ["right of", "to the right of", "on the right of"],
    "above": ["above", "over", "on top of"],
    "below": ["below", "under", "beneath"],
    "diagonal": ["diagonal to", "diagonally opposite", "diagonally across from"],
}
ASK = ["what is {rel} the {x} ?", "which thing is {rel} the {x} ?", "name the thing {rel} the {x}", "what do you see {rel} the {x} ?"]
FIND = ["the thing {rel} the {x}", "find the thing {rel} the {x}", "show the part of the picture {rel} the {x}"]
FIND_NAMED = ["the {x}", "find the {x}", "show the part of the picture with the {x}"]
KIND = ["what kind of thing is in the {p} corner ?", "what kind of thing is at the {p} ?", "name the kind of thing in the {p}"]
CHANGE = ["the same but with a {y} instead of the {x}", "replace the {x} with a {y}", "the {x} becomes a {y}", "swap the {x} for a {y}"]
CHANGE_RELATED = [
    "the same but with a {y} {rel} the {x}",
    "replace what is {rel} the {x} with a {y}",
    "the thing {rel} the {x} becomes a {y}",
    "swap the thing {rel} the {x} for a {y}",
]
DESCRIBE = ["", "", "describe the picture", "what is in the picture ?"]
KIND_OF = ["what kind of thing is a {x} ?", "what kind of thing is {x} ?", "{x}", "name the kind of {x}"]
CHANGES = ("composed", "related")  # tasks whose target is a changed picture
CHANGED = ["find the changed picture", "find a picture like this with the change"]
INSTRUCTIONS = {
    "qa": ["answer the question", "find the answer to the question"],
    "ground": ["find the part of the picture", "which crop is meant ?"],
    "category": ["answer the question", "name the category"],
    **dict.fromkeys(CHANGES, CHANGED),
    "describe": ["represent the picture", "find a caption for the picture"],
}


@dataclass(frozen=True)
class Thing:
    """A thing with a name: its token ids and its kinds."""

    ids: tuple[int, ...]
    name: str
    kind: str
    broad: str


Parts = list[str | Thing]


@dataclass
class Item:
    """One question. `prompt` excludes the image; `think` and `final` are the teacher's; `answer` is the expected answer."""

    task: str
    prompt: Parts
    think: Parts
    final: Parts
    answer: Thing | str | None = None
    change: tuple[int, Thing] | None = None
    region: int | None = None
    extra: dict = field(default_factory=dict)


def fill(template: str, **things: str | Thing) -> Parts:
    """'the {x}' → parts."""
    parts: Parts = []
    for piece in template.replace("}", "{").split("{"):
        if piece in things:
            parts.append(things[piece])
        elif piece.strip():
            parts.append(piece.strip())
    return parts


def to_ids(parts: Parts) -> list[int]:
    out: list[int] = []
    for part in parts:
        out.extend(part.ids if isinstance(part, Thing) else _encoded(part))
    return out


_memo: dict[str, list[int]] = {}


def _encoded(text: str) -> list[int]:
    if text not in _memo:
        _memo[text] = tokens.encode(text)
    return _memo[text]


def to_text(parts: Parts) -> str:
    return " ".join(p.name if isinstance(p, Thing) else p for p in parts)


def listing(things: list[Thing]) -> Parts:
    places = PLACES if len(things) == 4 else ["whole"]
    return [part for thing, place in zip(things, places, strict=True) for part in (thing, place, thing, ";")]


def described(things: list[Thing]) -> Parts:
    return [part for thing in things for part in (thing, ",")][:-1]


def kinds(thing: Thing) -> Parts:
    return [thing, ":", thing.kind, ",", thing.broad]


def _instruction(task: str, rng: random.Random) -> Parts:
    return [rng.choice(INSTRUCTIONS[task])] if rng.random() < 0.4 else []


def about_scene(task: str, things: list[Thing], rng: random.Random, replacement: Thing | None = None, at: int | None = None) -> Item:
    """A question about four things, or about a picture of one thing.

    The changes, `composed` (of a named thing) and `related` (of the thing in a relation to a named one), need the new thing
    (`replacement`) and its place (`at`).
    """
    seen = listing(things)
    instruction = _instruction(task, rng)
    if task == "describe" and len(things) == 1:
        return Item(task, instruction + fill(rng.choice(DESCRIBE)), seen, kinds(things[0]), things[0])
    if task == "describe":
        return Item(task, instruction + fill(rng.choice(DESCRIBE)), seen, described(things))
    if task == "category":
        p = rng.randrange(4)
        prompt = fill(rng.choice(KIND), p=rng.choice(CORNERS[p]))
        return Item(task, instruction + prompt, seen, [PLACES[p], *kinds(things[p])], things[p].kind, region=p)
    # The answer to a change ends with a description of the changed scene.
    after = described([*things[:at], replacement, *things[at + 1 :]]) if replacement else []
    if task == "composed":
        x, y = things[at], replacement
        prompt = fill(rng.choice(CHANGE), x=x, y=y)
        return Item(task, instruction + prompt, seen, [x, PLACES[at], ":", y, PLACES[at], ";", *after], y, change=(at, y), region=at)
    if task == "related":
        relation, p = rng.choice([(r, p) for r, ways in RELATIONS.items() for p, q in ways.items() if q == at])
        x, y = things[p], replacement
        prompt = fill(rng.choice(CHANGE_RELATED), rel=rng.choice(PHRASES[relation]), x=x, y=y)
        changed: Parts = [x, PLACES[p], ",", relation, PLACES[at], things[at], ":", y, PLACES[at], ";", *after]
        return Item(task, instruction + prompt, seen, changed, y, change=(at, y), region=at)
    if task == "ground" and rng.random() < 0.3:
        p = rng.randrange(4)
        return Item(
            task, instruction + fill(rng.choice(FIND_NAMED), x=things[p]), seen, [things[p], PLACES[p], ":", things[p]], things[p], region=p
        )
    relation = rng.choice(list(RELATIONS))
    p = rng.choice(list(RELATIONS[relation]))
    q = RELATIONS[relation][p]
    prompt = fill(rng.choice(ASK if task == "qa" else FIND), rel=rng.choice(PHRASES[relation]), x=things[p])
    final: Parts = [things[p], PLACES[p], ",", relation, PLACES[q], ":", things[q]]
    return Item(task, instruction + prompt, seen, final, things[q], region=q)


def about_noun(thing: Thing, rng: random.Random) -> Item:
    return Item("kind", fill(rng.choice(KIND_OF), x=thing), [thing, ";"], kinds(thing), thing.kind)


def about_text(ids: list[int], nouns: list[Thing]) -> Item:
    """A sentence, given by its ids; the trace names the things in it and their kinds."""
    think: Parts = [part for n in nouns for part in (n, ":", n.kind, ";")]
    final: Parts = [part for n in nouns for part in (n, ",")][:-1]
    return Item("text", [Thing(tuple(ids), "", "", "")], think, final)


def written(item: Item, form: str) -> Parts:
    """The whole trace in the form `full` or `answer`, without the end token."""
    thought: Parts = [tokens.THINK, *item.think] if form == "full" else []
    return [*thought, tokens.ENDTHINK, *item.final]


def function_words() -> list[int]:
    """Token ids that a trace can contain apart from copied ones: the output vocabulary."""
    words = [*PLACES, "whole", *RELATIONS, *(k for k, _, _ in wordnet.KINDS), *wordnet.BROAD.values(), ",", ":", ";"]
    return sorted({tokens.token(w) for w in words} | {tokens.token(tokens.ENDTHINK), tokens.token("[SEP]")})
