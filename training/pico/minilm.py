"""MiniLM's parts in PyTorch: embeddings and encoder layers, with any attention mask."""

import torch
import torch.nn.functional as F
from torch import nn

from .tokens import minilm_weights

WIDTH, HEADS, FFN, POSITIONS = 384, 12, 1536, 320
EPS = 1e-12


class Embed(nn.Module):
    """Token vectors `words` [n, WIDTH] + positions (+ the one token type), normalised. Frozen."""

    def __init__(self, words: torch.Tensor) -> None:
        super().__init__()
        weights = minilm_weights()
        self.words = nn.Parameter(words, requires_grad=False)
        places = weights["embeddings.position_embeddings.weight"][:POSITIONS] + weights["embeddings.token_type_embeddings.weight"][0]
        self.places = nn.Parameter(places, requires_grad=False)
        self.norm = nn.LayerNorm(WIDTH, EPS)
        self.norm.load_state_dict({"weight": weights["embeddings.LayerNorm.weight"], "bias": weights["embeddings.LayerNorm.bias"]})
        self.norm.requires_grad_(False)

    def forward(self, ids: torch.Tensor, visual: torch.Tensor | None = None, where: torch.Tensor | None = None) -> torch.Tensor:
        """ids [b, s] → [b, s, WIDTH]; `visual` [b, n, WIDTH] replaces the word vectors at the n positions `where` [b, n]."""
        x = self.words[ids]
        if visual is not None and where is not None:
            x = x.scatter(1, where[..., None].expand(-1, -1, WIDTH), visual)
        return self.norm(x + self.places[: ids.shape[1]])


class Layer(nn.Module):
    """One post-norm encoder layer, started from MiniLM's layer `index`."""

    def __init__(self, index: int) -> None:
        super().__init__()
        w = minilm_weights()
        p = f"encoder.layer.{index}."

        def linear(name: str) -> nn.Linear:
            weight = w[p + name + ".weight"]
            made = nn.Linear(weight.shape[1], weight.shape[0])
            made.load_state_dict({"weight": weight, "bias": w[p + name + ".bias"]})
            return made

        def norm(name: str) -> nn.LayerNorm:
            made = nn.LayerNorm(WIDTH, EPS)
            made.load_state_dict({"weight": w[p + name + ".weight"], "bias": w[p + name + ".bias"]})
            return made

        self.query, self.key, self.value = (linear(f"attention.self.{n}") for n in ("query", "key", "value"))
        self.attended, self.attended_norm = linear("attention.output.dense"), norm("attention.output.LayerNorm")
        self.up, self.down, self.norm = linear("intermediate.dense"), linear("output.dense"), norm("output.LayerNorm")

    def keys_values(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """x [b, s, WIDTH] → keys and values [b, HEADS, s, WIDTH / HEADS]."""
        b, s, _ = x.shape
        return tuple(f(x).view(b, s, HEADS, -1).transpose(1, 2) for f in (self.key, self.value))

    def attend(self, x: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Attention of x [b, s, WIDTH] over keys and values of t positions; mask [b, 1, s or 1, t], true where allowed."""
        b, s, _ = x.shape
        q = self.query(x).view(b, s, HEADS, -1).transpose(1, 2)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(b, s, WIDTH)
        x = self.attended_norm(x + self.attended(y))
        return self.norm(x + self.down(F.gelu(self.up(x))))

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Self-attention: x [b, s, WIDTH], mask [b, 1, s or 1, s]."""
        return self.attend(x, *self.keys_values(x), mask)


def prefix_mask(prefix: torch.Tensor, length: torch.Tensor, size: int) -> torch.Tensor:
    """[b, 1, size, size]: every query sees the keys before `prefix`, later keys causally, and none from `length` on."""
    i = torch.arange(size)
    key = i[None, None, :]
    seen = (key < prefix[:, None, None]) | (key <= i[None, :, None])
    return (seen & (key < length[:, None, None]))[:, None]


def pool(x: torch.Tensor, valid: torch.Tensor) -> torch.Tensor:
    """Mean over valid positions [b, s], normalised."""
    w = valid[..., None].to(x.dtype)
    return F.normalize((x * w).sum(1) / w.sum(1), dim=-1)


class TextEncoder(nn.Module):
    """MiniLM as published (all six layers), over its own tokens: the teacher for plain text."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = Embed(minilm_weights()["embeddings.word_embeddings.weight"])
        self.layers = nn.ModuleList(Layer(i) for i in range(6))
        self.requires_grad_(False)

    def forward(self, ids: torch.Tensor, valid: torch.Tensor) -> torch.Tensor:
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, valid[:, None, None, :].bool())
        return pool(x, valid)
