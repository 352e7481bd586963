"""Closed-book questions from WordNet: half of a noun's definition asks for it, the other half is the passage to be found.

"What is this: the capital and largest city of France?" is to find "Paris: international center of culture and commerce". Whoever
knows the answer finds the passage; the question's words are not in it.
"""

import random
import re
from dataclasses import dataclass

from pico import wordnet

SEED = 20261128
VALIDATION, TEST = 300, 400
CONTENT = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True)
class Question:
    text: str
    answer: str
    kind: str  # the answer's hypernym
    asked: str  # the half of the definition that the question tells
    passage: str


def words(text: str) -> set[str]:
    return set(CONTENT.findall(text.lower()))


def ask(half: str, hypernym: str, chance: random.Random) -> str:
    """The half of a definition as a question, in one of the forms in which people ask."""
    half = re.sub(r"^(a|an|the) ", "", half) if chance.random() < 0.3 else half
    forms = [
        f"What is the name of this {hypernym}: {half}?",
        f"Which {hypernym} is {half}?",
        f"What do you call {half}?",
        f"What is {half} called?",
        f"{hypernym}: {half}",
        f"{half}",
    ]
    question = chance.choice(forms)
    return question[0].upper() + question[1:]


def split(definition: str, chance: random.Random) -> tuple[str, str] | None:
    """The two halves of a definition, in random order; None where it does not fall in two."""
    clean = re.sub(r"\([^)]*\)", "", definition)
    clean = re.sub(r"\s+", " ", clean).strip(" ;,")
    parts = [p.strip(" ,;") for p in re.split(r"; (?:and )?|, and |, which | and is | that is ", clean)]
    parts = [p for p in parts if len(p.split()) >= 3]
    if len(parts) < 2:
        return None
    cut = chance.randrange(1, len(parts))
    halves = ["; ".join(parts[:cut]), "; ".join(parts[cut:])]
    if chance.random() < 0.5:
        halves.reverse()
    return halves[0], halves[1]


def frequency() -> dict[str, int]:
    """How often a sense is tagged in WordNet's index: 'lemma' → number of tagged senses."""
    table = {}
    for line in (wordnet.DICT / "index.noun").read_text().splitlines():
        if line.startswith("  "):
            continue
        fields = line.split()
        synsets = int(fields[2])
        table[fields[0].replace("_", " ")] = int(fields[-synsets - 1])
    return table


def questions() -> tuple[list[Question], list[Question], list[Question]]:
    """Training, validation and test questions; a noun is in one of the three. Known things come first: instances (people, places, works)
    and nouns whose senses are tagged in WordNet's texts."""
    chance = random.Random(SEED)
    tagged, found = frequency(), []
    for offset, synset in wordnet.synsets().items():
        name = synset.lemmas[0]
        if tagged.get(name.lower(), 0) == 0 and not name[0].isupper():
            continue
        halves = split(wordnet.definition(offset), chance)
        up = wordnet.hypernym_names(offset, 1)
        if not halves or not up:
            continue
        half, other = halves
        own = {w for lemma in synset.lemmas for w in words(lemma)}
        if own & words(half) or len(words(half) & words(other)) > 0:
            continue
        passage = f"{name}: {other}" if chance.random() < 0.5 else f"{other[0].upper()}{other[1:]}: {name}"
        found.append(Question(ask(half, up[0], chance), name, up[0], half, passage))
    chance.shuffle(found)
    return found[VALIDATION + TEST :], found[:VALIDATION], found[VALIDATION : VALIDATION + TEST]
