"""What a sentence gives over a counted list, as the trace of a photograph: `python -m pico.describe_eval bounds|forms`.

`bounds`: the captioned photographs with nothing, the detector's list, people's list, and one of their five captions, which then is no
query: what a sentence could be worth. `forms`: what the describer writes, on simulated photographs of validation captions, on the tuning
half of the captioned photographs (every other one, from the first) and on the reported half. Queries of a half look among all.
"""

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from . import captioned, captioned_eval, describer, noise, pairs, tokens, train_describer, train_photos
from .batches import Seen, Sequence
from .labels import Object
from .photo_scenes import Photographs

SAMPLES, TEMPERATURE = 8, 0.7
SIMULATED = 400
REDRAWN = 2000  # bootstrap


@dataclass
class Pool:
    """Photographs as they are seen at a close look, with objects and captions; `first`: at a first look."""

    first: list[Seen]
    close: list[Seen]
    objects: list[list[Object]]
    captions: list[list[str]]


def real() -> Pool:
    views, captions = captioned_eval.looked(), [p.captions[:5] for p in captioned.photos()]
    return Pool([x.first for x in views], [x.close for x in views], [x.objects for x in views], captions)


def simulated() -> Pool:
    """Photographs that the describer's training has not met, of captions that it has not."""
    source = Photographs(random.Random(8), "val", measured=noise.TUNING)
    made = Pool([], [], [], [])
    while len(made.close) < SIMULATED:
        photo = source.draw()
        found = source.detections(photo)
        if found and photo.key[0] == "photo":
            made.first.append(source.names_seen(photo))
            made.close.append(source.names_seen(photo))
            made.objects.append(found)
            made.captions.append(photo.captions[:5])
    return made


def embed(model: torch.nn.Module, sequences: list[Sequence]) -> torch.Tensor:
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        return train_photos.by_length(model, sequences, 1 + len(sequences) // 100).float()


def traced(model: torch.nn.Module, pool: Pool, written: list[list[int]]) -> torch.Tensor:
    return embed(model, [Sequence(c, [], t) for c, t in zip(pool.close, written, strict=True)])


def trace(*parts: list[int]) -> list[int]:
    """Parts with a semicolon between them."""
    ids = [tokens.token(tokens.ENDTHINK)]
    for part in filter(None, parts):
        ids += [*([tokens.token(";")] if len(ids) > 1 else []), *part]
    return ids


def mean(*vectors: torch.Tensor) -> torch.Tensor:
    return F.normalize(torch.stack(vectors).mean(0), dim=-1)


def ranks(photos: torch.Tensor, captions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Photographs [n, d] and captions [n, c, d] → ranks of photographs for captions [n, c], and whether a photograph's nearest caption
    is one of its own [n]."""
    scores = captions @ photos.T  # [n, c, n]
    n, c = scores.shape[:2]
    own = scores[torch.arange(n), :, torch.arange(n)]
    back = scores.view(n * c, n).argmax(0) // c == torch.arange(n)
    return (scores > own[..., None]).sum(-1), back


def told(rank: torch.Tensor, back: torch.Tensor, rows: slice) -> str:
    found = " / ".join(f"{100 * float((rank[rows] < k).float().mean()):.1f}" for k in (1, 5, 10))
    return f"{found}   {100 * float(back[rows].float().mean()):.1f}"


def compared(rank: torch.Tensor, other: torch.Tensor, rows: slice) -> str:
    """Against another form: queries with a better and a worse rank, and the difference of R@1 and R@10 with its 95 % interval over
    photographs drawn anew."""
    a, b = rank[rows], other[rows]
    shown = [f"better {int((a < b).sum())}, worse {int((a > b).sum())}"]
    again = torch.randint(len(a), (REDRAWN, len(a)), generator=torch.Generator().manual_seed(0))
    for k in (1, 10):
        gain = 100 * ((a < k).float() - (b < k).float()).mean(1)
        low, high = gain[again].mean(1).quantile(torch.tensor([0.025, 0.975])).tolist()
        shown.append(f"R@{k} {float(gain.mean()):+.1f} ({low:+.1f} to {high:+.1f})")
    return ", ".join(shown)


def halves(pool: Pool) -> dict[str, slice]:
    parts = {} if len(pool.close) == SIMULATED else {"tuning": slice(0, None, 2), "reported": slice(1, None, 2)}
    return {"all": slice(None)} | parts


def texts(model: torch.nn.Module, pool: Pool) -> torch.Tensor:
    """[n, 5, d]"""
    return embed(model, [pairs.plain(c.lower()) for five in pool.captions for c in five]).view(len(pool.captions), -1, 384)


def bounds() -> None:
    model, pool = train_photos.load(), real()
    captions = texts(model, pool)
    machine = [captioned_eval.as_listed(o)[1:] for o in pool.objects]
    people = [captioned_eval.as_listed(p.objects)[1:] for p in captioned.photos()]
    never = embed(model, [Sequence(s, [], []) for s in pool.first])
    fixed = {
        "never": never,
        "detector's list": traced(model, pool, [trace(x) for x in machine]),
        "people's list": traced(model, pool, [trace(x) for x in people]),
    }
    with_caption: dict[str, Callable[[list[list[int]]], torch.Tensor]] = {
        "detector's list ; a caption": lambda said: traced(model, pool, [trace(x, s) for x, s in zip(machine, said, strict=True)]),
        "people's list ; a caption": lambda said: traced(model, pool, [trace(x, s) for x, s in zip(people, said, strict=True)]),
        "a caption as the trace": lambda said: traced(model, pool, [trace(s) for s in said]),
        "mean of list's and a caption's trace": lambda said: mean(fixed["detector's list"], with_caption["a caption as the trace"](said)),
        "a caption's text alone": lambda said: embed(model, [Sequence(None, s, []) for s in said]),
        "mean of list's vector and that text": lambda said: mean(fixed["detector's list"], with_caption["a caption's text alone"](said)),
    }
    found: dict[str, list[tuple[torch.Tensor, torch.Tensor]]] = {}
    for k in range(5):
        rest = captions[:, [i for i in range(5) if i != k]]
        said = [tokens.encode(five[k].lower().strip(" .")) for five in pool.captions]
        for name, vectors in (fixed | {n: make(said) for n, make in with_caption.items()}).items():
            found.setdefault(name, []).append(ranks(vectors, rest))
    print("four captions look for photographs, each of the five withheld in turn: text → photo R@1 / 5 / 10, photo → text R@1")
    joined = {n: (torch.cat([r for r, _ in x], 1), torch.stack([b for _, b in x], 1)) for n, x in found.items()}
    for half, rows in halves(pool).items():
        for name, (rank, back) in joined.items():
            versus = "" if name == "detector's list" else compared(rank, joined["detector's list"][0], rows)
            print(f"{half:9} {name:38} {told(rank, back, rows)}   {versus}", flush=True)


def consensus(model: torch.nn.Module, drawn: list[list[str]]) -> tuple[list[str], torch.Tensor]:
    """Of several sentences the one that is nearest to the others' vectors, and the mean of all vectors."""
    count = len(drawn[0])
    vectors = embed(model, [pairs.plain(s) for some in drawn for s in some]).view(len(drawn), count, -1)
    middle = vectors.mean(1)
    best = (vectors @ middle[..., None])[..., 0].argmax(1).tolist()
    return [some[i] for some, i in zip(drawn, best, strict=True)], F.normalize(middle, dim=-1)


def forms(model: torch.nn.Module, pool: Pool, writer: describer.Describer) -> dict[str, torch.Tensor]:
    """Vectors of the photographs, by what is written of them."""
    shown = [describer.context(s, o) for s, o in zip(pool.close, pool.objects, strict=True)]
    with train_describer.seeing(writer):
        greedy = describer.likeliest(writer, shown)
        parts = [shown[k : k + 40] for k in range(0, len(shown), 40)]
        several = [some for part in parts for some in describer.drawn(writer, part, SAMPLES, TEMPERATURE)]
    agreed, middle = consensus(model, several)
    listed = [captioned_eval.as_listed(o)[1:] for o in pool.objects]
    for five, said, other, words in list(zip(pool.captions, greedy, agreed, listed, strict=True))[:12]:
        print(f"  {tokens.tokenizer().decode(words)} | {said} | {other} || {five[0]}", flush=True)
    made = {
        "never": embed(model, [Sequence(s, [], []) for s in pool.first]),
        "no trace, close look": traced(model, pool, [[]] * len(listed)),
        "list": traced(model, pool, [trace(x) for x in listed]),
    }
    for name, said in (("likeliest", greedy), ("agreed", agreed)):
        ids = [tokens.encode(s) for s in said]
        made[f"{name}: sentence"] = traced(model, pool, [trace(s) for s in ids])
        made[f"{name}: list ; sentence"] = traced(model, pool, [trace(x, s) for x, s in zip(listed, ids, strict=True)])
        made[f"{name}: sentence ; list"] = traced(model, pool, [trace(s, x) for x, s in zip(listed, ids, strict=True)])
        made[f"{name}: mean of vectors"] = mean(made["list"], made[f"{name}: sentence"])
        made[f"{name}: text alone"] = embed(model, [Sequence(None, s, []) for s in ids])
    made[f"mean of {SAMPLES} texts"] = middle
    made[f"mean of list and {SAMPLES} texts"] = mean(made["list"], middle)
    return made


def report(model: torch.nn.Module, writer: describer.Describer) -> None:
    print("text → photo R@1 / 5 / 10, photo → text R@1; against the list: ranks, R@1 and R@10 with 95 % intervals")
    for which, made in (("captioned", real), ("simulated", simulated)):
        pool = made()
        captions = texts(model, pool)
        found = {name: ranks(vectors, captions) for name, vectors in forms(model, pool, writer).items()}
        for half, rows in halves(pool).items():
            for name, (rank, back) in found.items():
                versus = "" if name == "list" else compared(rank, found["list"][0], rows)
                print(f"{which} {half:9} {name:34} {told(rank, back, rows)}   {versus}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("bounds", "forms"))
    parser.add_argument("--head", default="photos", help="the stage whose head it is, such as photos-described")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    if asked.what == "bounds":
        bounds()
    else:
        report(train_photos.load(asked.head), train_describer.load())


if __name__ == "__main__":
    main()
