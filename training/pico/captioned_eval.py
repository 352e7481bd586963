"""Retrieval of photographs by people's captions and the reverse, in one pool, with several ways to represent a photograph.

Beside them the sample photographs of one thing (../shared/data/photos), found by name, gloss and kind.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import torch
from PIL import Image

from . import (
    batches,
    captioned,
    detect,
    evaluate,
    labels,
    names,
    objects,
    pairs,
    restore,
    sentences,
    tokens,
    train_photos,
    train_reasoner,
    train_sentences,
    vision_model,
)
from .add_detector import LISTED, SURE
from .backbones import CLOSE, SIDE
from .batches import Seen, Sequence
from .folder import SUFFIX
from .onnx_run import Exported
from .paths import SHARED, work
from .reasoner import Backbone, generate

DETECTOR = "detector/object_detector_quantized.onnx"


@dataclass
class Looked:
    """The encoders' outputs for one photograph: without thinking, when a trace is written, and its objects."""

    first: Seen
    close: Seen
    objects: list[labels.Object]


def as_seen(found: dict) -> Seen:
    return Seen(*(torch.from_numpy(found[k]) for k in ("candidate_ids", "candidate_probs", "image_features")))


def look(name: str, images: Iterable[Image.Image]) -> list[Looked]:
    """By the shipped vision encoder and the detector; made once."""
    path = work(name)
    if not path.exists():
        shipped, made = Exported.open(restore.PICO, SUFFIX["q4"], SUFFIX["q8"]), []
        for image in images:
            first, close = (as_seen(shipped.see(vision_model.preprocess(image, side))) for side in (SIDE, CLOSE))
            made.append(Looked(first, close, detect.detect(work(DETECTOR), image)))
        torch.save(made, path)
    return torch.load(path, weights_only=False)


@cache
def looked() -> list[Looked]:
    return look("captioned.pt", (p.image() for p in captioned.photos()))


@cache
def samples() -> tuple[list[names.Name], list[Looked]]:
    """The sample photographs: what each is of, and what is seen of it."""
    paths, numbers = sorted((SHARED / "data" / "photos").glob("*.jpg")), evaluate.photo_numbers()
    views = look("photos200.pt", (Image.open(p).convert("RGB") for p in paths))
    return [names.load()[numbers[p.name.split("_")[0]]] for p in paths], views


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


def thought(thinker: tuple, views: list[Sequence], form: str, limit: int = 56) -> list[list[int]]:
    mark = tokens.token(tokens.THINK if form == "full" else tokens.ENDTHINK)
    with torch.autocast("cpu", torch.bfloat16):
        return generate(*thinker, [replace(v, trace=[mark]) for v in views], limit)


def show(name: str, photos: torch.Tensor, captions: torch.Tensor) -> None:
    print(f"{name:44} {figures(photos, captions)}", flush=True)


def as_listed(found: list[labels.Object]) -> list[int]:
    """As the engine lists objects: of two boxes around one thing the likelier."""
    return train_photos.list_trace(objects.without_doubles(found), LISTED) if found else []


def told(view: Looked, own: list[int]) -> list[int]:
    """The engine's trace in the form `answer`: the reasoner's own words where they are about one thing that is seen for sure, with the
    list of the detector's objects behind them; else the list alone. The own words, where nothing is detected."""
    if not view.objects:
        return own
    listed = as_listed(view.objects)
    is_one = len(own) > 2 and own[2] == tokens.token(":")
    sure = is_one and float(view.close.probs[0, 0]) >= SURE
    return [*own, tokens.token(";"), *listed[1:]] if sure else listed


def explained(own: list[int]) -> list[int]:
    """With what the glossary says of one thing."""
    name = train_photos.by_token().get(own[1]) if len(own) > 2 and own[2] == tokens.token(":") else None
    return pairs.explained(own, name) if name else own


@cache
def shown(which: str) -> dict[str, list[Sequence]]:
    """What stands for the photographs (`captioned` or `samples`), by mode. The reasoner is the shipped one."""
    views = looked() if which == "captioned" else samples()[1]
    thinker = Backbone(train_reasoner.extra()), restore.reasoner().eval()
    made = {"never (classifier alone)": [Sequence(x.first, [], []) for x in views]}
    close = [Sequence(x.close, [], []) for x in views]
    for form, limit in (("answer", 24), ("full", 56)):
        own = [explained(t) for t in thought(thinker, close, form, limit)]
        made[f"own {form} (classifier alone)"] = [replace(c, trace=t) for c, t in zip(close, own, strict=True)]
        if form == "answer":
            made["answer with the detector"] = [replace(c, trace=told(x, t)) for c, x, t in zip(close, views, own, strict=True)]
    for who in ("detector", "people") if which == "captioned" else ("detector",):
        found = [p.objects for p in captioned.photos()] if who == "people" else [x.objects for x in views]
        made[f"list ({who})"] = [replace(c, trace=as_listed(o)) for c, o in zip(close, found, strict=True)]
    return made


def report(model: torch.nn.Module) -> None:
    print("the captioned: text → photo R@1 / 5 / 10, photo → text R@1")
    captions = embed(model, [text(c) for p in captioned.photos() for c in p.captions[:5]])
    for name, sequences in shown("captioned").items():
        show(name, embed(model, sequences), captions)
    print("the samples: named among 1,000, top-1 / 5; R@10 by name, gloss, kind")
    truth, labels = samples()[0], [names.load()[i] for i in names.photo_name_ids()]
    asked = {
        "name": [n.name for n in truth],
        "gloss": [pairs.without(n.gloss, n.name) for n in truth],
        "kind": [n.hypernyms[0] if n.hypernyms else n.kind for n in truth],
    }
    queries = {k: embed(model, [pairs.plain(t) for t in v]) for k, v in asked.items()}
    classes, gold = embed(model, [pairs.plain(n.name) for n in labels]), torch.tensor([labels.index(n) for n in truth])
    for name, sequences in shown("samples").items():
        photos = embed(model, sequences)
        top = (photos @ classes.T).topk(5).indices == gold[:, None]
        found = [f"{100 * float(x.float().mean()):.1f}" for x in (top[:, 0], top.any(1))]
        for key, query in queries.items():
            rows = (query @ photos.T).topk(10).indices.tolist()
            good = [any(asked[key][j] == asked[key][i] for j in row) for i, row in enumerate(rows)]
            found.append(f"{100 * sum(good) / len(good):.1f}")
        print(f"{name:44} {' / '.join(found[:2])}   {', '.join(found[2:])}", flush=True)


def words_said(model: torch.nn.Module) -> None:
    """What the reasoner of the sentences stage writes: whether its words are true, and their effect beyond that of the list."""
    thinker, end, semi = train_sentences.load(), tokens.token(tokens.ENDTHINK), tokens.token(";")
    captions = embed(model, [text(c) for p in captioned.photos() for c in p.captions[:5]])
    seen = [objects.with_objects(x.close, x.objects) for x in looked()]
    own = thought(thinker, [Sequence(s, [], []) for s in seen], "answer", 32)
    cuts = [t.index(semi) if semi in t else len(t) for t in own]
    said = [t[cut + 1 :] for t, cut in zip(own, cuts, strict=True)]
    lists = [train_photos.list_trace(x.objects, whole=True) for x in looked()]
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
    """Photographs by the head that everything else goes through, and by their own; `--sentences`: what that stage's reasoner writes."""
    torch.set_num_threads(1)
    if "--sentences" in sys.argv:
        words_said(train_photos.load())
        return
    for name, model in (("one head for everything", train_photos.PhotoHead().eval()), ("a head for photographs", train_photos.load())):
        print(f"== {name}", flush=True)
        report(model)


if __name__ == "__main__":
    main()
