"""SmolLM2-135M in PyTorch, with a key-value cache."""

import torch
import torch.nn.functional as F
from torch import nn

LAYERS, WIDTH, HEADS, KV_HEADS, HEAD, FFN, VOCABULARY = 30, 576, 9, 3, 64, 1536, 49152
EPS, THETA = 1e-5, 100_000.0

Cache = list[tuple[torch.Tensor, torch.Tensor]]


def rotate(x: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
    """Rotary embedding of x [b, h, s, HEAD] at positions [b, s]: the halves of a head are the two coordinates."""
    frequencies = THETA ** (-torch.arange(0, HEAD, 2, device=x.device) / HEAD)
    angle = positions[:, None, :, None] * frequencies
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.attention_norm, self.ffn_norm = nn.RMSNorm(WIDTH, EPS), nn.RMSNorm(WIDTH, EPS)
        self.qkv = nn.Linear(WIDTH, (HEADS + 2 * KV_HEADS) * HEAD, bias=False)
        self.attended = nn.Linear(WIDTH, WIDTH, bias=False)
        self.gate, self.up = nn.Linear(WIDTH, FFN, bias=False), nn.Linear(WIDTH, FFN, bias=False)
        self.down = nn.Linear(FFN, WIDTH, bias=False)

    def forward(self, x: torch.Tensor, positions: torch.Tensor, mask: torch.Tensor, past: tuple | None) -> tuple[torch.Tensor, tuple]:
        b, s, _ = x.shape
        heads = self.qkv(self.attention_norm(x)).view(b, s, -1, HEAD).transpose(1, 2)
        q, k, v = heads.split([HEADS, KV_HEADS, KV_HEADS], 1)
        q, k = rotate(q, positions), rotate(k, positions)
        if past:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        spread = [t.repeat_interleave(HEADS // KV_HEADS, 1) for t in (k, v)]
        y = F.scaled_dot_product_attention(q, *spread, attn_mask=mask)
        x = x + self.attended(y.transpose(1, 2).reshape(b, s, WIDTH))
        h = self.ffn_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h)), (k, v)


class Llama(nn.Module):
    """SmolLM2-135M. The output matrix is the word embedding."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = nn.RMSNorm(WIDTH, EPS)

    def forward(self, ids: torch.Tensor, valid: torch.Tensor, past: Cache | None = None) -> tuple[torch.Tensor, Cache]:
        """ids [b, s], valid [b, past + s], padded on the left → states [b, s, WIDTH] after the last norm, and the cache."""
        positions = (valid.long().cumsum(1) - 1).clamp(min=0)[:, -ids.shape[1] :]
        index = torch.arange(valid.shape[1], device=ids.device)
        mask = (index[None, :] <= index[-ids.shape[1] :, None])[None, None] & valid[:, None, None, :].bool()
        # A padded row sees itself, or its attention would have no key.
        mask = mask | (index[None, :] == index[-ids.shape[1] :, None])[None, None]
        x, cache = self.words(ids), []
        for i, layer in enumerate(self.layers):
            x, kept = layer(x, positions, mask, past[i] if past else None)
            cache.append(kept)
        return self.norm(x), cache

    def logits(self, states: torch.Tensor) -> torch.Tensor:
        return F.linear(states, self.words.weight)
