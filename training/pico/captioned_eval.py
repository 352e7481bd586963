"""Retrieval of photographs by people's captions and the reverse, in one pool, with several ways to represent a photograph."""

import sys
from dataclasses import dataclass, replace
from functools import cache

import torch
import torch.nn.functional as F

from . import (
    batches,
    captioned,
    detect,
    labels,
    objects,
    restore,
    sentences,
    tokens,
    train_photos,
    train_reasoner,
    train_sentences,
    vision_model,
)
from .backbones import CLOSE, SIDE
from .batches import Seen, Sequence
from .folder import SUFFIX
from .onnx_run import Exported
from .paths import work
from .reasoner import Backbone, generate

DETECTOR = "detector/object_detector_quantized.onnx"
NUMBERS = "no a two three four five six seven eight nine ten".split()
LIST_SHARE = 0.6  # weight of the list's vector when mixed with the image's


@dataclass
class Looked:
    """The encoders' outputs for one photograph: without thinking, when a trace is written, and its objects."""

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


def show(name: str, photos: torch.Tensor, captions: torch.Tensor) -> None:
    print(f"{name:44} {figures(photos, captions)}", flush=True)


def lists(model: torch.nn.Module, captions: torch.Tensor, first: list[Sequence], never: torch.Tensor) -> None:
    """The effect of object lists on a model trained without: names or counts, detected or annotated, as a trace or as a mixed-in vector."""
    end = tokens.token(tokens.ENDTHINK)
    sources = {
        "detector": [passing(x.objects, 0.3, least_large=0.2) for x in looked()],
        "people": [p.objects for p in captioned.photos()],
    }
    for who, objects_ in sources.items():
        for counted in (False, True):
            name = f"{who}, {'counted' if counted else 'names'}"
            texts = [listed(o, counted) for o in objects_]
            traced = [replace(v, trace=[end, *tokens.encode(t)]) for v, t in zip(first, texts, strict=True)]
            alone = embed(model, [text(t) for t in texts])
            show(f"image + list ({name})", embed(model, traced), captions)
            show(f"list alone ({name})", alone, captions)
            show(f"mixed vectors ({name})", mixed(never, alone), captions)


def trained(model: torch.nn.Module, captions: torch.Tensor) -> None:
    """The effect of objects as visual tokens, and of the list that the photos stage trains with."""
    for who in ("detector", "people"):
        found = [x.objects if who == "detector" else p.objects for x, p in zip(looked(), captioned.photos(), strict=True)]
        seen = [objects.with_objects(x.close, o) for x, o in zip(looked(), found, strict=True)]
        show(f"objects ({who})", embed(model, [Sequence(s, [], []) for s in seen]), captions)
        traces = [train_photos.list_trace(o) if o else [] for o in found]
        show(f"objects and list ({who})", embed(model, [Sequence(s, [], t) for s, t in zip(seen, traces, strict=True)]), captions)
        alone = [Sequence(x.close, [], t) for x, t in zip(looked(), traces, strict=True)]
        show(f"list ({who})", embed(model, alone), captions)


def report(model: torch.nn.Module, thinker: tuple | None = None, knows_objects: bool = False) -> None:
    print("text → photo R@1 / 5 / 10, photo → text R@1")
    captions = embed(model, [text(c) for p in captioned.photos() for c in p.captions[:5]])
    first, close = ([Sequence(getattr(x, k), [], []) for x in looked()] for k in ("first", "close"))
    never = embed(model, first)
    show("never", never, captions)
    for form in ("answer", "full") if thinker else ():
        made = thought(thinker, close, form)
        show(f"own {form}", embed(model, [replace(c, trace=t) for c, t in zip(close, made, strict=True)]), captions)
    lists(model, captions, first, never)
    if knows_objects:
        trained(model, captions)


def words_said(model: torch.nn.Module) -> None:
    """What the reasoner of the sentences stage writes: whether its words are true, and their effect beyond that of the list."""
    thinker, end, semi = train_sentences.load(), tokens.token(tokens.ENDTHINK), tokens.token(";")
    captions = embed(model, [text(c) for p in captioned.photos() for c in p.captions[:5]])
    seen = [objects.with_objects(x.close, x.objects) for x in looked()]
    own = thought(thinker, [Sequence(s, [], []) for s in seen], "answer", 32)
    cuts = [t.index(semi) if semi in t else len(t) for t in own]
    said = [t[cut + 1 :] for t, cut in zip(own, cuts, strict=True)]
    lists = [train_photos.list_trace(x.objects) for x in looked()]
    held = [{tokens.token(w) for c in p.captions for w in sentences.told_words(c)} for p in captioned.photos()]
    right = sum(w in h for ids, h in zip(said, held, strict=True) for w in ids)
    alike = sum(t[:cut] == told for t, cut, told in zip(own, cuts, lists, strict=True))
    print(f"correct lists: {alike} of {len(own)}; words that occur in a caption: {right} of {sum(map(len, said))}")
    forms = {
        "list": lists,
        "list ; words said": [[*told, semi, *ids] for told, ids in zip(lists, said, strict=True)],
        "words said alone": [[end, *ids] for ids in said],
        "own trace": own,
    }
    for name, made in forms.items():
        show(name, embed(model, [Sequence(x.close, [], t) for x, t in zip(looked(), made, strict=True)]), captions)
        show(f"objects and {name}", embed(model, [Sequence(s, [], t) for s, t in zip(seen, made, strict=True)]), captions)


def main() -> None:
    """Evaluates the shipped folder, or with `--trained` the head of the photos stage, or with `--sentences` its reasoner, too."""
    torch.set_num_threads(1)
    backbone = Backbone(train_reasoner.extra())
    if "--sentences" in sys.argv:
        words_said(train_photos.load())
    elif "--trained" in sys.argv:
        report(train_photos.load(), knows_objects=True)
    else:
        report(restore.embedder(restore.PICO, own=False).eval(), (backbone, restore.reasoner().eval()), knows_objects=True)


if __name__ == "__main__":
    main()
