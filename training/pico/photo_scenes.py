"""Simulated photographs: captions (../shared/data/captions, text only) and what the vision encoders would output for such a picture.

The outputs follow the measured noise model (`noise.json`): things that captions mention are detected, missed or miscounted, others are
invented, and the classifier outputs names that are similar to the captions. No picture is involved.
"""

import json
import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from . import batches, caption_parse, names, noise, objects, pairs, tokens
from .backbones import REGIONS
from .batches import TOP, Seen
from .labels import LABELS, Object
from .paths import SHARED, work

SHARE = 0.6  # weight of a single thing's similarities in those of the whole scene
SCENES, EVERY = 9000, 29000  # those with the rarest things; all
SINGLE, PLACED = 0.15, 0.2  # shares of photographs of one thing, and of invented scenes
ITSELF = 0.35  # added to MiniLM's similarity between a single thing and its own name
SWAPPED = {"animal": 0.6, "vehicle": 0.35, "food": 0.6, "kitchen": 0.2, "electronic": 0.3, "furniture": 0.2}
FOUND_AT = {  # scenes that are rare in the captions: places at which objects of the detector's classes occur together
    "a kitchen": "oven,sink,refrigerator,microwave,bowl,bottle,cup,dining table,knife,toaster",
    "a bathroom": "toilet,sink,toothbrush,bottle,hair drier",
    "a living room": "couch,tv,chair,potted plant,book,remote,vase,clock,cat,dog,dining table,teddy bear",
    "a bedroom": "bed,book,chair,teddy bear,clock,laptop,cat,tv",
    "a desk": "laptop,keyboard,mouse,cell phone,cup,book,tv,chair,bottle,potted plant",
    "a dining table": "pizza,wine glass,fork,knife,cup,bowl,cake,sandwich,bottle,spoon,chair,person,donut",
    "a plate of food": "broccoli,carrot,sandwich,hot dog,fork,orange,banana,apple,cake,cup,pizza,donut,spoon",
    "a street": "car,bus,truck,traffic light,stop sign,person,bicycle,motorcycle,parking meter,fire hydrant,bench,umbrella,backpack",
    "a field": "cow,sheep,horse,giraffe,zebra,elephant,bird,bear,dog",
    "a zoo": "elephant,giraffe,zebra,bear,bird,person",
    "a harbor": "boat,person,bird,car,truck",
    "a railway station": "train,person,bench,suitcase,clock,backpack,traffic light",
    "an airport": "airplane,truck,person,suitcase,bus,car",
    "a park": "bench,frisbee,dog,person,kite,bird,bicycle,potted plant,umbrella",
    "a beach": "surfboard,person,umbrella,kite,boat,chair,dog,bird",
    "a baseball field": "baseball bat,baseball glove,sports ball,person,bench",
    "a tennis court": "tennis racket,sports ball,person,chair",
    "a snowy slope": "skis,snowboard,person,backpack",
    "a market": "banana,apple,orange,carrot,broccoli,person,handbag,umbrella,truck",
    "a shelf": "vase,book,clock,teddy bear,scissors,potted plant,bottle,cup,bowl",
}
FORMS = [
    "{place} with {things}",
    "{things} in {place}",
    "{things} at {place}",
    "{things}",
    "a view of {place} with {things}",
    "there are {things} in {place}",
]


@dataclass
class Photograph:
    """`told`: label → (captions that mention it, count); `near` [1000]: similarity of the captions to the classifier's names."""

    key: tuple
    captions: list[str]
    told: dict[str, tuple[int, int]]
    near: torch.Tensor


@cache
def figures(measured: Path = noise.OUT) -> dict:
    return json.loads(measured.read_text())


def clean(caption: str) -> str:
    """Undoes the corpus's tokenisation and entities, to get text as people type it."""
    caption = caption.replace("&apos;", "'").replace("&quot;", '"').replace("&amp;", "&")
    return re.sub(r" ([.,!?'])", r"\1", caption).strip(" .").strip()


@cache
def corpus(name: str = "train", most: int = SCENES) -> tuple[list[list[str]], list[dict], torch.Tensor]:
    """Captions, their mentions, and mean vectors [n, 384]; scenes with rare things come first, so that they are among `most`."""
    path = work(f"photo-scenes-{name}.pt" if most == SCENES else f"photo-scenes-{name}-{most}.pt")
    if not path.exists():
        lines = (SHARED / "data" / "captions" / f"flickr30k-{name}.tsv").read_text().splitlines()
        captions = [[clean(c) for c in line.split("\t")] for line in lines]
        told = [caption_parse.scene(c) for c in captions]
        count = {label: sum(label in t for t in told) for label in LABELS}
        rng = random.Random(0)
        rarity = [min([count[x] for x in t] or [len(told)]) * rng.uniform(0.3, 1) for t in told]
        chosen = sorted(range(len(told)), key=lambda i: rarity[i])[:most]
        rng.shuffle(chosen)
        vectors = noise.vectors([c for i in chosen for c in captions[i][:2]]).view(len(chosen), 2, -1)
        mean = F.normalize(vectors.mean(1), dim=-1).half()
        torch.save(([captions[i] for i in chosen], [told[i] for i in chosen], mean), path)
    captions, told, mean = torch.load(path, weights_only=False)
    return captions, told, mean.float()


@cache
def name_vectors() -> torch.Tensor:
    """MiniLM's vectors of the classifier's names [1000, 384], followed by those of the labels [80, 384]."""
    path = work("name-vectors.pt")
    if not path.exists():
        table = names.load()
        torch.save(noise.vectors([table[n].name for n in names.photo_name_ids()] + LABELS), path)
    return torch.load(path, weights_only=True)


@cache
def class_tokens() -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and kind numbers of the classifier's names."""
    numbers = torch.tensor(names.photo_name_ids())
    return tokens.name_tokens()[numbers], batches.kinds_of_names()[numbers]


@cache
def priors(measured: Path = noise.OUT) -> dict[str, tuple[float, torch.Tensor]]:
    """For the whole picture and its parts: the weight of similarity, and the log-prior of each name."""
    kinds, made = class_tokens()[1], {}
    for part in ("whole", "part"):
        told = figures(measured)["classifier"][part]
        made[part] = told["beta"], torch.tensor([told["prior"][k] for k in batches.kind_numbers()])[kinds]
    return made


def plural_of(label: str, n: int) -> str:
    if n == 1:
        return ("an " if label[0] in "aeiou" else "a ") + label
    words = {"person": "people", "sheep": "sheep", "skis": "skis", "scissors": "scissors", "knife": "knives", "broccoli": "broccoli"}
    ending = "es" if label.endswith(("s", "sh", "ch", "x")) else "s"
    number = objects.NUMBERS[min(n, 5) - 1] if n < 5 else random.choice(["many", "several"])
    return f"{number} {words.get(label, label + ending)}"


class Photographs:
    """Draws photographs: from captions, from captions with one thing replaced by another of its group, or from things of one place.

    `most`: how many of the scenes, rarest things first; `measured`: the file of how the encoders err.
    """

    def __init__(self, rng: random.Random, name: str = "train", most: int = SCENES, measured: Path = noise.OUT) -> None:
        self.rng, self.measured = rng, measured
        self.noise = np.random.default_rng(rng.randrange(2**31))
        self.torch = torch.Generator().manual_seed(rng.randrange(2**31))
        self.captions, self.told, self.mean = corpus(name, most)
        self.near = self.mean @ name_vectors()[:1000].T
        self.labels = name_vectors()[1000:] @ name_vectors()[:1000].T  # [80, 1000]

    def draw(self) -> Photograph:
        luck = self.rng.random()
        if luck < SINGLE:
            return self.single()
        if luck < SINGLE + PLACED:
            return self.placed()
        i = self.rng.randrange(len(self.told))
        photo = Photograph(("photo", i), self.captions[i], self.told[i], self.near[i])
        return self.swapped(photo, i)

    def swapped(self, photo: Photograph, i: int) -> Photograph:
        """Replaces one thing in the captions by another of its group, with some probability."""
        for label in photo.told:
            group = noise.group_of(LABELS.index(label))
            if self.rng.random() >= SWAPPED.get(group, 0):
                continue
            others = [LABELS[k] for k in range(*noise.GROUPS[group]) if LABELS[k] not in photo.told]
            if not others:
                continue
            other = self.rng.choice(others)
            changed = [self.reworded(c, label, other) for c in photo.captions]
            told = {other if k == label else k: v for k, v in photo.told.items()}
            a, b = LABELS.index(label), LABELS.index(other)
            return Photograph((*photo.key, other), changed, told, self.near[i] + SHARE * (self.labels[b] - self.labels[a]))
        return photo

    def reworded(self, caption: str, label: str, other: str) -> str:
        def put(found: re.Match) -> str:
            word = found[0]
            if caption_parse.label_of(word.lower()) != label:
                return word
            return plural_of(other, 2).split(" ", 1)[1] if caption_parse.singular(word.lower()) != word.lower() else other

        return re.sub(r"[A-Za-z]+", put, caption)

    def placed(self) -> Photograph:
        """An invented scene: things that occur at the same place."""
        rng = self.rng
        place = rng.choice(list(FOUND_AT))
        things = FOUND_AT[place].split(",")
        weights = [1 / (1 + 0.4 * k) for k in range(len(things))]
        chosen: list[str] = []
        for _ in range(rng.choice((1, 2, 2, 3, 3, 4))):
            pick = rng.choices(things, weights)[0]
            if pick not in chosen:
                chosen.append(pick)
        number = {x: rng.choices((1, 2, 3, 6), (62, 20, 9, 9))[0] for x in chosen}
        captions, told = [], {}
        for _ in range(5):
            some = [x for x in chosen if rng.random() < 0.8] or chosen[:1]
            rng.shuffle(some)
            words = [plural_of(x, number[x]) for x in some]
            listed = words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
            captions.append(rng.choice(FORMS).format(place=place, things=listed))
            for x in some:
                told[x] = (told.get(x, (0, 0))[0] + 1, number[x])
        if place[2:] in LABELS:
            told.setdefault(place[2:], (4, 1))
        of = torch.tensor([LABELS.index(x) for x in chosen])
        near = 0.75 * self.labels[of].amax(0) + 0.15 * self.labels[of].mean(0)
        return Photograph(("placed", place, tuple(sorted(number.items()))), captions, told, near)

    def single(self) -> Photograph:
        """A photograph of one thing of the classifier's names, with the queries used for such pictures: name, gloss, kind."""
        number = self.rng.randrange(1000)
        name = names.load()[names.photo_name_ids()[number]]
        captions = [name.name, f"a photo of a {name.name}", pairs.without(name.gloss, name.name), *(name.hypernyms[:1] or [name.kind])]
        near = (name_vectors()[number] @ name_vectors()[:1000].T).clone()
        near[number] += ITSELF
        label = caption_parse.label_of(name.name.split()[-1])
        return Photograph(("single", number), [c for c in captions if c], {label: (5, 1)} if label else {}, near)

    def quantile(self, deciles: list[float]) -> float:
        return float(np.interp(self.noise.random(), noise.DECILES, deciles))

    def detections(self, photo: Photograph) -> list[Object]:
        """The detector's simulated output."""
        model, rng, found = figures(self.measured), self.rng, []
        for label, name in enumerate(LABELS):
            group = noise.group_of(label)
            if name in photo.told:
                captions, number = photo.told[name]
                chance, key, kind = model["seen"][group][captions > noise.TOLD[0]], str(min(number, 4)), "mentioned"
            else:
                chance, key, kind = model["also"][name], "0", "also"
            if rng.random() >= chance:
                continue
            count = rng.choices(range(1, 7), model["numbers"][key])[0]
            best = self.quantile(model["scores"][kind])
            scores = [best, *(best * self.quantile(model["falls"]) for _ in range(count - 1))]
            shape = model["boxes"][group]
            for score in scores:
                x, y, w, h = self.noise.normal(shape["mean"], shape["deviation"]).tolist()
                w, h = min(1.0, float(np.exp(w))), min(1.0, float(np.exp(h)))
                x, y = (min(max(c, s / 2), 1 - s / 2) for c, s in ((x, w), (y, h)))
                found.append(Object(label, max(score, objects.LEAST), (x - w / 2, y - h / 2, w, h)))
        return found

    def names_seen(self, photo: Photograph) -> Seen:
        """The classifier's simulated output, for the whole picture and its quarters."""
        model = figures(self.measured)["classifier"]
        noisy = -torch.log(-torch.log(torch.rand((REGIONS + 1, len(photo.near)), generator=self.torch).clamp(1e-9, 1 - 1e-7)))
        ids, probs = torch.zeros((REGIONS, TOP), dtype=torch.long), torch.zeros((REGIONS, TOP))
        for r in range(REGIONS):
            part = "whole" if r == 0 else "part"
            beta, prior = priors(self.measured)[part]
            # Regions of one picture share a part of the noise.
            luck = torch.where(torch.rand(len(photo.near), generator=self.torch) < model["shared"] * 1.6, noisy[-1], noisy[r])
            ids[r] = (beta * photo.near + prior + luck).topk(TOP).indices
            # The classifier is more certain about single things, since it was trained on photographs of them.
            first = max(self.quantile(model[part]["first"]) for _ in range(3 if photo.key[0] == "single" else 1))
            probs[r] = torch.tensor([first, *((1 - first) * x for x in model[part]["rest"])])
        probs = probs.sort(1, descending=True).values
        words, kinds = class_tokens()
        return Seen(words[ids], probs, batches.expected_kind(kinds[ids], probs))
