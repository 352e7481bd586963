"""Finds which of the detector's objects captions mention, and how many of each."""

import re
from collections import deque
from functools import cache

from . import wordnet
from .labels import LABELS

# Senses of the labels in WordNet (lemma.sense; the first sense by default); all their hyponyms count as the label.
ANCHORS = {
    "airplane": "airplane.1", "motorcycle": "motorcycle.1", "bus": "bus.1 minibus.1", "train": "train.1 locomotive.1 streetcar.1",
    "truck": "truck.1 van.5", "boat": "boat.1 ship.1 sailing_vessel.1", "traffic light": "traffic_light.1", "fire hydrant": "fireplug.1",
    "stop sign": "", "parking meter": "parking_meter.1", "bench": "bench.1", "cow": "cattle.1 calf.1", "sheep": "sheep.1 lamb.1",
    "bear": "bear.1", "horse": "horse.1", "handbag": "bag.4 briefcase.1", "tie": "necktie.1", "suitcase": "bag.6 bag.7 baggage.1",
    "skis": "ski.1", "snowboard": "snowboard.1", "sports ball": "ball.1 soccer_ball.1", "kite": "kite.1 kite.3",
    "baseball bat": "baseball_bat.1", "baseball glove": "baseball_glove.1", "tennis racket": "racket.4 tennis_racket.1",
    "bottle": "bottle.1", "wine glass": "wineglass.1 goblet.1 champagne_glass.1", "cup": "cup.1 mug.4", "bowl": "bowl.1 bowl.3",
    "orange": "orange.1", "hot dog": "hotdog.1 hotdog.2 hot_dog.1", "donut": "doughnut.1", "cake": "cake.3 cupcake.1 birthday_cake.1",
    "potted plant": "houseplant.1", "dining table": "table.2", "toilet": "toilet.2", "tv": "television.2 television_receiver.1 monitor.4",
    "laptop": "laptop.1 portable_computer.1", "mouse": "", "remote": "remote_control.1", "keyboard": "computer_keyboard.1",
    "cell phone": "cellular_telephone.1", "oven": "oven.1 stove.1 stove.2", "book": "book.2", "clock": "clock.1", "vase": "vase.1",
    "teddy bear": "teddy.1", "hair drier": "hand_blower.1", "bird": "bird.1", "couch": "sofa.1", "bed": "bed.1",
}  # fmt: skip
WORDS = {  # words for which WordNet's order of senses misleads, or which it lacks
    "person": "people person guy guys kid kids toddler toddlers men women gentleman lady ladies teen teens baby babies adult "
    "adults couple family crowd audience player players rider riders skier skiers surfer surfers skateboarder "
    "skateboarders snowboarder batter catcher umpire pitcher pedestrian pedestrians worker workers student students "
    "musician musicians someone",
    "bicycle": "bike bikes bicycle bicycles",
    "motorcycle": "motorbike motorbikes motorcycles dirtbike scooter",
    "car": "suv taxi cab",
    "sports ball": "ball balls soccer football volleyball basketball baseball tennis",
    "tennis racket": "racket racquet rackets",
    "baseball bat": "bat",
    "skis": "skis ski skiing skier skiers",
    "snowboard": "snowboard snowboarder snowboarding",
    "skateboard": "skateboard skateboards skateboarder skateboarders skateboarding",
    "surfboard": "surfboard surfboards surfer surfers surfing",
    "frisbee": "frisbee frisbees",
    "kite": "kites",
    "dining table": "table tables",
    "tv": "tv tvs television",
    "toilet": "toilet toilets",
    "cake": "cake cakes",
    "knife": "knife knives",
    "cell phone": "phone cellphone cellphones phones",
    "laptop": "computer laptop laptops computers",
    "mouse": "",
    "couch": "couch sofa",
    "donut": "donut donuts",
    "stop sign": "",
    "airplane": "plane planes jet jets",
    "baseball glove": "mitt glove",
    "wine glass": "wine",
    "potted plant": "houseplant",
    "book": "book books",
    "bus": "buses",
    "sheep": "sheep",
    "broccoli": "broccoli",
    "handbag": "purse handbag",
    "hot dog": "hotdog",
    "sandwich": "burger hamburger",
}
PHRASES = {
    "hot dog": "hot dog",
    "hot dogs": "hot dog",
    "stop sign": "stop sign",
    "stop signs": "stop sign",
    "traffic light": "traffic light",
    "traffic lights": "traffic light",
    "traffic signal": "traffic light",
    "fire hydrant": "fire hydrant",
    "fire hydrants": "fire hydrant",
    "parking meter": "parking meter",
    "parking meters": "parking meter",
    "cell phone": "cell phone",
    "cell phones": "cell phone",
    "wine glass": "wine glass",
    "wine glasses": "wine glass",
    "teddy bear": "teddy bear",
    "teddy bears": "teddy bear",
    "baseball bat": "baseball bat",
    "baseball bats": "baseball bat",
    "baseball glove": "baseball glove",
    "baseball gloves": "baseball glove",
    "tennis racket": "tennis racket",
    "tennis rackets": "tennis racket",
    "tennis ball": "sports ball",
    "soccer ball": "sports ball",
    "stuffed animal": "teddy bear",
    "stuffed bear": "teddy bear",
    "potted plant": "potted plant",
    "potted plants": "potted plant",
    "computer mouse": "mouse",
    "remote control": "remote",
    "bow tie": "tie",
    "mountain bike": "bicycle",
    "dirt bike": "motorcycle",
    "hot tub": "",
    "dining table": "dining table",
    "fire truck": "truck",
    "pool table": "",
    "police officer": "person",
    "hard hat": "",
    "tank top": "",
}
NOT = set(
    "african american asian back bar bit black blond blonde bottom bunch can console counter cross delicious "
    "electric entire form front gloves launch light lights line lot lower mark model native orange pair piece range "
    "seat set side stage stand top train's upper warm white".split()
)
NUMBERS = {w: n for n, w in enumerate("a two three four five six seven eight nine ten".split(), 1)} | {
    "an": 1, "one": 1, "another": 1, "both": 2, "couple": 2, "pair": 2, "several": 4, "few": 3, "some": 3, "many": 6, "group": 5,
    "crowd": 8,
    "bunch": 5, "line": 4, "row": 4, "multiple": 4, "various": 4, "lots": 6, "herd": 6, "flock": 6, "team": 5, "family": 4,
}  # fmt: skip


@cache
def anchors() -> dict[int, str]:
    found = {}
    for label in LABELS:
        for name in ANCHORS.get(label, label.replace(" ", "_") + ".1").split():
            lemma, sense = name.rsplit(".", 1)
            senses = wordnet.index().get(lemma.replace("_", " "), ())
            if int(sense) <= len(senses):
                found[senses[int(sense) - 1]] = label
    return found


@cache
def singular(word: str) -> str:
    for end, put in (("ies", "y"), ("ves", "f"), ("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", "")):
        if word.endswith(end) and word[: -len(end)] + put in wordnet.index() and not word.endswith("ss"):
            return word[: -len(end)] + put
    return word


@cache
def label_of(word: str) -> str | None:
    """The label that a noun belongs to, or None."""
    if word in (table := _words()):
        return table[word]
    lemma = word if word in wordnet.index() and singular(word) == word else singular(word)
    if lemma in NOT or lemma not in wordnet.index():
        return None
    for sense in wordnet.index()[lemma][:1]:
        queue, seen = deque([sense]), {sense}
        while queue:
            at = queue.popleft()
            if at in anchors():
                return anchors()[at]
            for up in wordnet.synsets()[at].hypernyms:
                if up not in seen:
                    seen.add(up)
                    queue.append(up)
    return None


@cache
def _words() -> dict[str, str]:
    return {w: label for label, words in WORDS.items() for w in words.split()}


def words(caption: str) -> list[str]:
    return re.findall(r"[a-z]+(?:'[a-z]+)?(?:-[a-z]+)*|\d+", caption.lower())


def mentions(caption: str) -> dict[str, int]:
    """Label → minimum count; mentions of one label are added up (a man and a woman are two persons)."""
    found: dict[str, int] = {}
    tokens, i, number = words(caption), 0, None
    since = 9
    while i < len(tokens):
        pair = " ".join(tokens[i : i + 2])
        if pair in PHRASES:
            label, size, word = PHRASES[pair] or None, 2, tokens[i + 1]
        else:
            label, size, word = label_of(tokens[i]), 1, tokens[i]
        if word in NUMBERS and not label:
            number, since = max(NUMBERS[word], number or 1) if since < 3 else NUMBERS[word], 0
        if label:
            plural = singular(word) != word or word in ("people", "men", "women", "ladies", "sheep")
            count = number if number and since < 5 else None
            n = max(count or 2, 2) if plural else (NUMBERS.get(word, 1) if word in NUMBERS else 1)
            found[label] = found.get(label, 0) + n
            number, since = None, 9
        i += size
        since += size
    return found


def scene(captions: list[str]) -> dict[str, tuple[int, int]]:
    """Label → (number of captions that mention it, median of the counts they give)."""
    told = [mentions(c) for c in captions]
    found = {}
    for label in sorted({k for m in told for k in m}):
        numbers = sorted(m[label] for m in told if label in m)
        found[label] = (len(numbers), numbers[len(numbers) // 2])
    return found
