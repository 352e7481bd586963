"""Stage evaluate: the three systems and the direct baseline on new scenes, photo collages, photos and STS-B, in PyTorch.

Each suite has its own seed; `photos` and STS-B come from ../shared/data and are not used in training.
"""

import json
import random
from dataclasses import replace

import numpy as np
import torch

from . import batches, feature_bank, names, pairs, stsb, tokens, traces, train_head, train_reasoner, vision_model
from .backbones import CLOSE, SIDE
from .batches import Sequence
from .loop import Options
from .paths import SHARED, work
from .reasoner import generate
from .traces import Item, Thing

TASKS = ("qa", "category", "composed", "related", "ground")
SUITES = ("trained", "untraced", "unseen")
ROWS = 120


@torch.no_grad()
def embed(model: torch.nn.Module, sequences: list[Sequence]) -> torch.Tensor:
    out = []
    for k in range(0, len(sequences), 64):
        with torch.autocast("cpu", torch.bfloat16):
            out.append(model(batches.collate(sequences[k : k + 64])))
    return torch.cat(out).float()


def think(reasoner: tuple, sequences: list[Sequence], form: str) -> list[list[int]]:
    start = [tokens.token(tokens.THINK if form == "full" else tokens.ENDTHINK)]
    out = []
    for k in range(0, len(sequences), 64):
        with torch.autocast("cpu", torch.bfloat16):
            out += generate(*reasoner, [replace(s, trace=start) for s in sequences[k : k + 64]])
    return out


def hit(query: torch.Tensor, targets: torch.Tensor, gold: list[int]) -> float:
    return 100 * float(((query @ targets.T).argmax(1) == torch.tensor(gold)).float().mean())


def is_right(item: Item, made: list[int]) -> bool:
    """Whether the final statement has the same conclusion: from the colon to the description of a changed scene, if any."""
    want, got = conclusion(traces.to_ids(item.final)), conclusion(train_reasoner.final_of(made))
    return got != [] and want == got


def conclusion(final: list[int]) -> list[int]:
    colon, end = tokens.token(":"), tokens.token(";")
    after = final[final.index(colon) :] if colon in final else []
    return after[: after.index(end)] if end in after else after


class Suite:
    """Questions of one task on a bank, the distinct targets, and the relevant target of each question.

    The targets include all hard negatives that a picture offers: every name in it, and the change in another place. Crops of
    equal names are one target, since no question distinguishes them.
    """

    def __init__(self, scenes: batches.Scenes, task: str, count: int) -> None:
        rng = random.Random(f"{task}")
        self.items: list[Item] = []
        self.queries: list[Sequence] = []
        self.gold: list[int] = []
        self.plain: list[Sequence] = []
        place: dict[object, int] = {}

        def target(key: object, sequence: Sequence) -> int:
            if key not in place:
                place[key] = len(place)
                self.plain.append(sequence)
            return place[key]

        def word(text: str) -> int:
            return target(text, Sequence(None, tokens.encode(text), []))

        for r in range(min(count, scenes.rows)):
            things, seen = scenes.row(r, False)
            at = int(scenes.data["at"][r])
            item = traces.about_scene(task, things["a"], rng, things["b"][at], at)
            while task == "ground" and item.region != int(scenes.data["cropped"][r]):
                item = traces.about_scene(task, things["a"], rng)
            self.items.append(item)
            self.queries.append(Sequence(seen["a"], traces.to_ids(item.prompt), []))
            if task in traces.CHANGES:
                self.gold.append(target((r, "b"), Sequence(seen["b"], [], [])))
                target((r, "wrong"), Sequence(seen["wrong"], [], []))
            elif task == "ground":
                self.gold.append(target(things["crop"][0].name, Sequence(seen["crop"], [], [])))
            else:
                self.gold.append(word(item.answer if isinstance(item.answer, str) else item.answer.name))
                if task == "qa":
                    for thing in things["a"]:
                        word(thing.name)


def systems(suite: Suite, first: Suite, models: dict, reasoner: tuple) -> dict[str, float]:
    """hit@1 by system; traces are the reasoner's own unless the name says otherwise. `first`: the same suite without thinking, which is
    how targets are always embedded.
    """
    rng = random.Random(8)
    out: dict[str, float] = {}
    own = {form: think(reasoner, suite.queries, form) for form in ("full", "answer")}
    for form, made in own.items():
        out[f"finals/{form}"] = 100 * float(np.mean([is_right(i, t) for i, t in zip(suite.items, made, strict=True)]))
        out[f"tokens/{form}"] = float(np.mean([len(t) + 1 for t in made]))
    taught = [traces.to_ids(traces.written(i, "full")) for i in suite.items]
    wrong = own["full"][:]
    rng.shuffle(wrong)
    variants = {"never": [[] for _ in taught], **own, "teacher": taught, "shuffled": wrong}
    for system, model in models.items():
        targets = embed(model, first.plain)
        for variant, trace in variants.items():
            if system == "direct" and variant != "never":
                continue
            queries = first.queries if variant == "never" else suite.queries
            query = embed(model, [replace(q, trace=t) for q, t in zip(queries, trace, strict=True)])
            out[f"{system}/{variant}"] = hit(query, targets, suite.gold)
    return out


def collage_bank(eyes: vision_model.Sight, side: int, count: int, seed: int = 20) -> dict:
    """Collages of four evaluation photos as a bank (pairs, crops), at the given side."""
    from PIL import Image

    rng = random.Random(seed)
    numbers = photo_numbers()
    paths = sorted((SHARED / "data" / "photos").glob("*.jpg"))
    tile = {p: vision_model.preprocess(Image.open(p), side) for p in paths}
    small = {p: vision_model.preprocess(Image.open(p), side // 2) for p in paths}
    rows, images = [], {k: [] for k in feature_bank.VIEWS}
    for _ in range(count):
        picked = rng.sample(paths, 5)
        at, cropped = rng.randrange(4), rng.randrange(4)
        named = [numbers[p.name.split("_")[0]] for p in picked]
        wrong = int(feature_bank.elsewhere(torch.tensor(at), torch.tensor(named[4])))
        changed = [[*picked[:k], picked[4], *picked[k + 1 : 4]] for k in (at, wrong)]
        for key, four in zip(feature_bank.VIEWS, (picked[:4], *changed), strict=False):
            top, bottom = (torch.cat([small[four[i]], small[four[i + 1]]], 2) for i in (0, 2))
            images[key].append(torch.cat([top, bottom], 1))
        images["crop"].append(tile[picked[cropped]])
        rows.append((named, at, cropped))
    views = {k: see(eyes, torch.stack(v)) for k, v in images.items()}
    truth = torch.tensor([r[0] for r in rows])
    return views | {
        "truth": truth[:, :4],
        "incoming": truth[:, 4],
        "at": torch.tensor([r[1] for r in rows]),
        "cropped": torch.tensor([r[2] for r in rows]),
    }


@torch.no_grad()
def see(eyes: vision_model.Sight, images: torch.Tensor) -> dict[str, torch.Tensor]:
    out = [eyes(vision_model.normalise(x)) for x in images.split(16)]
    return {k: torch.cat([o[i] for o in out]) for i, k in enumerate(("names", "probs", "features", "gate"))}


def photo_numbers() -> dict[str, int]:
    """wnid → name number."""
    wnids = (names.imagenet_info() / "imagenet_synsets.txt").read_text().split()
    return dict(zip(wnids, names.photo_name_ids(), strict=True))


def photo_search(eyes: vision_model.Sight, models: dict, reasoner: tuple) -> dict[str, float]:
    """Zero-shot classification of single photos, and photos found by name, gloss and kind among them."""
    from PIL import Image

    paths = sorted((SHARED / "data" / "photos").glob("*.jpg"))
    truth = [names.load()[photo_numbers()[p.name.split("_")[0]]] for p in paths]

    def looked(side: int) -> tuple[list[Sequence], torch.Tensor]:
        seen = see(eyes, torch.stack([vision_model.preprocess(Image.open(p), side) for p in paths]))
        views = batches.seen_by_number(seen["names"], seen["probs"], seen["features"])
        return [Sequence(view, [], []) for view in views], seen["gate"]

    (first, gate), (views, _) = looked(SIDE), looked(CLOSE)
    labels = [names.load()[i] for i in names.photo_name_ids()]
    out = {"gate": 100 * float((gate[:, 0] > 0.5).float().mean())}
    by_token = dict(zip(tokens.name_tokens().tolist(), names.load(), strict=True))
    colon = tokens.token(":")
    made = think(reasoner, views, "answer")
    out["one thing"] = 100 * float(np.mean([t[2] == colon for t in made]))
    # The engine continues `thing : …` with the glossary; it leaves a list of things as it is.
    made = [pairs.explained(t, by_token[t[1]]) if t[2] == colon else t for t in made]
    end = tokens.token(tokens.ENDTHINK)
    taught = [
        pairs.explained([end, *traces.to_ids(traces.kinds(Thing(tuple(tokens.encode(n.name)), n.name, n.kind, n.broad)))], n) for n in truth
    ]
    shown = {
        "never": first,
        "own": [replace(v, trace=t) for v, t in zip(views, made, strict=True)],
        "teacher": [replace(v, trace=t) for v, t in zip(views, taught, strict=True)],
    }
    asked = {
        "name": [n.name for n in truth],
        "gloss": [pairs.without(n.gloss, n.name) for n in truth],
        "kind": [n.hypernyms[0] if n.hypernyms else n.kind for n in truth],
    }
    for system, model in models.items():
        texts = {k: embed(model, [pairs.plain(t) for t in v]) for k, v in asked.items()}
        classes = embed(model, [pairs.plain(n.name) for n in labels])
        for variant, sequences in shown.items():
            if system == "direct" and variant != "never":
                continue
            images = embed(model, sequences)
            top = (images @ classes.T).topk(5).indices
            gold = torch.tensor([labels.index(n) for n in truth])
            if variant != "teacher":
                out[f"{system}/{variant}/top-1"] = 100 * float((top[:, 0] == gold).float().mean())
                out[f"{system}/{variant}/top-5"] = 100 * float((top == gold[:, None]).any(1).float().mean())
            for key, query in texts.items():
                top10 = (query @ images.T).topk(10).indices
                good = [any(asked[key][j] == asked[key][i] for j in row) for i, row in enumerate(top10.tolist())]
                out[f"{system}/{variant}/R@10 by {key}"] = 100 * float(np.mean(good))
    return out


def plain_text(model: torch.nn.Module) -> float:
    def vectors(texts: list[str]) -> np.ndarray:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        made = embed(model, [pairs.plain(texts[i]) for i in order])
        return made[torch.tensor(order).argsort()].numpy()

    return stsb.spearman(SHARED / "data" / "stsb-dev.tsv", vectors)


def run(_: Options) -> None:
    models = {
        k: train_head.load(n) for k, n in (("direct", "direct"), ("TTE_u", "head"), ("TTE_s", "embedder")) if work(f"{n}.ckpt").exists()
    }
    reasoner, eyes = train_reasoner.load(), vision_model.load()
    for name, side in (("collages", CLOSE), ("collages-first", SIDE)):
        torch.save(collage_bank(eyes, side, ROWS), work(f"bank-{name}.pt"))
    scores: dict[str, dict] = {}
    for suite in (*SUITES, "collages"):
        first = "collages-first" if suite == "collages" else suite  # drawings have the same size with and without thinking
        for task in TASKS:
            looks = (Suite(batches.Scenes(name, random.Random(0)), task, ROWS) for name in (suite, first))
            scores[f"{suite}/{task}"] = found = systems(*looks, models, reasoner)
            print(suite, task, {k: round(v, 1) for k, v in found.items()}, flush=True)
    scores["photos"] = photo_search(eyes, models, reasoner)
    print("photos", {k: round(v, 1) for k, v in scores["photos"].items()}, flush=True)
    scores["stsb-dev"] = {k: plain_text(m) for k, m in models.items()}
    print("stsb-dev", {k: round(v, 2) for k, v in scores["stsb-dev"].items()}, flush=True)
    work("scores.json").write_text(json.dumps(scores, indent=1))
