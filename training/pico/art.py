"""Pictograms of several vendors, rendered to RGBA squares and cropped to their bounding boxes."""

import io
import json

import numpy as np
import resvg_py
from PIL import Image

from . import names
from .paths import NODE_MODULES, work

TRAIN_VENDORS = [
    "noto",
    "noto-v1",
    "twemoji",
    "fluent-emoji-flat",
    "fluent-emoji",
    "fluent-emoji-high-contrast",
    "emojione",
    "emojione-monotone",
    "fxemoji",
    "streamline-emojis",
]
TEST_VENDORS = ["openmoji"]  # never trained on, because of its share-alike licence
SIZE = 128
LEAST_VENDORS = 6


def _icons(vendor: str) -> tuple[dict, dict[str, str], int, int]:
    folder = NODE_MODULES / "@iconify-json" / vendor
    icons = json.loads((folder / "icons.json").read_text())
    chars = folder / "chars.json"
    by_code = json.loads(chars.read_text()) if chars.exists() else {}
    return icons["icons"], by_code, icons.get("width", 16), icons.get("height", 16)


def _render(icon: dict, width: int, height: int) -> np.ndarray | None:
    w, h = icon.get("width", width), icon.get("height", height)
    left, top = icon.get("left", 0), icon.get("top", 0)
    body = icon["body"].replace("currentColor", "#222")
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{left} {top} {w} {h}">{body}</svg>'
    try:
        png = resvg_py.svg_to_bytes(svg_string=svg, width=SIZE + 32, skip_system_fonts=True)
    except ValueError:
        return None
    image = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
    box = image.getchannel("A").point(lambda a: 255 * (a > 16)).getbbox()
    if box is None:
        return None
    image = image.crop(box)
    scale = SIZE / max(image.size)
    image = image.resize([max(1, round(s * scale)) for s in image.size], Image.Resampling.BICUBIC)
    canvas = Image.new("RGBA", (SIZE, SIZE))
    canvas.paste(image, ((SIZE - image.width) // 2, (SIZE - image.height) // 2))
    return np.asarray(canvas)


def run(_: object) -> None:
    """Writes names.json and art.npz: images [K, S, S, 4] uint8, name number [K], vendor number [K]."""
    vendors = TRAIN_VENDORS + TEST_VENDORS
    pictures = names.pictograms()
    drawn: dict[str, dict[str, np.ndarray]] = {p.name: {} for p in pictures}
    for vendor in vendors:
        icons, by_code, width, height = _icons(vendor)
        for picture in pictures:
            slug = picture.name.replace(" ", "-").replace("'", "")
            code = picture.hexcode.lower()
            key = next((k for k in (by_code.get(code), by_code.get(code + "-fe0f"), slug, slug.replace("-", "")) if k in icons), None)
            image = _render(icons[key], width, height) if key else None
            if image is not None:
                drawn[picture.name][vendor] = image
        print(vendor, sum(vendor in d for d in drawn.values()), flush=True)
    kept = [p for p in pictures if len(set(drawn[p.name]) & set(TRAIN_VENDORS)) >= LEAST_VENDORS and "openmoji" in drawn[p.name]]
    table = names.build(kept)
    number = {n.name: i for i, n in enumerate(table)}
    rows = [(drawn[p.name][v], number[p.name], k) for p in kept for k, v in enumerate(vendors) if v in drawn[p.name]]
    images, ids, vendor_ids = zip(*rows, strict=True)
    np.savez(work("art.npz"), images=np.stack(images), names=np.array(ids), vendors=np.array(vendor_ids))
    print(f"{len(kept)} pictograms, {len(table)} names, {len(rows)} pictures")
