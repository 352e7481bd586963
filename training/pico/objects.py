"""Objects as visual tokens: the reasoner's input for a detection (name, kind, count, place, size)."""

from functools import cache

import torch

from . import tokens, wordnet
from .batches import KIND, TOP, Seen
from .labels import LABELS, Object
from .minilm import WIDTH

LEAST = 0.2  # lowest score of an object that becomes a token
MOST, PER_LABEL = 12, 4  # maximum number of tokens per picture, and per name
SAME = 0.8  # intersection over union from which two boxes are around one thing
Box = tuple[float, float, float, float]
NUMBERS = ["one", "two", "three", "four", "many"]  # the count of a name, encoded in each of its tokens from two on
PLACES = ["left", "right", "top", "bottom", "small", "large"]
COUNT, PLACE = 0.5, 0.3  # weights of the word vectors of count, place and size relative to the name's
KINDS = {  # kind (of `wordnet.KINDS`) → labels
    "person": "person",
    "vehicle": "bicycle,car,motorcycle,bus,train,truck",
    "aircraft": "airplane",
    "boat": "boat",
    "device": "traffic light,parking meter,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,refrigerator,clock,hair drier",
    "structure": "fire hydrant,stop sign",
    "furniture": "bench,chair,couch,bed,dining table,toilet,sink",
    "bird": "bird",
    "mammal": "cat,horse,sheep,cow,elephant,bear,zebra,giraffe",
    "dog": "dog",
    "container": "backpack,handbag,suitcase,bottle,wine glass,cup,bowl,vase",
    "clothing": "tie",
    "equipment": "frisbee,skis,snowboard,sports ball,baseball bat,baseball glove,skateboard,surfboard,tennis racket",
    "toy": "kite,teddy bear",
    "tool": "umbrella,fork,knife,spoon,scissors,toothbrush",
    "fruit": "banana,apple,orange",
    "vegetable": "broccoli,carrot",
    "dish": "sandwich,hot dog,pizza,donut,cake",
    "plant": "potted plant",
    "document": "book",
}
SORTS = {  # what people call kinds of these things → labels, beside what `KINDS` and its broader kinds call them
    "vehicle": "airplane,boat",
    "mammal": "dog",
    "vessel": "boat",
    "wildlife": "elephant,bear,zebra,giraffe",
    "pet": "cat,dog",
    "snack": "sandwich,hot dog,donut",
    "dessert": "cake,donut",
    "appliance": "microwave,oven,toaster,refrigerator,hair drier",
    "electronics": "tv,laptop,mouse,remote,keyboard,cell phone",
    "kitchenware": "bottle,wine glass,cup,fork,knife,spoon,bowl",
    "cutlery": "fork,knife,spoon",
    "sports equipment": "frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket",
    "accessory": "backpack,umbrella,handbag,tie,suitcase",
    "luggage": "backpack,handbag,suitcase",
    "bag": "backpack,handbag,suitcase",
    "fixture": "toilet,sink",
    "household item": "book,clock,vase,scissors,teddy bear,toothbrush",
    "outdoor object": "traffic light,fire hydrant,stop sign,parking meter,bench",
    "sign": "stop sign",
}
WORDS = {  # label → other words for it that questions use, and plurals that no rule gives
    "person": "people,man,men,woman,women,boy,girl,child,children,kid,baby,toddler,guy,lady,gentleman,human,human being,somebody,someone,"
    "adult,teenager,player,rider,skier,surfer,skateboarder,snowboarder,pedestrian,passenger,driver,batter,catcher,pitcher,worker,student",
    "bicycle": "bike,cycle",
    "car": "automobile,auto,taxi,cab,sedan,suv",
    "motorcycle": "motorbike,moped,scooter",
    "airplane": "aeroplane,plane,jet,airliner,aircraft",
    "bus": "coach,minibus",
    "train": "locomotive,tram",
    "truck": "lorry,van,pickup",
    "boat": "ship,sailboat,sailing boat,yacht,canoe,vessel",
    "traffic light": "traffic signal,stoplight",
    "fire hydrant": "hydrant",
    "bird": "duck,pigeon,seagull,gull,goose,geese",
    "cat": "kitten,kitty",
    "dog": "puppy,doggy",
    "horse": "pony,foal",
    "sheep": "lamb",
    "cow": "cattle,calf,bull,ox,oxen",
    "backpack": "rucksack",
    "umbrella": "parasol",
    "handbag": "purse",
    "tie": "necktie",
    "suitcase": "suit case,trunk",
    "frisbee": "flying disc",
    "skis": "ski",
    "sports ball": "ball,football,soccer ball,basketball,baseball,tennis ball",
    "baseball bat": "bat",
    "baseball glove": "glove,mitt",
    "tennis racket": "racket,racquet,tennis racquet",
    "wine glass": "wineglass,glass",
    "cup": "mug,tumbler",
    "knife": "knives",
    "sandwich": "burger,hamburger",
    "hot dog": "hotdog",
    "donut": "doughnut",
    "couch": "sofa,settee",
    "chair": "armchair,seat",
    "potted plant": "houseplant,pot plant,plant",
    "dining table": "table,desk",
    "toilet": "lavatory",
    "tv": "television,tv set,television set,monitor,screen",
    "laptop": "computer,notebook computer,laptop computer",
    "mouse": "computer mouse,mice",
    "remote": "remote control",
    "cell phone": "cellphone,phone,mobile phone,mobile,smartphone,telephone",
    "oven": "stove,cooker",
    "refrigerator": "fridge",
    "sink": "washbasin,basin",
    "scissors": "pair of scissors",
    "teddy bear": "teddy,stuffed animal,stuffed bear,soft toy",
    "hair drier": "hair dryer,hairdryer",
}


@cache
def label_tokens() -> torch.Tensor:
    return torch.tensor([tokens.token(label) for label in LABELS])


@cache
def label_kinds() -> list[str]:
    """The kind of each label."""
    kind = {label: k for k, labels in KINDS.items() for label in labels.split(",")}
    return [kind[label] for label in LABELS]


def told_kinds(label: str) -> list[str]:
    """What kind of thing a label is: as the reasoner writes it, the broader kind, and what else people call it."""
    kind = label_kinds()[LABELS.index(label)]
    sorts = [sort for sort, labels in SORTS.items() if label in labels.split(",")]
    return [k for k in dict.fromkeys([kind, wordnet.BROAD[kind], *sorts]) if k != label] or [kind]


@cache
def word_vectors(*words: str) -> torch.Tensor:
    return tokens.embeddings()[[tokens.token(w) for w in words]]


@cache
def label_features() -> torch.Tensor:
    """[labels, WIDTH]: the kind's word vector."""
    return KIND * word_vectors(*label_kinds())


def told(objects: list[Object]) -> list[Object]:
    """The objects that become tokens, highest score first."""
    kept: list[Object] = []
    for o in sorted(objects, key=lambda o: -o.score):
        if o.score >= LEAST and sum(k.label == o.label for k in kept) < PER_LABEL:
            kept.append(o)
    return kept[:MOST]


def without_doubles(objects: list[Object]) -> list[Object]:
    """A detector may see one thing as two kinds (a cat, and a dog in the same place): the likelier stays, likeliest first."""
    kept: list[Object] = []
    for o in sorted(objects, key=lambda o: -o.score):
        if all(overlap(k.box, o.box) <= SAME for k in kept):
            kept.append(o)
    return kept


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    w, h = (max(0.0, min(a[i] + a[i + 2], b[i] + b[i + 2]) - max(a[i], b[i])) for i in (0, 1))
    either = a[2] * a[3] + b[2] * b[3] - w * h
    return w * h / either if either > 0 else 0.0


def counts(objects: list[Object]) -> dict[int, int]:
    """Label → number of objects with at least LEAST, highest score first."""
    found: dict[int, int] = {}
    for o in sorted(objects, key=lambda o: -o.score):
        if o.score >= LEAST:
            found[o.label] = found.get(o.label, 0) + 1
    return found


def rows(objects: list[Object]) -> Seen:
    """Candidate ids and probabilities [n, TOP] and features [n, WIDTH] of the objects that become tokens."""
    kept, number = told(objects), counts(objects)
    n = len(kept)
    ids, probs = torch.zeros((n, TOP), dtype=torch.long), torch.zeros((n, TOP))
    if not n:
        return Seen(ids, probs, torch.zeros((0, WIDTH)))
    labels = torch.tensor([o.label for o in kept])
    box = torch.tensor([o.box for o in kept], dtype=torch.float32)
    ids[:, 0], probs[:, 0] = label_tokens()[labels], torch.tensor([o.score for o in kept], dtype=torch.float32).sqrt()
    many = torch.tensor([min(number[o.label], len(NUMBERS)) for o in kept])
    x, y = 2 * (box[:, 0] + box[:, 2] / 2) - 1, 2 * (box[:, 1] + box[:, 3] / 2) - 1
    size = (box[:, 2] * box[:, 3]).sqrt()
    weights = torch.stack([(-x).relu(), x.relu(), (-y).relu(), y.relu(), 1 - size, size], 1)
    features = label_features()[labels] + PLACE * weights @ word_vectors(*PLACES)
    features = features + COUNT * (many > 1)[:, None] * word_vectors(*NUMBERS)[many - 1]
    return Seen(ids, probs, features)


def with_objects(seen: Seen, objects: list[Object]) -> Seen:
    """Appends objects to the outputs of the classifier and the pictogram branch."""
    more = rows(objects)
    return Seen(*(torch.cat(pair) for pair in ((seen.ids, more.ids), (seen.probs, more.probs), (seen.features, more.features))))
