"""Draws batches of pictograms on backgrounds, with style-breaking augmentation. Colours are 0–1 floats, NCHW."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F


@dataclass
class Look:
    """How a picture lies in its cell: size as a share of the cell, turn in radians, and whether its style is broken."""

    smallest: float = 0.55
    largest: float = 0.95
    turn: float = 0.35
    mirror: bool = True
    style: float = 0.0  # strength of style-breaking, 0 for plain scenes


def uniform(shape: tuple[int, ...], low: float, high: float, rng: torch.Generator) -> torch.Tensor:
    return low + (high - low) * torch.rand(shape, generator=rng)


def chance(count: int, p: float, rng: torch.Generator) -> torch.Tensor:
    """[count, 1, 1, 1] of 0 or 1."""
    return (torch.rand((count, 1, 1, 1), generator=rng) < p).float()


def grounds(count: int, size: int, rng: torch.Generator) -> torch.Tensor:
    """[count, 3, size, size]: white, plain, gradient or soft texture."""
    coarse = torch.rand((count, 3, 4, 4), generator=rng)
    texture = F.interpolate(coarse, (size, size), mode="bicubic", align_corners=False).clamp(0, 1)
    plain = torch.rand((count, 3, 1, 1), generator=rng)
    amount = uniform((count, 1, 1, 1), 0, 0.5, rng) * chance(count, 0.6, rng)
    ground = plain + amount * (texture - plain)
    pale = chance(count, 0.4, rng)
    ground = pale * (1 - 0.15 * (1 - ground)) + (1 - pale) * ground
    white = chance(count, 0.25, rng)
    return white + (1 - white) * ground


def place(art: torch.Tensor, size: int, look: Look, rng: torch.Generator) -> torch.Tensor:
    """RGBA [n, 4, s, s] → RGBA [n, 4, size, size], each turned, scaled and moved within its cell."""
    n = len(art)
    scale = uniform((n,), look.smallest, look.largest, rng)
    angle = uniform((n,), -look.turn, look.turn, rng)
    flip = 1 - 2 * (torch.rand(n, generator=rng) < 0.5).float() if look.mirror else torch.ones(n)
    room = (1 - scale).clamp(min=0)
    dx, dy = uniform((n,), -1, 1, rng) * room, uniform((n,), -1, 1, rng) * room
    cos, sin = torch.cos(angle) / scale, torch.sin(angle) / scale
    theta = torch.stack(
        [
            torch.stack([flip * cos, flip * sin, flip * (-cos * dx - sin * dy)], 1),
            torch.stack([-sin, cos, sin * dx - cos * dy], 1),
        ],
        1,
    )
    soft = torch.cat([art[:, :3] * art[:, 3:], art[:, 3:]], 1)
    if art.shape[-1] > 2 * size * look.smallest:
        soft = F.avg_pool2d(soft, 2)
    out = F.grid_sample(soft, F.affine_grid(theta, [n, 4, size, size], align_corners=False), align_corners=False)
    return torch.cat([(out[:, :3] / out[:, 3:].clamp(min=1e-3)).clamp(0, 1), out[:, 3:]], 1)


def _luminance(rgb: torch.Tensor) -> torch.Tensor:
    return (rgb * torch.tensor([0.3, 0.59, 0.11]).view(1, 3, 1, 1)).sum(1, keepdim=True)


def restyle(art: torch.Tensor, strength: float, rng: torch.Generator) -> torch.Tensor:
    """Breaks the style of RGBA pictures: colour mixes, grey, flat colours, dark outlines, blur."""
    n, rgb, alpha = len(art), art[:, :3], art[:, 3:]
    mix = torch.eye(3) + 0.8 * torch.randn((n, 3, 3), generator=rng)
    mix = mix / mix.sum(2, keepdim=True).abs().clamp(min=0.4)
    mixed = torch.einsum("nij,njhw->nihw", mix, rgb - 0.5).add(0.5).clamp(0, 1)
    rgb = torch.lerp(rgb, mixed, chance(n, 0.45 * strength, rng))
    rgb = torch.lerp(rgb, _luminance(rgb).expand_as(rgb), chance(n, 0.2 * strength, rng))
    levels = torch.randint(2, 6, (n, 1, 1, 1), generator=rng).float()
    rgb = torch.lerp(rgb, (rgb * levels).round() / levels, chance(n, 0.3 * strength, rng))
    visible = torch.cat([_luminance(rgb) * alpha, alpha], 1)
    thick = chance(n, 0.5, rng)
    local = [F.max_pool2d(visible, k, 1, k // 2) + F.max_pool2d(-visible, k, 1, k // 2) for k in (3, 5)]
    jump = torch.lerp(local[0], local[1], thick).amax(1, keepdim=True)
    line = ((jump - uniform((n, 1, 1, 1), 0.15, 0.4, rng)) * 8).clamp(0, 1) * chance(n, 0.4 * strength, rng)
    bare = chance(n, 0.2, rng) * (line.amax((2, 3), keepdim=True) > 0)
    rgb = torch.lerp(rgb, torch.lerp(rgb, torch.ones_like(rgb), uniform((n, 1, 1, 1), 0.6, 1, rng)), bare)
    ink = uniform((n, 3, 1, 1), 0, 0.2, rng)
    rgb, alpha = torch.lerp(rgb, ink.expand_as(rgb), line), torch.maximum(alpha, line)
    both = torch.cat([rgb, alpha], 1)
    both = torch.lerp(both, F.avg_pool2d(both, 3, 1, 1, count_include_pad=False), chance(n, 0.2 * strength, rng))
    return both


def cells(art: torch.Tensor, size: int, look: Look, rng: torch.Generator, per_scene: int = 1) -> torch.Tensor:
    """RGBA [n, 4, s, s] → RGB [n, 3, size, size]; `per_scene` neighbours share one ground."""
    drawn = place(art, size, look, rng)
    if look.style:
        drawn = restyle(drawn, look.style, rng)
    scenes = len(art) // per_scene
    if per_scene == 4:
        ground = grounds(scenes, 2 * size, rng)
        ground = ground.view(scenes, 3, 2, size, 2, size).permute(0, 2, 4, 1, 3, 5).reshape(-1, 3, size, size)
    else:
        ground = grounds(scenes, size, rng)
    rgb = drawn[:, 3:] * drawn[:, :3] + (1 - drawn[:, 3:]) * ground
    bright = uniform((scenes, 1, 1, 1), 0.85, 1.1, rng).repeat_interleave(per_scene, 0)
    return (rgb * bright).clamp(0, 1)


def assemble(parts: torch.Tensor) -> torch.Tensor:
    """Cells [4 n, 3, s, s] (northwest, northeast, southwest, southeast) → scenes [n, 3, 2 s, 2 s]."""
    n, s = len(parts) // 4, parts.shape[-1]
    return parts.view(n, 2, 2, 3, s, s).permute(0, 3, 1, 4, 2, 5).reshape(n, 3, 2 * s, 2 * s)
