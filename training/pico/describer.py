"""The describer: a small prefix language model that writes one sentence from what detector and classifier show of a photograph.

It sees a row for each object (name, score, place, size, number) and for each of the classifier's regions (its expected name), writes whole
words of captions, and shares nothing with the other models except MiniLM's word vectors, from which its own start.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import torch
import torch.nn.functional as F
from torch import nn

from . import caption_parse, objects, photo_scenes, tokens
from .backbones import REGIONS
from .batches import TOP, Seen
from .labels import Object
from .minilm import WIDTH

SIZE, HEADS, LAYERS = 192, 4, 2
LONGEST = 20  # words
LEAST = 20  # captions that a word must occur in
BEGIN, UNKNOWN = 0, 1  # BEGIN is the end as well
FIGURES = 10 + REGIONS + TOP  # numbers of a row: of an object; which region; the probabilities of its names


@cache
def vocabulary() -> list[str]:
    """The two marks, then the words of the captions, most frequent first."""
    captions = photo_scenes.corpus("train", photo_scenes.EVERY)[0]
    number = Counter(w for five in captions for c in five for w in set(caption_parse.words(c)))
    return ["<begin>", "<unknown>", *(w for w, n in sorted(number.items(), key=lambda x: (-x[1], x[0])) if n >= LEAST)]


@cache
def numbers() -> dict[str, int]:
    return {w: i for i, w in enumerate(vocabulary())}


def word_ids(caption: str) -> list[int]:
    return [numbers().get(w, UNKNOWN) for w in caption_parse.words(caption)]


@dataclass
class Context:
    """What is shown of one photograph: name vectors [n, WIDTH] and figures [n, FIGURES] of its objects and regions."""

    names: torch.Tensor
    figures: torch.Tensor


def context(seen: Seen, found: list[Object]) -> Context:
    kept, number = objects.told(found), objects.counts(found)
    figures = torch.zeros((len(kept) + REGIONS, FIGURES))
    for row, o in zip(figures, kept, strict=False):
        x, y, w, h = o.box
        many = number[o.label]
        row[:10] = torch.tensor([1, o.score, o.score**0.5, x + w / 2, y + h / 2, w, h, (w * h) ** 0.5, float(many > 1), min(many, 6) / 3])
    figures[len(kept) :, 10 : 10 + REGIONS] = torch.eye(REGIONS)
    figures[len(kept) :, 10 + REGIONS :] = seen.probs[:REGIONS]
    words = tokens.embeddings()
    ids = objects.label_tokens()[[o.label for o in kept]] if kept else torch.zeros(0, dtype=torch.long)
    expected = (words[seen.ids[:REGIONS]] * seen.probs[:REGIONS, :, None]).sum(1)
    return Context(torch.cat([words[ids], expected]), figures)


class Block(nn.Module):
    """Attention over given keys and values, and a feed-forward layer, each after a norm."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.LayerNorm(SIZE), nn.LayerNorm(SIZE)
        self.query, self.key, self.value, self.attended = (nn.Linear(SIZE, SIZE) for _ in range(4))
        self.up, self.down = nn.Linear(SIZE, 4 * SIZE), nn.Linear(4 * SIZE, SIZE)

    def heads(self, x: torch.Tensor, layer: nn.Linear) -> torch.Tensor:
        return layer(x).view(*x.shape[:2], HEADS, -1).transpose(1, 2)

    def forward(
        self, x: torch.Tensor, mask: torch.Tensor, before: tuple[torch.Tensor, torch.Tensor] | None = None
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, torch.Tensor]]:
        """x [b, s, SIZE] attends to itself, and to keys and values `before` it → x, and its own keys and values."""
        y = self.first(x)
        own = self.heads(y, self.key), self.heads(y, self.value)
        k, v = (torch.cat(pair, 2) for pair in zip(before, own, strict=True)) if before else own
        y = F.scaled_dot_product_attention(self.heads(y, self.query), k, v, attn_mask=mask)
        x = x + self.attended(y.transpose(1, 2).reshape(x.shape))
        return x + self.down(F.gelu(self.up(self.second(x)))), own


class Describer(nn.Module):
    """`rows` of contexts are read once; sentences, several of a photograph, then attend to their keys and values."""

    def __init__(self) -> None:
        super().__init__()
        spelled = torch.stack([tokens.spelled(w) for w in vocabulary()])
        middle = spelled.mean(0)
        basis = torch.linalg.svd(spelled - middle, full_matrices=False).Vh[:SIZE]  # [SIZE, WIDTH]
        start = (spelled - middle) @ basis.T
        scale = 0.04 / start.std()
        self.words, self.bias = nn.Parameter(start * scale), nn.Parameter(torch.zeros(len(spelled)))
        self.names, self.figures = nn.Linear(WIDTH, SIZE), nn.Linear(FIGURES, SIZE, bias=False)
        with torch.no_grad():
            self.names.weight.copy_(basis * scale * SIZE**0.5)
            self.names.bias.copy_(-self.names.weight @ middle)
        self.places = nn.Parameter(torch.randn(LONGEST + 1, SIZE) * 0.1)
        self.blocks, self.norm = nn.ModuleList(Block() for _ in range(LAYERS)), nn.LayerNorm(SIZE)

    @property
    def device(self) -> torch.device:
        return self.words.device

    def read(self, shown: list[Context]) -> tuple[list[tuple[torch.Tensor, torch.Tensor]], torch.Tensor]:
        """The keys and values of every layer, and which rows are real [b, n]."""
        size = max(len(c.figures) for c in shown)
        names, figures = torch.zeros((len(shown), size, WIDTH)), torch.zeros((len(shown), size, FIGURES))
        for i, c in enumerate(shown):
            names[i, : len(c.names)], figures[i, : len(c.figures)] = c.names, c.figures
        real = (figures.abs().sum(-1) > 0).to(self.device)
        x, made = self.names(names.to(self.device)) + self.figures(figures.to(self.device)), []
        for block in self.blocks:
            x, own = block(x, real[:, None, None])
            made.append(own)
        return made, real

    def forward(self, read: tuple, of: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
        """Word ids [c, s], each row about the photograph `of` [c] → states [c, s, SIZE]."""
        before, real = read
        c, s = ids.shape
        causal = torch.ones((s, s), dtype=torch.bool, device=self.device).tril()
        mask = torch.cat([real[of][:, None].expand(c, s, -1), causal.expand(c, s, s)], 2)[:, None]
        x = self.words[ids] * SIZE**0.5 + self.places[:s]
        for block, (k, v) in zip(self.blocks, before, strict=True):
            x, _ = block(x, mask, (k[of], v[of]))
        return self.norm(x)

    def next(self, states: torch.Tensor) -> torch.Tensor:
        """Logits of the next word [.., words]."""
        return (states @ self.words.T + self.bias).float()

    def loss(self, shown: list[Context], sentences: list[list[int]], of: list[int]) -> torch.Tensor:
        """Mean of the next word's negative log-likelihood; unknown words do not count."""
        size = max(map(len, sentences)) + 1
        ids = torch.full((len(sentences), size + 1), UNKNOWN)
        for row, told in zip(ids, sentences, strict=True):
            row[: len(told) + 2] = torch.tensor([BEGIN, *told, BEGIN])
        ids = ids.to(self.device)
        logits = self.next(self(self.read(shown), torch.tensor(of, device=self.device), ids[:, :-1]))
        return F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), ignore_index=UNKNOWN)


def text(ids: list[int]) -> str:
    return " ".join(vocabulary()[i] for i in ids)


def next_words(model: Describer, read: tuple, of: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """Log-probabilities [c, words] after the rows; a sentence has a word at least, and none that is unknown."""
    logits = model.next(model(read, of, ids)[:, -1])
    logits[:, UNKNOWN] = -torch.inf
    if ids.shape[1] == 1:
        logits[:, BEGIN] = -torch.inf
    return logits.log_softmax(-1)


def written(model: Describer, shown: list[Context], count: int, choose: Callable[[torch.Tensor], torch.Tensor]) -> list[list[str]]:
    """`count` sentences of each photograph, whose next words [c] are chosen by log-probabilities [c, words]."""
    read, n = model.read(shown), len(shown)
    of = torch.arange(n, device=model.device).repeat_interleave(count)
    ids, done = torch.full((n * count, 1), BEGIN, device=model.device), torch.zeros(n * count, dtype=torch.bool, device=model.device)
    for _ in range(LONGEST):
        word = choose(next_words(model, read, of, ids)).masked_fill(done, BEGIN)
        ids, done = torch.cat([ids, word[:, None]], 1), done | (word == BEGIN)
        if done.all():
            break
    made = [text([i for i in row if i != BEGIN]) for row in ids.tolist()]
    return [made[k : k + count] for k in range(0, len(made), count)]


@torch.no_grad()
def likeliest(model: Describer, shown: list[Context]) -> list[str]:
    """A sentence of each photograph, always going on with the likeliest word."""
    return [one for (one,) in written(model, shown, 1, lambda chance: chance.argmax(-1))]


@torch.no_grad()
def drawn(model: Describer, shown: list[Context], count: int, temperature: float, seed: int = 0) -> list[list[str]]:
    """`count` sentences of each photograph, drawn by their probability."""
    generator = torch.Generator(model.device).manual_seed(seed)
    return written(model, shown, count, lambda chance: torch.multinomial((chance / temperature).softmax(-1), 1, generator=generator)[:, 0])
