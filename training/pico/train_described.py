"""`python -m pico.train_described [--lists]`: the photographs' head trained on with sentences of the describer in the traces.

It starts from the head of stage photos. `--lists`: as long, with lists alone, since longer training changes a head, too.
"""

import argparse
import random
from pathlib import Path

import torch

from . import describer, tokens, train_describer, train_photos
from .batches import Sequence
from .loop import Options

MINUTES = 3.0
SAID = 0.75  # share of lists with a sentence: before the list, behind it, or in its place


class DescribedPairs(train_photos.PhotoPairs):
    def __init__(self, rng: random.Random, writer: describer.Describer | None) -> None:
        super().__init__(rng)
        self.writer = writer

    def batch(self, count: int) -> list[tuple[tuple, list[str], Sequence]]:
        rng, made, asked = self.rng, [], []
        for _ in range(count):
            photo = self.photographs.draw()
            told = rng.choices([c.lower() for c in photo.captions], k=train_photos.CAPTIONS)
            if rng.random() < train_photos.NEVER:
                made.append((photo.key, told, self.first_look(photo)))
                continue
            found, seen = self.photographs.detections(photo), self.photographs.names_seen(photo)
            shown = Sequence(seen, [], train_photos.list_trace(found, rng.uniform(0.26, 0.4)) if found else [])
            made.append((photo.key, told, shown))
            if found and rng.random() < SAID:
                asked.append((shown, describer.context(seen, found)))
        if self.writer and asked:
            with train_describer.seeing(self.writer):
                sentences = describer.likeliest(self.writer, [c for _, c in asked])
            for (shown, _), said in zip(asked, sentences, strict=True):
                begin, *listed = shown.trace
                words, semi = tokens.encode(said), tokens.token(";")
                shown.trace = [begin, *rng.choice((words, [*listed, semi, *words], [*words, semi, *listed]))]
        return made


def stage(lists: bool) -> str:
    return "photos-lists" if lists else "photos-described"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", action="store_true")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--pause-file", type=Path, help="training waits while this file exists")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    writer = None if asked.lists else train_describer.load()
    train_photos.fit(
        Options(asked.pause_file), stage(asked.lists), asked.minutes, lambda rng: DescribedPairs(rng, writer), train_photos.load()
    )


if __name__ == "__main__":
    main()
