"""Writes the names and the wording that the evaluation shares with training: `eval/data/*.json`.

`python -m pico.tables`; the export stage runs it, too. `samples.json` holds a few rows of `scenes.row`, against which the evaluation's
own generator is tested.
"""

import json
import random

from . import batches, names, pairs, scenes, tokens, traces, wordnet
from .paths import TRAINING

OUT = TRAINING.parent / "eval" / "data"


def wording() -> dict:
    return {
        "marks": {"think": tokens.THINK, "endThink": tokens.ENDTHINK},
        "places": traces.PLACES,
        "corners": traces.CORNERS,
        "relations": traces.RELATIONS,
        "phrases": traces.PHRASES,
        "ask": traces.ASK,
        "find": traces.FIND,
        "findNamed": traces.FIND_NAMED,
        "kind": traces.KIND,
        "change": traces.CHANGE,
        "changeRelated": traces.CHANGE_RELATED,
        "caption": pairs.CAPTION,
        "instructions": traces.INSTRUCTIONS,
        "broad": wordnet.BROAD,
    }


def table() -> list[dict]:
    """Every name the vision encoder knows; `gloss` without the name itself, `traced` false for names in no training trace."""
    wnids = (names.imagenet_info() / "imagenet_synsets.txt").read_text().split()
    return [
        {
            "name": n.name,
            "kind": n.kind,
            "gloss": pairs.without(n.gloss, n.name),
            "hypernyms": n.hypernyms,
            "traced": not n.held_out,
            **({"hexcode": n.hexcode} if n.hexcode else {}),
            **({"wnid": wnids[n.photo]} if n.photo is not None else {}),
        }
        for n in names.load()
    ]


def samples(count: int = 12, seed: int = 5) -> list[dict]:
    """Questions about scenes given by name numbers, without pictures."""
    rng = random.Random(seed)
    made = []
    for i in range(count):
        numbers, at = rng.sample(range(len(names.load())), 5), rng.randrange(4)
        row = scenes.row(i, "trained", numbers, at, rng)
        incoming = batches.table_things()[numbers[4]].name
        made.append({"places": row["places"], "incoming": incoming, "at": at, "questions": row["questions"]})
    return made


def write(name: str, value: dict | list) -> None:
    """Writes JSON with one entry per line."""
    opening, closing = "[]" if isinstance(value, list) else "{}"
    dump = lambda v: json.dumps(v, ensure_ascii=False)  # noqa: E731
    lines = map(dump, value) if isinstance(value, list) else (f"{dump(k)}: {dump(v)}" for k, v in value.items())
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / name).write_text(opening + "\n" + ",\n".join(lines) + "\n" + closing + "\n")


def run() -> None:
    write("wording.json", wording())
    write("names.json", table())
    write("samples.json", samples())


if __name__ == "__main__":
    run()
