"""Small modules for the unified models; docs/model-folders.md describes their graph interface."""

import torch
from torch import nn
from torch.nn import functional as F


def rows_at(here: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """Put rows[k] at the k-th True of `here` [batch, sequence] and zeros elsewhere; there may be no rows."""
    index = here.flatten().cumsum(0).reshape(here.shape) * here
    return torch.cat([rows.new_zeros(1, *rows.shape[1:]), rows], 0)[index]


class Block(nn.Module):
    """A BERT layer (norm after the residual) with optional cached keys and values."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(
        self, x: torch.Tensor, mask: torch.Tensor | None, past: tuple[torch.Tensor, torch.Tensor] | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """x [batch, sequence, width]; mask, True where seen, [batch, 1, sequence, total] → states, keys, values."""
        batch, length, width = x.shape
        q, k, v = (t.reshape(batch, length, self.heads, -1).transpose(1, 2) for t in self.qkv(x).chunk(3, -1))
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        scores = q @ k.transpose(2, 3) / (width // self.heads) ** 0.5
        if mask is not None:
            scores = scores.masked_fill(~mask, -1e9)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = self.norm1(x + self.out(mixed))
        return self.norm2(x + self.down(F.gelu(self.up(x)))), k, v


class Eyes(nn.Module):
    """pixel_values [images, 3, 32, 32] → image_features [4 × images, width] and, with concepts, their scores."""

    def __init__(self, width: int, concepts: int = 0) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3, 32, 16, 16)
        self.place = nn.Parameter(torch.zeros(4, 32))
        self.block = Block(32, 4)
        self.project = nn.Linear(32, width)
        self.concepts = nn.Linear(32, concepts) if concepts else None

    def forward(self, pixel_values: torch.Tensor) -> tuple[torch.Tensor, ...]:
        x = self.patches(pixel_values).flatten(2).transpose(1, 2) + self.place
        x = self.block(x, None)[0].flatten(0, 1)
        features = self.project(x)
        return (features,) if self.concepts is None else (features, self.concepts(x).softmax(-1))


class Head(nn.Module):
    """States of prompt and trace → one vector: a bidirectional layer, a (weighted) mean, a projection."""

    def __init__(self, width: int, dimensions: int) -> None:
        super().__init__()
        self.block = Block(width, 4)
        self.project = nn.Linear(width, dimensions, bias=False)

    def forward(self, hidden_states: torch.Tensor, attention_mask: torch.Tensor, token_weights: torch.Tensor | None = None) -> torch.Tensor:
        """hidden_states [batch, total, width], attention_mask [batch, total], token_weights [batch, total, 1]."""
        real = attention_mask.unsqueeze(-1).to(hidden_states.dtype)
        x = self.block(hidden_states, attention_mask[:, None, None, :] > 0)[0]
        weights = real if token_weights is None else real * token_weights
        return F.normalize(self.project((x * weights).sum(1) / weights.sum(1)), dim=-1)


class PrefixDecoder(nn.Module):
    """
    A prefix language model with a copy head. Inputs by name are `INPUTS` and the cache; outputs `OUTPUTS` and the
    cache. The k-th image token takes row k of `image_features`, and is copied as its likeliest concept (a token id
    from `first_concept` on). Tokens that occur in the trace are penalised, so `copy_ids` must be passed on.
    """

    INPUTS = ("input_ids", "attention_mask", "position_ids", "prefix_length", "image_features", "concept_scores")
    OUTPUTS = ("logits", "hidden_states", "token_weights")

    def __init__(self, vocab: int, width: int, positions: int, image_token: int, first_concept: int) -> None:
        super().__init__()
        self.image_token, self.first_concept = image_token, first_concept
        self.words, self.places = nn.Embedding(vocab, width), nn.Embedding(positions, width)
        self.norm = nn.LayerNorm(width)
        self.blocks = nn.ModuleList([Block(width, 4), Block(width, 4)])
        self.weigh = nn.Linear(width, 1)
        self.point = nn.Linear(width, width, bias=False)
        self.head = nn.Linear(width, vocab, bias=False)

    def forward(
        self,
        input_ids,
        attention_mask,
        position_ids,
        prefix_length,
        image_features,
        concept_scores,
        key0,
        value0,
        key1,
        value1,
        copy_ids,
    ) -> tuple[torch.Tensor, ...]:
        is_image = input_ids == self.image_token
        concepts = rows_at(is_image, concept_scores.argmax(-1) + self.first_concept)
        words = torch.where(is_image.unsqueeze(-1), rows_at(is_image, image_features), self.words(input_ids))
        x = self.norm(words + self.places(position_ids))

        total, past = attention_mask.shape[1], key0.shape[2]
        keys = torch.arange(total)
        queries = torch.arange(input_ids.shape[1]) + past
        seen = (keys[None, :] < prefix_length) | (keys[None, :] <= queries[:, None])
        mask = seen[None, None] & (attention_mask[:, None, None, :] > 0)
        states, *cache0 = self.blocks[0](x, mask, (key0, value0))
        top, *cache1 = self.blocks[1](states, mask, (key1, value1))

        copies = torch.cat([copy_ids, torch.where(is_image, concepts, input_ids)], 1)
        scores = self.point(top) @ self.words(copies).transpose(1, 2) / 8
        scores = scores.masked_fill(~mask[:, 0], -1e9).softmax(-1)
        one_hot = (copies.unsqueeze(-1) == torch.arange(self.words.num_embeddings)).to(scores.dtype)
        written = (mask[:, 0] & (keys >= prefix_length)).to(scores.dtype) @ one_hot
        logits = self.head(top) + 2 * scores @ one_hot - 4 * written
        return (logits, states, self.weigh(states).sigmoid() + 0.1, *cache0, *cache1, copies)


class Greedy(nn.Module):
    """A decoder whose graph outputs `next_token` [batch, 1] instead of `logits`."""

    def __init__(self, decoder: nn.Module) -> None:
        super().__init__()
        self.decoder = decoder

    def forward(
        self,
        input_ids,
        attention_mask,
        position_ids,
        prefix_length,
        image_features,
        concept_scores,
        key0,
        value0,
        key1,
        value1,
        copy_ids,
    ) -> tuple[torch.Tensor, ...]:
        logits, *rest = self.decoder(
            input_ids,
            attention_mask,
            position_ids,
            prefix_length,
            image_features,
            concept_scores,
            key0,
            value0,
            key1,
            value1,
            copy_ids,
        )
        return (logits[:, -1:].argmax(-1), *rest)
