"""The reasoner: MiniLM's layers 0–3 as a prefix language model with a pointer that copies names from image, prompt and trace, and one
that gives the kinds of such names."""

from functools import cache

import torch
import torch.nn.functional as F
from torch import nn

from . import batches, objects, tokens, traces
from .batches import SEP, Batch
from .minilm import WIDTH, Embed, Layer, prefix_mask

SHARED_LAYERS = 2  # frozen; the embedding head reads their states
COPY = 64
NEVER = -6.0  # the kinds pointer's gate before it is trained


@cache
def kind_table() -> torch.Tensor:
    """Token id → the token id of its kind, 0 where it is no name of the table, noun or object."""
    train, never, extra = batches.noun_things()
    table = torch.zeros(len(tokens.embeddings()) + len(extra), dtype=torch.long)
    for thing in [*never, *train, *batches.table_things()]:
        table[thing.ids[0]] = tokens.token(thing.kind)
    table[objects.label_tokens()] = torch.tensor([tokens.token(kind) for kind in objects.label_kinds()])
    return table


class Backbone(nn.Module):
    """Embeddings and the shared layers, frozen: a batch → states [b, s, WIDTH]."""

    def __init__(self, extra: torch.Tensor | None = None) -> None:
        super().__init__()
        words = tokens.embeddings()
        self.embed = Embed(words if extra is None else torch.cat([words, extra]))
        self.layers = nn.ModuleList(Layer(i) for i in range(SHARED_LAYERS))
        self.requires_grad_(False)

    def inputs(self, batch: Batch) -> torch.Tensor:
        """Embedded tokens; an image token is its expected name vector plus its feature."""
        words = self.embed.words
        x = words[batch.ids]
        rows = batch.is_image.nonzero(as_tuple=True)
        concept = (words[batch.copy_ids[rows]] * batch.copy_probs[rows][..., None]).sum(1) + batch.features[rows]
        x = x.index_put(rows, concept.to(x.dtype))
        return self.embed.norm(x + self.embed.places[: x.shape[1]])

    def forward(self, batch: Batch) -> torch.Tensor:
        mask = prefix_mask(batch.prefix, batch.length, batch.ids.shape[1])
        x = self.inputs(batch)
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Reasoner(nn.Module):
    """Layers 2–3 on the shared states, an output head over its vocabulary (by default the function words), and the pointers.

    The kinds pointer looks at the same keys, with a query of its own, and gives the kind of what stands there (`kind_table`). As created
    it gives none.
    """

    def __init__(self, words: list[int] | None = None) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(i) for i in range(SHARED_LAYERS, SHARED_LAYERS + 2))
        self.register_buffer("out_ids", torch.tensor(words or traces.function_words()))
        self.dense, self.dense_norm = nn.Linear(WIDTH, WIDTH), nn.LayerNorm(WIDTH)
        self.out = nn.Linear(WIDTH, len(self.out_ids))
        with torch.no_grad():
            self.out.weight.copy_(tokens.embeddings()[self.out_ids] * 0.5)
        self.copy_query, self.copy_key = nn.Linear(WIDTH, COPY), nn.Linear(WIDTH, COPY)
        self.gate = nn.Linear(WIDTH, 1)
        self.kind_query, self.kind_gate = nn.Linear(WIDTH, COPY), nn.Linear(WIDTH, 1)
        nn.init.zeros_(self.kind_gate.weight)
        nn.init.constant_(self.kind_gate.bias, NEVER)
        self.register_buffer("kinds", kind_table(), persistent=False)

    def load(self, state: dict[str, torch.Tensor]) -> None:
        """Loads layers that may have been trained before there was a kinds pointer."""
        missing, unknown = self.load_state_dict(state, strict=False)
        if unknown or any(not name.startswith("kind_") for name in missing):
            raise ValueError(f"not a reasoner's layers: {missing}, {unknown}")

    def states(self, shared: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            shared = layer(shared, mask)
        return shared

    def heads(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """States → log-probabilities of function words, copy queries and keys, gate logits."""
        words = self.out(self.dense_norm(F.gelu(self.dense(x)))).float().log_softmax(-1)
        return words, self.copy_query(x).float(), self.copy_key(x).float(), self.gate(x).float()[..., 0]

    def kind_heads(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """States → queries of the kinds pointer, gate logits."""
        return self.kind_query(x).float(), self.kind_gate(x).float()[..., 0]

    def loss(self, shared: torch.Tensor, batch: Batch) -> dict[str, torch.Tensor]:
        """Weighted next-token loss over the traces; a word's probability is the sum of those of writing and of copying it."""
        mask = prefix_mask(batch.prefix, batch.length, batch.ids.shape[1])
        x = self.states(shared, mask)
        at = torch.nonzero(batch.weights[:, 1:] > 0, as_tuple=True)  # position t predicts t + 1
        words, query, key, gate = self.heads(x)
        target = batch.ids[at[0], at[1] + 1]
        scores = torch.einsum("nd,nsd->ns", query[at], key[at[0]]) * COPY**-0.5
        attention = scores.masked_fill(~mask[at[0], 0, at[1]], -1e9).softmax(-1)
        hit = (batch.copy_probs * 1.0)[at[0]] * (batch.copy_ids[at[0]] == target[:, None, None])
        copied = (attention * hit.sum(-1)).sum(-1)
        slot = (target[:, None] == self.out_ids).float()
        written = (words[at] * slot).sum(-1).exp() * slot.sum(-1)
        g = gate[at].sigmoid()
        query, gate = self.kind_heads(x[at])
        scores = torch.einsum("nd,nsd->ns", query, key[at[0]]) * COPY**-0.5
        attention = scores.masked_fill(~mask[at[0], 0, at[1]], -1e9).softmax(-1)
        hit = batch.copy_probs[at[0]] * (self.kinds[batch.copy_ids[at[0]]] == target[:, None, None])
        told = (attention * hit.sum(-1)).sum(-1)
        h = gate.sigmoid()
        nll = -((1 - h) * ((1 - g) * written + g * copied) + h * told).clamp(min=1e-6).log()
        weight = batch.weights[at[0], at[1] + 1]
        heavy = (weight > 1.5).float()
        sure = ((nll < 0.69).float() * heavy).sum() / heavy.sum().clamp(min=1)
        return {"loss": (nll * weight).sum() / weight.sum(), "sure": sure}


@torch.no_grad()
def generate(backbone: Backbone, reasoner: Reasoner, sequences: list[batches.Sequence], limit: int = 56) -> list[list[int]]:
    """Greedy traces without the end token; each sequence's `trace` is the given start, and `limit` counts the added tokens.

    Prompts are padded to one length and new tokens follow the padding, with their true positions, so that keys and values are
    computed only once.
    """
    batch = batches.collate(sequences)
    n, size = batch.ids.shape
    rows, layers = torch.arange(n), [*backbone.layers, *reasoner.layers]
    mask, x = prefix_mask(batch.prefix, batch.length, size), backbone.inputs(batch)
    cache = []
    for layer in layers:
        cache.append(layer.keys_values(x))
        x = layer.attend(x, *cache[-1], mask)
    keys, copy_ids, copy_probs = reasoner.copy_key(x).float(), batch.copy_ids, batch.copy_probs
    seen = torch.arange(size) < batch.length[:, None]
    last, length = x[rows, batch.length - 1], batch.length.clone()
    made: list[list[int]] = [list(s.trace) for s in sequences]
    done = torch.zeros(n, dtype=torch.bool)
    one = torch.tensor([1.0] + [0.0] * (copy_probs.shape[2] - 1)).expand(n, 1, -1)
    for _ in range(limit):
        token = choose(reasoner, last, keys, copy_ids, copy_probs, seen)
        done |= token == SEP
        if done.all():
            break
        for i in torch.nonzero(~done).flatten().tolist():
            made[i].append(int(token[i]))
        x = backbone.embed.norm(backbone.embed.words[token] + backbone.embed.places[length])[:, None]
        seen = torch.cat([seen, torch.ones((n, 1), dtype=torch.bool)], 1)
        for k, layer in enumerate(layers):
            new = layer.keys_values(x)
            cache[k] = tuple(torch.cat(pair, 2) for pair in zip(cache[k], new, strict=True))
            x = layer.attend(x, *cache[k], seen[:, None, None, :])
        keys = torch.cat([keys, reasoner.copy_key(x).float()], 1)
        copy_ids = torch.cat([copy_ids, (token[:, None, None] * one).long()], 1)
        copy_probs = torch.cat([copy_probs, one], 1)
        last, length = x[:, 0], length + 1
    return made


def choose(
    reasoner: Reasoner, last: torch.Tensor, keys: torch.Tensor, ids: torch.Tensor, probs: torch.Tensor, seen: torch.Tensor
) -> torch.Tensor:
    """The likeliest next token [n] after states `last` [n, WIDTH]: written, copied, or the kind of a name, whichever is likeliest."""
    words, query, _, gate = reasoner.heads(last)
    kind_query, kind_gate = reasoner.kind_heads(last)

    def pointed(query: torch.Tensor, candidates: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The likeliest of the candidates [n, s · TOP] and its probability."""
        scores = torch.einsum("nd,nsd->ns", query, keys) * COPY**-0.5
        attention = scores.masked_fill(~seen, -1e9).softmax(-1)
        mass = (attention[..., None] * probs).flatten(1)
        total = torch.einsum("nij,nj->ni", (candidates[:, :, None] == candidates[:, None, :]).float(), mass)
        best, place = total.max(1)
        return candidates.gather(1, place[:, None])[:, 0], best

    copied, best = pointed(query, ids.flatten(1))
    kind, likely = pointed(kind_query, reasoner.kinds[ids.flatten(1)])
    word, index = words.max(1)
    g, h = gate.sigmoid(), kind_gate.sigmoid()
    old = torch.where(g * best > (1 - g) * word.exp(), copied, reasoner.out_ids[index])
    most = torch.maximum(g * best, (1 - g) * word.exp())
    return torch.where((kind != 0) & (h * likely > (1 - h) * most), kind, old)
