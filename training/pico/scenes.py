"""Draws new test scenes: `python -m pico.scenes --out DIR --suite trained --count 100 --seed 7`.

DIR gets `images/NNNNN-a.png` (a scene of four things, 384 px), `-b.png` (a new drawing with one thing replaced) and
`scenes.jsonl`, with one row per pair:

    {"id", "suite", "image", "changed", "places": {place: name}, "boxes": {place: [x, y, width, height]}, "questions": [
      {"task", "instruction", "text", "answer", "target", "traces": {"answer", "full"}}]}

`task` is qa or category (target: a text), ground (target: a place; the picture is its box of `image`), composed or related (target:
`changed`).
`traces` are the teacher's. The suites: `trained` (art and names of training), `untraced` (names in no training trace), `unseen`
(art never trained on), `photos` (collages of the pictures of --photos, named `<wnid>_<label>.jpg`). Equal seeds give equal files.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import batches, draw, feature_bank, names, traces, train_vision, vision_model

CELL = 192  # pixels; a scene is two by two
TASKS = ("qa", "category", "ground", *traces.CHANGES)


def picture(scene: torch.Tensor) -> Image.Image:
    return Image.fromarray((scene.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8))


def pictograms(suite: str, count: int, seed: int) -> list[tuple[list[int], int, torch.Tensor, torch.Tensor]]:
    """(five name numbers, the place that changes, scene a, scene b); the fifth name is the new one."""
    plan = feature_bank.plans()[suite]
    rng = torch.Generator().manual_seed(seed)
    sampler = train_vision.Sampler(plan.vendors, rng)
    usable = torch.tensor([c for c in plan.labels.tolist() if len(sampler.rows[c])])
    made = []
    for _ in range(count):
        labels = usable[torch.rand(len(usable), generator=rng).topk(5).indices]
        rows = sampler.draw(labels)
        at = int(torch.randint(4, (1,), generator=rng))
        changed = rows[:4].clone()
        changed[at] = rows[4]
        a, b = (draw.assemble(draw.cells(train_vision.load_art(r), CELL, draw.Look(), rng, 4))[0] for r in (rows[:4], changed))
        made.append((train_vision.concepts()[labels].tolist(), at, a, b))
    return made


def collages(folder: Path, count: int, seed: int) -> list[tuple[list[int], int, torch.Tensor, torch.Tensor]]:
    """The same from photographs."""
    rng = random.Random(seed)
    wnids = (names.imagenet_info() / "imagenet_synsets.txt").read_text().split()
    number = dict(zip(wnids, names.photo_name_ids(), strict=True))
    paths = sorted(folder.glob("n*_*.jpg"))
    made = []
    for _ in range(count):
        picked = rng.sample(paths, 5)
        small = torch.stack([vision_model.preprocess(Image.open(p), CELL) for p in picked])
        at = rng.randrange(4)
        changed = small[:4].clone()
        changed[at] = small[4]
        made.append(([number[p.name.split("_")[0]] for p in picked], at, draw.assemble(small[:4])[0], draw.assemble(changed)[0]))
    return made


def row(index: int, suite: str, numbers: list[int], at: int, rng: random.Random) -> dict:
    table = batches.table_things()
    things, incoming = [table[n] for n in numbers[:4]], table[numbers[4]]
    boxes = {p: [CELL * (i % 2), CELL * (i // 2), CELL, CELL] for i, p in enumerate(traces.PLACES)}
    questions = []
    for task in TASKS:
        item = traces.about_scene(task, things, rng, incoming, at)
        target = {"ground": traces.PLACES[item.region], **dict.fromkeys(traces.CHANGES, "changed")}.get(task)
        answer = item.answer if isinstance(item.answer, str) else item.answer.name
        instruction, text = "", traces.to_text(item.prompt)
        if item.prompt[0] in traces.INSTRUCTIONS[task]:
            instruction, text = item.prompt[0], traces.to_text(item.prompt[1:])
        told = {form: traces.to_text(traces.written(item, form)) for form in ("answer", "full")}
        questions.append(
            {"task": task, "instruction": instruction, "text": text, "answer": answer, "target": target or answer, "traces": told}
        )
    places = {p: t.name for p, t in zip(traces.PLACES, things, strict=True)}
    name = f"images/{index:05d}"
    return {
        "id": f"{suite}-{index:05d}",
        "suite": suite,
        "image": f"{name}-a.png",
        "changed": f"{name}-b.png",
        "places": places,
        "boxes": boxes,
        "questions": questions,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--suite", choices=("trained", "untraced", "unseen", "photos"), default="trained")
    parser.add_argument("--photos", type=Path, help="folder of <wnid>_<label>.jpg, for the suite photos")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    drawn = (
        collages(options.photos, options.count, options.seed)
        if options.suite == "photos"
        else pictograms(options.suite, options.count, options.seed)
    )
    rng = random.Random(options.seed)
    (options.out / "images").mkdir(parents=True, exist_ok=True)
    with (options.out / "scenes.jsonl").open("w") as file:
        for i, (numbers, at, a, b) in enumerate(drawn):
            made = row(i, options.suite, numbers, at, rng)
            picture(a).save(options.out / made["image"])
            picture(b).save(options.out / made["changed"])
            file.write(json.dumps(made, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
