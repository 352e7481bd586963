"""Measures the errors of the vision encoders on ordinary photographs: what detector and classifier output for what captions mention.

`python -m pico.noise` measures it on ../shared/data/captioned and writes `noise.json`; with `--tuning` on every other photograph
(`noise_tuning.json`), so that the rest can be reported on. Only these statistics are used: nothing is trained on the photographs or
their captions.
"""

import json
import sys
from collections import Counter

import numpy as np
import torch

from . import batches, caption_parse, captioned, names, objects, tokens
from .labels import LABELS
from .minilm import TextEncoder
from .paths import TRAINING

OUT, TUNING = (TRAINING / "pico" / f"{name}.json" for name in ("noise", "noise_tuning"))
GROUPS = {  # labels with similar error rates
    "person": (0, 1), "vehicle": (1, 9), "outdoor": (9, 14), "animal": (14, 24), "accessory": (24, 29), "sport": (29, 39),
    "kitchen": (39, 46), "food": (46, 56), "furniture": (56, 62), "electronic": (62, 68), "appliance": (68, 73), "indoor": (73, 80),
}  # fmt: skip
TOLD = (2, 5)  # classes of things by how many of five captions mention them: upper bounds
DECILES = np.linspace(0, 1, 11)


def group_of(label: int) -> str:
    return next(g for g, (low, high) in GROUPS.items() if low <= label < high)


def shrink(seen: list[bool], overall: float, weight: int = 4) -> float:
    """Shrinks a share of few cases towards the overall share."""
    return round((sum(seen) + weight * overall) / (len(seen) + weight), 3)


@torch.no_grad()
def vectors(texts: list[str]) -> torch.Tensor:
    """MiniLM's vectors of texts."""
    encoder, made = TextEncoder().eval(), []
    ids = [tokens.minilm_tokenizer().encode(t).ids[:96] for t in texts]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    for k in range(0, len(order), 128):
        part = [ids[i] for i in order[k : k + 128]]
        size = max(map(len, part))
        padded = torch.tensor([x + [0] * (size - len(x)) for x in part])
        with torch.autocast("cpu", torch.bfloat16):
            made.append(encoder(padded, (padded > 0).float()).float())
    return torch.cat(made)[torch.tensor(order).argsort()]


def detections(told: list[dict[str, tuple[int, int]]], found: list[list]) -> dict:
    """Rates of detecting what is mentioned, and of detecting other things."""
    seen: dict[tuple, list[int]] = {}
    also: Counter[int] = Counter()
    numbers: dict[str, Counter] = {}
    best: dict[str, list[float]] = {"mentioned": [], "also": []}
    falls, boxes = [], {g: [] for g in GROUPS}
    for mentioned, detected in zip(told, found, strict=True):
        counted = objects.counts(detected)
        for label, name in enumerate(LABELS):
            n, score = counted.get(label, 0), max((o.score for o in detected if o.label == label), default=0.0)
            if name in mentioned:
                captions, many = mentioned[name]
                seen.setdefault((group_of(label), captions > TOLD[0]), []).append(n > 0)
                key = str(min(many, 4))
            else:
                also[label] += n > 0
                key = "0"
            if n:
                numbers.setdefault(key, Counter())[min(n, 6)] += 1
                best["mentioned" if name in mentioned else "also"].append(score)
        kept = objects.told(detected)
        for o in kept:
            x, y, w, h = o.box
            boxes[group_of(o.label)].append((x + w / 2, y + h / 2, np.log(max(w, 0.01)), np.log(max(h, 0.01))))
            top = max(k.score for k in kept if k.label == o.label)
            if o.score < top:
                falls.append(o.score / top)
    overall = {often: np.mean([x for (_, o), v in seen.items() for x in v if o == often]) for often in (False, True)}
    photos = len(told)
    rate = {g: sum(also[i] for i in range(*r)) / photos / (r[1] - r[0]) for g, r in GROUPS.items()}
    shrunk = {g: [shrink(seen.get((g, often), []), float(overall[often])) for often in (False, True)] for g in GROUPS}
    everything = np.array([b for v in boxes.values() for b in v])
    shape = {}
    for g, v in boxes.items():
        data = np.array(v) if len(v) >= 8 else everything
        shape[g] = {"mean": data.mean(0).round(3).tolist(), "deviation": data.std(0).round(3).tolist()}
    return {
        "seen": shrunk,
        "also": {LABELS[i]: round((also[i] + 2 * rate[group_of(i)]) / (photos + 2), 4) for i in range(len(LABELS))},
        "numbers": {k: [round(v[i] / v.total(), 3) for i in range(1, 7)] for k, v in sorted(numbers.items())},
        "scores": {k: np.quantile(v, DECILES).round(3).tolist() for k, v in best.items()},
        "falls": np.quantile(falls, DECILES).round(3).tolist(),
        "boxes": shape,
    }


def classifier(captions: torch.Tensor, seen: list) -> dict:
    """Fits a log-linear model of the classifier's names: a prior for each kind, and a weight for similarity to the captions."""
    table = tokens.name_tokens().tolist()
    photo_names = names.photo_name_ids()
    slot = {table[n]: i for i, n in enumerate(photo_names)}
    kinds = torch.tensor([batches.kind_numbers()[names.load()[n].kind] for n in photo_names])
    near = captions @ vectors([names.load()[n].name for n in photo_names]).T
    ids = torch.stack([s.ids for s in seen])
    probs = torch.stack([s.probs for s in seen])
    want = torch.zeros((*ids.shape[:2], len(photo_names) + 1))
    place = torch.tensor([slot.get(i, len(photo_names)) for i in ids.flatten().tolist()]).view(ids.shape)
    want = want.scatter_add(2, place, probs)[..., :-1]
    result = {}
    for name, rows in (("whole", slice(0, 1)), ("part", slice(1, 5))):
        target = want[:, rows].mean(1)
        target = target / target.sum(1, keepdim=True).clamp(min=1e-6)
        beta, prior = torch.tensor(8.0, requires_grad=True), torch.zeros(len(batches.kind_numbers()), requires_grad=True)
        optimizer = torch.optim.Adam([beta, prior], lr=0.1)
        for _ in range(300):
            log = (beta * near + prior[kinds]).log_softmax(1)
            loss = -(target * log).sum(1).mean() + 0.02 * prior.square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        uniform = float(np.log(len(photo_names)))
        print(f"classifier, {name}: cross-entropy {loss.item():.2f} (uniform {uniform:.2f}), beta {beta.item():.1f}", flush=True)
        of_kinds = dict(zip(batches.kind_numbers(), (round(x, 2) for x in prior.tolist()), strict=True))
        result[name] = {"beta": round(beta.item(), 2), "prior": of_kinds}
        first = probs[:, rows, 0].flatten().numpy()
        rest = (probs[:, rows, 1:] / (1 - probs[:, rows, :1]).clamp(min=1e-6)).flatten(0, 1).mean(0)
        result[name] |= {"first": np.quantile(first, DECILES).round(3).tolist(), "rest": rest.numpy().round(3).tolist()}
    pairs = [(a, b) for a in range(5) for b in range(a + 1, 5)]
    shared = [len(set(r[a].tolist()) & set(r[b].tolist())) / 4 for r in ids for a, b in pairs]
    result["shared"] = round(float(np.mean(shared)), 3)
    return result


def main() -> None:
    from .captioned_eval import looked

    print("not looked for in captions:", [x for x in LABELS if x not in caption_parse.mentions(f"a {x}")], flush=True)
    half = "--tuning" in sys.argv
    photos, views = (x[:: 2 if half else 1] for x in (captioned.photos(), looked()))
    told = [caption_parse.scene(p.captions) for p in photos]
    found = [[o for o in v.objects if o.score >= objects.LEAST] for v in views]
    sentences = vectors([c for p in photos for c in p.captions[:5]]).view(len(photos), 5, -1)
    mean = torch.nn.functional.normalize(sentences.mean(1), dim=-1)
    figures = detections(told, found) | {"classifier": classifier(mean, [v.close for v in views])}
    (TUNING if half else OUT).write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
