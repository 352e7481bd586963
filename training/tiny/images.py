"""Draws the pictures that all cases share."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps


def draw(folder: Path) -> None:
    """Write the pictures; the same bytes on every run."""
    folder.mkdir(parents=True, exist_ok=True)
    _landscape(200, 150).save(folder / "landscape.png", optimize=True)
    _landscape(40, 64).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(folder / "portrait.png", optimize=True)
    _badge().save(folder / "badge.png", optimize=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # stored rotated: turn 90° clockwise to view
    _landscape(96, 64).save(folder / "turned.jpg", quality=95, subsampling=0, exif=exif)


def load(path: Path) -> Image.Image:
    """Upright RGB; transparency is composited on white."""
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def _landscape(width: int, height: int) -> Image.Image:
    """A fading sky, hills, a sun and a house: smooth areas and hard edges."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v = x / width, y / height
    sky = np.stack([90 + 120 * v, 140 + 70 * v, 230 - 40 * u], -1)
    hill = np.stack([40 + 50 * u, 120 + 60 * np.sin(6 * u) ** 2, 50 + 30 * v], -1)
    rgb = np.where((v > 0.55 + 0.12 * np.sin(5 * u + 1))[..., None], hill, sky)
    image = Image.fromarray(rgb.clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    w, h = width, height
    pen.ellipse((0.7 * w, 0.08 * h, 0.88 * w, 0.08 * h + 0.18 * w), fill=(250, 220, 80))
    pen.rectangle((0.2 * w, 0.5 * h, 0.42 * w, 0.8 * h), fill=(180, 60, 50))
    pen.polygon([(0.16 * w, 0.5 * h), (0.46 * w, 0.5 * h), (0.31 * w, 0.33 * h)], fill=(90, 40, 30))
    for i in range(6):
        pen.line([((0.55 + 0.06 * i) * w, 0.72 * h), ((0.55 + 0.06 * i) * w, 0.9 * h)], fill=(240, 240, 240))
    return image


def _badge() -> Image.Image:
    """An opaque badge on transparent white, so that dropping alpha and compositing on white give the same pixels."""
    image = Image.new("RGBA", (72, 72), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((4, 4, 67, 67), fill=(30, 90, 200, 255))
    pen.polygon([(36, 12), (58, 52), (14, 52)], fill=(250, 200, 40, 255))
    return image
