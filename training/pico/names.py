"""The names pico can recognise: pictograms (emojibase) and photo classes (ImageNet), with their kinds and glosses."""

import json
import random
import re
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from . import wordnet
from .paths import NODE_MODULES, work

GROUPS = range(3, 8)  # animals and nature, food and drink, travel and places, activities, objects
SUBGROUP_KINDS = {
    "animal-mammal": "mammal dog",
    "animal-bird": "bird",
    "animal-amphibian": "amphibian",
    "animal-reptile": "reptile",
    "animal-marine": "fish mammal invertebrate creature",
    "animal-bug": "insect invertebrate",
    "plant-flower": "flower plant",
    "plant-other": "plant tree fungus",
    "food-fruit": "fruit",
    "food-vegetable": "vegetable fruit fungus",
    "food-prepared": "dish",
    "food-asian": "dish",
    "food-sweet": "dish invertebrate fish",
    "drink": "drink container",
    "dishware": "container tool",
    "place-building": "building structure",
    "place-geographic": "landform place",
    "place-religious": "building",
    "transport-ground": "vehicle",
    "transport-water": "boat",
    "transport-air": "aircraft vehicle",
    "clothing": "clothing",
    "sport": "equipment sport",
    "game": "toy sport equipment",
    "musical-instrument": "instrument",
    "sky-weather": "weather star",
    "tool": "tool weapon device",
    "household": "furniture device container tool structure",
    "light-video": "device",
    "computer": "device",
    "phone": "device",
    "book-paper": "document artifact",
    "writing": "tool",
    "office": "tool device",
    "science": "device",
    "medical": "device",
    "money": "artifact",
    "mail": "container artifact",
    "music": "device",
    "sound": "device",
    "lock": "device",
    "event": "artifact toy",
    "award-medal": "artifact",
    "place-other": "structure place",
    "hotel": "device",
}
HELD_OUT = 0.2  # share of names that occur in no training trace


@dataclass
class Name:
    """One thing that can be named. `hexcode` for pictograms, `photo` (class index) for photo classes, either may be absent."""

    name: str
    kind: str
    broad: str
    gloss: str
    hypernyms: list[str]
    hexcode: str | None = None
    photo: int | None = None
    held_out: bool = False


def _clean(label: str) -> str:
    return re.sub(r"\s+", " ", label.lower().replace("’", "'").replace("_", " ").strip())


def _sense(name: str, wanted: set[str]) -> int | None:
    """The first WordNet sense with a wanted kind, of the whole name or of its last word."""
    for lemma in (name, name.replace("-", " "), name.split()[-1], name.split()[0]):
        for offset in wordnet.index().get(lemma, ()):
            kind = wordnet.kind_of(offset)
            if kind and (not wanted or kind in wanted):
                return offset
    return None


def _named(name: str, offset: int | None, kind: str) -> Name:
    gloss = wordnet.definition(offset) if offset is not None else ""
    hypernyms = wordnet.hypernym_names(offset) if offset is not None else []
    return Name(name, kind, wordnet.BROAD[kind], gloss, hypernyms)


def pictograms() -> list[Name]:
    """Emoji of things (no faces, people, flags, clocks, moons and the like), with their emojibase names."""
    folder = NODE_MODULES / "emojibase-data" / "en"
    subgroups = {s["order"]: s["key"] for s in json.loads((folder / "messages.json").read_text())["subgroups"]}
    names = []
    for emoji in json.loads((folder / "data.json").read_text()):
        label = _clean(emoji["label"])
        subgroup = subgroups.get(emoji.get("subgroup"), "")
        if emoji.get("group") not in GROUPS or "-" in emoji["hexcode"].replace("-FE0F", "") or "time" == subgroup:
            continue
        if re.search(r"\bface\b|moon|o'clock|thirty|japanese|[^a-z0-9 '-]", label):
            continue
        wanted = SUBGROUP_KINDS.get(subgroup, "artifact").split()
        offset = _sense(label, set(wanted)) or _sense(label, set())
        kind = wordnet.kind_of(offset) if offset is not None and label in wordnet.index() else None
        name = _named(label, offset, kind or wanted[0])
        name.hexcode = emoji["hexcode"].replace("-FE0F", "")
        names.append(name)
    return names


def imagenet_info() -> Path:
    """The folder of class lists inside timm (only its data is used, so it is found without importing it)."""
    return Path(find_spec("timm").origin).parent / "data" / "_info"


def photo_classes() -> list[Name]:
    """The 1,000 ImageNet classes in the classifier's order, by their first lemma."""
    info = imagenet_info()
    lemmas = dict(line.split("\t") for line in (info / "imagenet_synset_to_lemma.txt").read_text().splitlines())
    glosses = dict(line.split("\t") for line in (info / "imagenet_synset_to_definition.txt").read_text().splitlines())
    names = []
    for position, wnid in enumerate((info / "imagenet_synsets.txt").read_text().split()):
        words = [_clean(w) for w in lemmas[wnid].split(",")]
        senses = {o for w in words for o in wordnet.index().get(w, ())}
        offset = max(
            sorted(senses),
            key=lambda o: (
                2 * (wordnet.definition(o) == glosses[wnid]) + len(set(words) & {_clean(x) for x in wordnet.synsets()[o].lemmas}) / 9
            ),
            default=None,
        )
        kind = (wordnet.kind_of(offset) if offset is not None else None) or "artifact"
        name = _named(words[0], offset, kind)
        name.gloss, name.photo = glosses[wnid], position
        names.append(name)
    return names


def build(pictures: list[Name], seed: int = 0) -> list[Name]:
    """Pictograms and photo classes as one list; a name that both have becomes one entry with the pictogram's kind."""
    names = {n.name: n for n in pictures}
    for photo in photo_classes():
        if photo.name in names and names[photo.name].photo is None:
            names[photo.name].photo = photo.photo
            names[photo.name].gloss = photo.gloss
        elif photo.name in names:  # two classes share a lemma (crane, maillot): the second gets its kind as well
            photo.name = f"{photo.name} {photo.hypernyms[0]}"
            names[photo.name] = photo
        else:
            names[photo.name] = photo
    rng = random.Random(seed)
    table = sorted(names.values(), key=lambda n: n.name)
    for name in table:
        name.held_out = rng.random() < HELD_OUT
    work("names.json").write_text(json.dumps([asdict(n) for n in table], indent=1))
    return table


@cache
def load() -> list[Name]:
    """The table of the data stage; a name's number is its index in it."""
    return [Name(**n) for n in json.loads(work("names.json").read_text())]


def photo_name_ids() -> list[int]:
    """Classifier output → name number."""
    table = {n.photo: i for i, n in enumerate(load()) if n.photo is not None}
    return [table[k] for k in range(1000)]


def noun_pool(seed: int = 0) -> tuple[list[Name], list[Name]]:
    """Further nouns for simulated scenes and for questions about kinds: (training, held out), without the names of `load()`."""
    taken = {n.name for n in load()}
    rng = random.Random(seed)
    by_kind: dict[str, list[Name]] = {}
    for lemma, senses in wordnet.index().items():
        synset = wordnet.synsets()[senses[0]]
        kind = wordnet.kind_of(senses[0])
        fits = synset.lexfile in wordnet.CONCRETE and lemma.replace(" ", "").isalpha() and len(lemma.split()) <= 2
        if kind and fits and lemma in synset.lemmas and lemma not in taken and 3 <= len(lemma) <= 20:
            by_kind.setdefault(kind, []).append(_named(lemma, senses[0], kind))
    train, never = [], []
    for pool in by_kind.values():
        rng.shuffle(pool)
        some = pool[:420]
        cut = max(1, len(some) // 15)
        never += some[:cut]
        train += some[cut:]
    return train, never
