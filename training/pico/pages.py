"""Renders texts as printed pages and measures how much of them is read: `python -m pico.pages --count 24` (texts of ../shared/data/beir).

Uses the system's DejaVu and Liberation fonts, in several sizes, one or two columns, dark on light and the reverse, with noise and a
slight rotation.
"""

import argparse
import json
import random
import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from . import ocr
from .paths import SHARED

FONTS = Path("/usr/share/fonts/truetype")
FACES = [
    "dejavu/DejaVuSans.ttf",
    "dejavu/DejaVuSerif.ttf",
    "liberation/LiberationSerif-Regular.ttf",
    "liberation/LiberationSans-Regular.ttf",
]
WIDTH, MARGIN = 900, 50


@dataclass(frozen=True)
class Look:
    face: str = FACES[0]
    size: int = 20
    columns: int = 1
    dark: bool = False
    noise: float = 0.0  # deviation, of 255
    turn: float = 0.0  # degrees
    blur: float = 0.0

    @classmethod
    def drawn(cls, rng: random.Random) -> "Look":
        return cls(
            rng.choice(FACES), rng.choice((16, 18, 20, 24, 28)), rng.choice((1, 1, 2)), rng.random() < 0.2,
            rng.choice((0, 0, 6, 14)), rng.choice((0, 0, rng.uniform(-2.5, 2.5))), rng.choice((0, 0, 0.6)),
        )  # fmt: skip


def wrapped(words: list[str], font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines, line = [], ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def page(text: str, look: Look, rng: np.random.Generator) -> Image.Image:
    """Sets the text in columns from the top left, on a page as long as it needs to be."""
    font = ImageFont.truetype(str(FONTS / look.face), look.size)
    gutter = 2 * look.size
    column = (WIDTH - 2 * MARGIN - gutter * (look.columns - 1)) / look.columns
    lines = wrapped(text.split(), font, column)
    rows, step = -(-len(lines) // look.columns), round(look.size * 1.45)
    ground, ink = ((24, 28, 36), (232, 232, 224)) if look.dark else ((252, 251, 247), (22, 22, 24))
    image = Image.new("RGB", (WIDTH, 2 * MARGIN + rows * step), ground)
    draw = ImageDraw.Draw(image)
    for i, line in enumerate(lines):
        draw.text((MARGIN + (i // rows) * (column + gutter), MARGIN + (i % rows) * step), line, font=font, fill=ink)
    if look.turn:
        image = image.rotate(look.turn, Image.Resampling.BICUBIC, expand=True, fillcolor=ground)
    if look.blur:
        image = image.filter(ImageFilter.GaussianBlur(look.blur))
    if look.noise:
        noisy = np.asarray(image, np.float32) + rng.normal(0, look.noise, (image.height, image.width, 1))
        image = Image.fromarray(noisy.clip(0, 255).astype(np.uint8))
    return image


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def errors(want: list[str], got: list[str]) -> int:
    """The edit distance between two lists of words."""
    row = list(range(len(got) + 1))
    for i, a in enumerate(want, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(got, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def texts(count: int, most: int = 220) -> list[str]:
    """Passages of a test collection, cut to at most `most` words, with only characters that the recogniser knows."""
    corpus = SHARED / "data" / "beir" / "cisi" / "corpus.jsonl"
    rows = [json.loads(line)["text"] for line in corpus.read_text().splitlines()]
    usable = [" ".join(t.split()[:most]) for t in rows if len(t.split()) > 40 and t.isascii()]
    return random.Random(3).sample(usable, count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--out", type=Path, help="write the pages there, too")
    options = parser.parse_args()
    rng, noise = random.Random(7), np.random.default_rng(7)
    wrong = total = found = 0
    spent = 0.0
    for i, text in enumerate(texts(options.count)):
        look = Look.drawn(rng)
        image = page(text, look, noise)
        begun = time.process_time()
        read = " ".join(line.text for line in ocr.lines(image))
        spent += time.process_time() - begun
        want, got = words(text), words(read)
        edits, present = errors(want, got), len(set(want) & set(got))
        wrong, total, found = wrong + edits, total + len(want), found + present / len(set(want))
        print(f"{i} {look} {len(want)} words, edits {edits}, different words read {100 * present / len(set(want)):.0f} %", flush=True)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            image.save(options.out / f"{i}.png")
    mean = spent / options.count
    print(f"word errors {100 * wrong / total:.1f} %, different words read {100 * found / options.count:.1f} %, {mean:.2f} s a page")


if __name__ == "__main__":
    main()
