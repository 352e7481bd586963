"""`python -m pico.photo_words`: which words of people's captions of photographs the detector's list brings, and which it never can."""

import re
from collections import Counter
from functools import cache

import torch

from . import caption_parse, captioned, captioned_eval, photo_scenes, sentences, wordnet
from .labels import LABELS

FUNCTION = set(
    "a an the of in on at to and or with by for from into onto over under near next up down out off as is are be being been was were has "
    "have had it its it's his her their he she they them him this that these those there some other another while who which what where "
    "when through across around behind beside between along against about above below inside outside toward towards front back top side "
    "bottom middle close together very not no also but then than so just one each all both more".split()
)
COLOURS = set("white black red blue green yellow brown gray grey orange pink purple blond blonde dark bright colorful light tan".split())
NOUNS = set("flowers bears trees plants skis boards stops kites skateboards surfboards snowboards lights signs shoppers parks".split())
PLACES = {"location", "structure", "geological formation", "body of water", "land", "region", "room", "way", "area", "atmosphere"}


@cache
def actions() -> set[str]:
    """Forms of verbs: words in -ing of the captions to learn from, and such words in -s and -ed as have a form in -ing."""
    seen = {w for five in photo_scenes.corpus()[0] for c in five for w in caption_parse.words(c)}
    stems = {w[:-3] for w in seen if w.endswith("ing") and len(w) > 5}
    stems |= {s[:-1] for s in stems if s[-1] == s[-2]} | {s + "e" for s in stems}
    forms = {s + end for s in stems for end in ("s", "es", "ed", "d")}
    return {w for w in seen if (w.endswith("ing") and len(w) > 5) or (w in forms and w not in NOUNS)}


@cache
def senses(part: str) -> dict[str, int]:
    """Words of a part of speech → how many of their senses WordNet's authors met in texts."""
    lines = (wordnet.DICT / f"index.{part}").read_text().splitlines()
    found = [line.split() for line in lines if not line.startswith("  ")]
    return {f[0]: int(f[5 + int(f[3])]) for f in found}


@cache
def is_place(word: str) -> bool:
    queue = list(wordnet.index().get(caption_parse.singular(word), ())[:1])
    while queue:
        synset = wordnet.synsets()[queue.pop()]
        if PLACES & {x.lower() for x in synset.lemmas}:
            return True
        queue += synset.hypernyms
    return False


def kind_of(word: str, listed: set[str]) -> str:
    label = word.replace("_", " ") if "_" in word else caption_parse.label_of(word)
    if label and word not in actions():
        same = caption_parse.singular(word) == label or "_" in word
        return ("thing, listed" if label in listed else "thing, not listed") + (" by name" if same else " as its kind")
    if word in caption_parse.NUMBERS or word.isdigit():
        return "number"
    if word in COLOURS:
        return "colour"
    if word in actions():
        return "action"
    lemma = caption_parse.singular(word)
    if lemma in wordnet.index() and senses("noun")[lemma] >= senses("adj").get(word, 0):
        return "place" if is_place(word) else "other thing"
    return "other word"


def main() -> None:
    torch.set_num_threads(1)
    count: dict[str, Counter] = {}
    for photo, view in zip(captioned.photos(), captioned_eval.looked(), strict=True):
        kept = [o for o in view.objects if o.score >= captioned_eval.LISTED]
        listed = {LABELS[o.label] for o in kept or view.objects[:1]}
        for caption in photo.captions[:5]:
            said = " ".join(caption_parse.words(caption))
            for phrase, label in caption_parse.PHRASES.items():
                said = re.sub(rf"\b{phrase}\b", label.replace(" ", "_"), said)
            for word in set(said.split()) - FUNCTION:
                count.setdefault(kind_of(word, listed), Counter())[word] += 1
    total = sum(c.total() for c in count.values())
    for kind, words in sorted(count.items(), key=lambda x: -x[1].total()):
        told = sum(n for w, n in words.items() if w in sentences.telling())
        share = f"{100 * words.total() / total:.1f} %, {100 * told / words.total():.0f} % of it predicted by a label"
        print(f"{kind:28} {share}: {', '.join(f'{w} {n}' for w, n in words.most_common(16))}", flush=True)


if __name__ == "__main__":
    main()
