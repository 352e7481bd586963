"""The reasoner: MiniLM's layers 0–3 as a prefix language model with a pointer over names, prompt and trace."""

import torch
import torch.nn.functional as F
from torch import nn

from . import batches, tokens, traces
from .batches import SEP, Batch
from .minilm import WIDTH, Embed, Layer, prefix_mask

SHARED_LAYERS = 2  # frozen; the embedding head reads their states
COPY = 64


class Backbone(nn.Module):
    """Embeddings and the shared layers, frozen: a batch → states [b, s, WIDTH]."""

    def __init__(self, extra: torch.Tensor | None = None) -> None:
        super().__init__()
        self.embed = Embed(extra)
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
    """Layers 2–3 over the shared states, an output head over the function words, and the pointer."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(i) for i in range(SHARED_LAYERS, SHARED_LAYERS + 2))
        self.register_buffer("out_ids", torch.tensor(traces.function_words()))
        self.dense, self.dense_norm = nn.Linear(WIDTH, WIDTH), nn.LayerNorm(WIDTH)
        self.out = nn.Linear(WIDTH, len(self.out_ids))
        with torch.no_grad():
            self.out.weight.copy_(tokens.embeddings()[self.out_ids] * 0.5)
        self.copy_query, self.copy_key = nn.Linear(WIDTH, COPY), nn.Linear(WIDTH, COPY)
        self.gate = nn.Linear(WIDTH, 1)

    def states(self, shared: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        for layer in self.layers:
            shared = layer(shared, mask)
        return shared

    def heads(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """States → log-probabilities of function words, copy queries and keys, gate logits."""
        words = self.out(self.dense_norm(F.gelu(self.dense(x)))).float().log_softmax(-1)
        return words, self.copy_query(x).float(), self.copy_key(x).float(), self.gate(x).float()[..., 0]

    def loss(self, shared: torch.Tensor, batch: Batch) -> dict[str, torch.Tensor]:
        """Weighted next-token loss over the traces; the mixture is exact: a word may be written and copied."""
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
        nll = -((1 - g) * written + g * copied).clamp(min=1e-6).log()
        weight = batch.weights[at[0], at[1] + 1]
        return {"loss": (nll * weight).sum() / weight.sum(), "sure": ((nll < 0.69).float() * (weight > 1.5)).sum() / (weight > 1.5).sum()}


@torch.no_grad()
def generate(backbone: Backbone, reasoner: Reasoner, sequences: list[batches.Sequence], limit: int = 48) -> list[list[int]]:
    """Greedy traces, without the end mark; each sequence's `trace` is the start it is given."""
    batch = batches.collate(sequences)
    n, room = len(sequences), batch.ids.shape[1] + limit

    def grow(x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x, torch.zeros((n, room - x.shape[1], *x.shape[2:]), dtype=x.dtype)], 1)

    ids, copy_ids, copy_probs, features, is_image = map(grow, (batch.ids, batch.copy_ids, batch.copy_probs, batch.features, batch.is_image))
    length, done, rows = batch.length.clone(), torch.zeros(n, dtype=torch.bool), torch.arange(n)
    for _ in range(limit):
        size = int(length.max())
        now = Batch(
            *(x[:, :size] for x in (ids,)),
            batch.prefix,
            length,
            copy_ids[:, :size],
            copy_probs[:, :size],
            features[:, :size],
            is_image[:, :size],
            ids[:, :size].float(),
        )
        mask = prefix_mask(now.prefix, length, size)
        x = reasoner.states(backbone(now), mask)
        last = x[rows, length - 1]
        words, query, _, gate = reasoner.heads(last)
        key = reasoner.copy_key(x).float()
        attention = (
            (torch.einsum("nd,nsd->ns", query, key) * COPY**-0.5).masked_fill(torch.arange(size) >= length[:, None], -1e9).softmax(-1)
        )
        candidates = now.copy_ids.flatten(1)
        mass = (attention[..., None] * now.copy_probs).flatten(1)
        total = torch.einsum("nij,nj->ni", (candidates[:, :, None] == candidates[:, None, :]).float(), mass)
        best, place = total.max(1)
        g = gate.sigmoid()
        word, index = words.max(1)
        copied = g * best > (1 - g) * word.exp()
        token = torch.where(copied, candidates[rows, place], reasoner.out_ids[index])
        done |= token == SEP
        if done.all():
            break
        live = ~done
        ids[rows[live], length[live]] = token[live]
        copy_ids[rows[live], length[live], 0] = token[live]
        copy_probs[rows[live], length[live], 0] = 1
        length[live] += 1
    starts = batch.prefix.tolist()
    return [ids[i, starts[i] : length[i]].tolist() for i in range(n)]
