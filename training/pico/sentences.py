"""Finds the words of captions that can be inferred from detections, and reduces captions to them: what a reasoner can learn to write.

A word can be inferred from a label if it is several times as frequent in captions of scenes with the label as in others ('wave' from
a surfboard). The colour of a shirt cannot be inferred.
"""

from collections import Counter
from functools import cache

from . import caption_parse, photo_scenes, tokens
from .labels import LABELS

LIFT, LEAST, WORDS = 3.0, 25, 400
LONGEST = 12


@cache
def telling() -> dict[str, tuple[str, float]]:
    """Word → (the label that predicts it best, how much likelier the label makes it), most frequent first."""
    captions, told, _ = photo_scenes.corpus()
    total, scenes = Counter(), len(told)
    beside: dict[str, Counter] = {label: Counter() for label in LABELS}
    with_label = Counter()
    vocab = tokens.minilm_tokenizer().get_vocab()
    for five, mentioned in zip(captions, told, strict=True):
        held = {w for c in five for w in caption_parse.words(c) if w in vocab and len(w) > 2 and not caption_parse.label_of(w)}
        total.update(held)
        for label in mentioned:
            beside[label].update(held)
            with_label[label] += 1
    found: dict[str, tuple[str, float]] = {}
    for label, counts in beside.items():
        for word, n in counts.items():
            if n < LEAST:
                continue
            lift = (n / with_label[label]) / (total[word] / scenes)
            if lift >= LIFT and lift > found.get(word, ("", 0.0))[1]:
                found[word] = label, lift
    return dict(sorted(found.items(), key=lambda x: -total[x[0]])[:WORDS])


def told_words(caption: str) -> list[str]:
    """The words of a caption that can be inferred: labels, and words that labels predict."""
    kept: list[str] = []
    for word in caption_parse.words(caption):
        label = caption_parse.label_of(word)
        if label or word in telling():
            kept.append(label or word)
    return [w for i, w in enumerate(kept) if w not in kept[:i]][:LONGEST]


def sentence(captions: list[str]) -> list[str]:
    """The one of five captions with the most words that can be inferred."""
    return max((told_words(c) for c in captions), key=len)
