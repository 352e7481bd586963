"""Photographs found by people's captions, and captions by photographs: one pool, several ways to stand for a photograph."""

from dataclasses import dataclass, replace
from functools import cache

import torch
import torch.nn.functional as F

from . import batches, captioned, detect, labels, restore, tokens, vision_model
from .backbones import CLOSE, SIDE
from .batches import Seen, Sequence
from .folder import SUFFIX
from .onnx_run import Exported
from .paths import work
from .reasoner import generate

DETECTOR = "detector/object_detector_quantized.onnx"
NUMBERS = "no a two three four five six seven eight nine ten".split()
LIST_SHARE = 0.6  # of the list's vector, mixed with the image's


@dataclass
class Looked:
    """What the encoders see of one photograph: at a first look, when it is thought about, and its objects."""

    first: Seen
    close: Seen
    objects: list[labels.Object]


def as_seen(found: dict) -> Seen:
    return Seen(*(torch.from_numpy(found[k]) for k in ("candidate_ids", "candidate_probs", "image_features")))


@cache
def looked() -> list[Looked]:
    path = work("captioned.pt")
    if not path.exists():
        shipped, made = Exported.open(restore.PICO, SUFFIX["q4"], SUFFIX["q8"]), []
        for photo in captioned.photos():
            image = photo.image()
            first, close = (as_seen(shipped.see(vision_model.preprocess(image, side))) for side in (SIDE, CLOSE))
            made.append(Looked(first, close, detect.detect(work(DETECTOR), image)))
        torch.save(made, path)
    return torch.load(path, weights_only=False)


def plural(name: str) -> str:
    if name == "person":
        return "people"
    ending = "es" if name.endswith(("s", "sh", "ch", "x")) else "s"
    return {"knife": "knives", "scissors": "scissors", "skis": "skis", "sheep": "sheep"}.get(name, name + ending)


def listed(objects: list[labels.Object], counted: bool = True) -> str:
    """'a photo of two dogs, a couch'."""
    counts: dict[int, int] = {}
    for o in sorted(objects, key=lambda o: -o.score):
        counts[o.label] = counts.get(o.label, 0) + 1
    names = []
    for label, n in counts.items():
        name = labels.LABELS[label]
        if not counted:
            names.append(name)
        elif n == 1:
            names.append(f"a {name}")
        else:
            names.append(f"{NUMBERS[n] if n < len(NUMBERS) else 'many'} {plural(name)}")
    return "a photo of " + ", ".join(names or ["something"])


def passing(objects: list[labels.Object], least: float, large: float = 0.08, least_large: float | None = None) -> list[labels.Object]:
    lower = least if least_large is None else least_large
    return [o for o in objects if o.score >= (lower if o.area >= large else least)]


@torch.no_grad()
def embed(model: torch.nn.Module, sequences: list[Sequence]) -> torch.Tensor:
    out = []
    for k in range(0, len(sequences), 80):
        with torch.autocast("cpu", torch.bfloat16):
            out.append(model(batches.collate(sequences[k : k + 80])).float())
    return torch.cat(out)


def text(sentence: str) -> Sequence:
    return Sequence(None, tokens.encode(sentence.lower()), [])


def figures(photos: torch.Tensor, captions: torch.Tensor) -> str:
    """Photographs [n, d] and five captions each [n * 5, d] → text → photo R@1 / 5 / 10 and photo → text R@1."""
    scores = captions @ photos.T
    rank = (scores > scores.gather(1, (torch.arange(len(captions)) // 5)[:, None])).sum(1)
    there = " / ".join(f"{100 * float((rank < k).float().mean()):.1f}" for k in (1, 5, 10))
    back = 100 * float((scores.argmax(0) // 5 == torch.arange(len(photos))).float().mean())
    return f"{there}   {back:.1f}"


def mixed(image: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    return F.normalize((1 - LIST_SHARE) * image + LIST_SHARE * words, dim=-1)


def thought(thinker: tuple, views: list[Sequence], form: str, limit: int = 56) -> list[list[int]]:
    mark = tokens.token(tokens.THINK if form == "full" else tokens.ENDTHINK)
    with torch.autocast("cpu", torch.bfloat16):
        return generate(*thinker, [replace(v, trace=[mark]) for v in views], limit)


def report(model: torch.nn.Module, thinker: tuple | None, least: float = 0.3, large: float = 0.08, least_large: float = 0.2) -> None:
    """What an untrained list gives: the baseline, and the model's own traces where it has a reasoner."""
    photos = captioned.photos()
    captions = embed(model, [text(c) for p in photos for c in p.captions[:5]])
    first, close = ([Sequence(getattr(x, k), [], []) for x in looked()] for k in ("first", "close"))
    never = embed(model, first)
    print("never                      ", figures(never, captions), flush=True)
    for form in ("answer", "full") if thinker else ():
        made = thought(thinker, close, form)
        print(f"own {form:6}                 ", figures(embed(model, [replace(c, trace=t) for c, t in zip(close, made, strict=True)]), captions), flush=True)
    end = tokens.token(tokens.ENDTHINK)
    kinds = {"detector": [passing(x.objects, least, large, least_large) for x in looked()], "people": [p.objects for p in photos]}
    for who, objects in kinds.items():
        for counted in (False, True):
            texts = [listed(o, counted) for o in objects]
            traced = embed(model, [replace(v, trace=[end, *tokens.encode(t)]) for v, t in zip(first, texts, strict=True)])
            alone = embed(model, [text(t) for t in texts])
            name = f"{who}, {'counted' if counted else 'names'}"
            print(f"image + list {name:18}", figures(traced, captions), "  text alone", figures(alone, captions), "  mixed", figures(mixed(never, alone), captions), flush=True)


def main() -> None:
    model = restore.embedder(restore.PICO, own=False).eval()
    from .reasoner import Backbone
    from .train_reasoner import extra

    report(model, (Backbone(extra()), restore.reasoner().eval()))


if __name__ == "__main__":
    main()
