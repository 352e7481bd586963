"""Runs the exported detector: fits a picture into the detector's square and returns the objects."""

from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image

from .convert_detector import SIDE
from .labels import Object
from .onnx_run import session


def fitted(image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """Scales the picture to fit into the middle of a black square: pixels [1, 3, SIDE, SIDE] in 0–1, and the picture's frame [4]."""
    image = image.convert("RGB")
    scale = SIDE / max(image.size)
    width, height = (max(1, round(s * scale)) for s in image.size)
    left, top = (SIDE - width) // 2, (SIDE - height) // 2
    square = Image.new("RGB", (SIDE, SIDE))
    square.paste(image.resize((width, height), Image.Resampling.BILINEAR), (left, top))
    pixels = np.asarray(square, np.float32).transpose(2, 0, 1)[None] / 255
    return pixels, np.array([left, top, width, height], np.float32) / SIDE


@cache
def opened(path: Path) -> ort.InferenceSession:
    return session(path)


def detect(path: Path, image: Image.Image, least: float = 0.0) -> list[Object]:
    """The objects that the detector at `path` finds with at least the score `least`, highest score first."""
    pixels, frame = fitted(image)
    boxes, scores, labels = opened(path).run(["boxes", "scores", "labels"], {"pixel_values": pixels, "frame": frame})
    rows = zip(labels.tolist(), scores.tolist(), boxes.tolist(), strict=True)
    return [Object(label, score, tuple(box)) for label, score, box in rows if score >= least]
