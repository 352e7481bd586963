"""`python -m pico.photo_counts`: how many there are of a thing in a photograph, by several ways to count the detector's boxes.

Asked is as in the evaluation (`eval/suites/wild-questions.ts`): kinds of which people drew at most ten boxes, none of them small, and of
a photograph those that are there several times, if any. Every photograph weighs the same. What is fitted is fitted on the tuning half.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from . import captioned, captioned_eval, noise, objects
from .labels import LABELS
from .photo_scenes import Photographs

SMALL, MOST = 0.004, 10
WEAK = 0.1  # scores below it are not looked at
STEPS = (0.2, 0.35, 0.5)  # the scores that boxes are counted from for the tables
SIMULATED = 20000


@dataclass
class Case:
    count: int
    scores: list[float]
    right: list[bool]  # whether there is a drawn box of the kind around the same thing
    weight: float


def cases(rows: slice) -> list[Case]:
    made = []
    for photo, view in zip(captioned.photos()[rows], captioned_eval.looked()[rows], strict=True):
        drawn = {k: [o for o in photo.objects if o.label == k] for k in {o.label for o in photo.objects}}
        known = {k: v for k, v in drawn.items() if len(v) <= MOST and all(o.area >= SMALL for o in v)}
        asked = {k: v for k, v in known.items() if len(v) > 1} or known
        found = [o for o in objects.without_doubles(view.objects) if o.score >= WEAK]
        for label, boxes in asked.items():
            own = [o for o in found if o.label == label]
            right = [any(objects.overlap(o.box, b.box) >= 0.5 for b in boxes) for o in own]
            made.append(Case(len(boxes), [o.score for o in own], right, 1 / len(asked)))
    return made


def accuracy(asked: list[Case], say: Callable[[list[float]], int]) -> float:
    return 100 * sum(c.weight * (say(c.scores) == c.count) for c in asked) / sum(c.weight for c in asked)


def above(least: float) -> Callable[[list[float]], int]:
    return lambda scores: max(1, sum(s >= least for s in scores))


def expected(tuning: list[Case]) -> Callable[[list[float]], int]:
    """The sum of the boxes' probabilities to be right, by a logistic curve over the score."""
    s = np.array([x for c in tuning for x in c.scores])
    t = torch.tensor([x for c in tuning for x in c.right], dtype=torch.float32)
    x = torch.from_numpy(np.log(s / (1 - s))).float()
    line = torch.zeros(2, requires_grad=True)
    optimizer = torch.optim.Adam([line], 0.05)
    for _ in range(500):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(line[0] * x + line[1], t)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    a, b = line.tolist()
    print(f"a box of score .2 / .35 / .5 is right in {[round(100 / (1 + np.exp(-a * np.log(p / (1 - p)) - b))) for p in STEPS]} %")
    return lambda scores: max(1, round(sum(1 / (1 + np.exp(-a * np.log(p / (1 - p)) - b)) for p in scores)))


def seen(scores: list[float]) -> tuple[int, ...]:
    return tuple(min(6, sum(s >= least for s in scores)) for least in STEPS)


def by_table(simulated: list[tuple[int, list[float]]], prior: Counter) -> Callable[[list[float]], int]:
    """The likeliest number, by how often simulated photographs of so many show as many boxes, and by how often numbers are asked for.
    Backs off to fewer of STEPS where too little was simulated."""
    tables = [Counter() for _ in STEPS]
    number: Counter[int] = Counter()
    for n, scores in simulated:
        number[n] += 1
        for k, table in enumerate(tables):
            table[(n, seen(scores)[: k + 1])] += 1

    def say(scores: list[float]) -> int:
        for k in reversed(range(len(STEPS))):
            shown = seen(scores)[: k + 1]
            if sum(tables[k][(n, shown)] for n in number) >= 20:
                return max(number, key=lambda n: (tables[k][(n, shown)] + 0.01) / number[n] * prior[n])
        return 2

    return say


def simulated() -> list[tuple[int, list[float]]]:
    source, made = Photographs(random.Random(9), measured=noise.TUNING), []
    while len(made) < SIMULATED:
        photo = source.draw()
        found = source.detections(photo)
        for label, (_, n) in photo.told.items():
            made.append((min(n, MOST), [o.score for o in found if LABELS[o.label] == label]))
    return made


def main() -> None:
    torch.set_num_threads(1)
    tuning, reported = cases(slice(0, None, 2)), cases(slice(1, None, 2))
    print(f"{len(tuning)} and {len(reported)} kinds of things in 40 photographs each")
    for name, half in (("tuning", tuning), ("reported", reported)):
        print(name, "numbers that people drew:", sorted(Counter(c.count for c in half).items()))
    prior: Counter[int] = Counter({n: 1 for n in range(1, MOST + 1)})
    for c in tuning:
        prior[c.count] += 8 * c.weight
    best = max(np.arange(0.1, 0.6, 0.025), key=lambda x: accuracy(tuning, above(x)))
    ways = {
        "always two": lambda _: 2,
        "boxes from .35 (today)": above(0.35),
        f"boxes from {best:.3f} (best of the tuning half)": above(best),
        "expected number": expected(tuning),
        "table of simulated photographs, any number as likely": by_table(pairs := simulated(), Counter({n: 1 for n in range(1, MOST + 1)})),
        "table of simulated photographs, numbers as on the tuning half": by_table(pairs, prior),
        "at least two, boxes from .35": lambda scores: max(2, above(0.35)(scores)),
    }
    for name, say in ways.items():
        print(f"{name:66} {accuracy(tuning, say):.1f} {accuracy(reported, say):.1f}", flush=True)


if __name__ == "__main__":
    main()
