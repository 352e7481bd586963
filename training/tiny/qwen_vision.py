"""Qwen2-VL's vision tower without loops over images, so that it exports; and M-RoPE positions."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from transformers.models.qwen2_vl.modeling_qwen2_vl import apply_rotary_pos_emb_vision


class QwenVision(nn.Module):
    """pixel_values [patches, patch values], grid_thw [images, 3] → image_features [patches / merge², width]."""

    def __init__(self, tower: nn.Module) -> None:
        super().__init__()
        self.tower, self.merge = tower, tower.spatial_merge_size

    def forward(self, pixel_values: torch.Tensor, grid_thw: torch.Tensor) -> torch.Tensor:
        ends = grid_thw.prod(-1).cumsum(0)
        index = torch.arange(pixel_values.shape[0])
        image = (index[:, None] >= ends[None, :]).sum(-1)
        height, width = grid_thw[image, 1], grid_thw[image, 2]
        local = index - (ends - grid_thw.prod(-1))[image]
        frame, local = local // (height * width), local % (height * width)
        # Patches are ordered by blocks of merge × merge, row by row within each block.
        block, inner = local // self.merge**2, local % self.merge**2
        per_row = width // self.merge
        rows = block // per_row * self.merge + inner // self.merge
        columns = block % per_row * self.merge + inner % self.merge
        cos, sin = self.tower.rotary_pos_emb(pixel_values, torch.stack([rows, columns], -1))
        same = (image[:, None] == image[None, :]) & (frame[:, None] == frame[None, :])

        x = self.tower.patch_embed(pixel_values)
        for block_ in self.tower.blocks:
            x = x + _attend(block_.attn, block_.norm1(x), cos, sin, same)
            x = x + block_.mlp(block_.norm2(x))
        return self.tower.merger(x)


def _attend(attn: nn.Module, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, same: torch.Tensor) -> torch.Tensor:
    length = x.shape[0]
    q, k, v = attn.qkv(x).reshape(length, 3, attn.num_heads, -1).permute(1, 0, 2, 3).unbind(0)
    q, k = apply_rotary_pos_emb_vision(q, k, cos, sin)
    scores = q.transpose(0, 1) @ k.permute(1, 2, 0) * attn.scaling
    weights = scores.masked_fill(~same, -1e9).softmax(-1)
    return attn.proj((weights @ v.transpose(0, 1)).transpose(0, 1).reshape(length, -1))


def mrope_positions(ids: list[int], image_id: int, grids: np.ndarray | None, merge: int) -> Callable[[int, int], np.ndarray]:
    """Positions [3, 1, n]: text advances all three rows; an image counts time, row and column from its position."""
    rows: list[np.ndarray] = []
    at, k, i = 0, 0, 0
    while i < len(ids):
        if ids[i] == image_id:
            t, h, w = (int(n) for n in grids[k] // np.array([1, merge, merge]))
            grid = np.stack(np.meshgrid(np.arange(t), np.arange(h), np.arange(w), indexing="ij")).reshape(3, -1)
            rows.append(grid + at)
            at, k, i = at + max(t, h, w), k + 1, i + t * h * w
        else:
            rows.append(np.full((3, 1), at))
            at, i = at + 1, i + 1
    prompt = np.concatenate(rows, 1)

    def positions(past: int, n: int) -> np.ndarray:
        if past == 0:
            return prompt[:, None].astype(np.int64)
        return np.broadcast_to(np.arange(n) + at + past - len(ids), (3, 1, n)).astype(np.int64)

    return positions
