"""Objects in pictures by the exported detector: the fitting of a picture into the detector's square, and what comes out."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image

from .convert_detector import SIDE
from .onnx_run import session

# COCO's objects in the detector's order.
LABELS = (
    "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,bench,bird,cat,dog,"
    "horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,"
    "baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,"
    "orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,"
    "cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush"
).split(",")


@dataclass(frozen=True)
class Object:
    """`box`: x, y, width, height in 0–1 of the picture."""

    label: int
    score: float
    box: tuple[float, float, float, float]

    @property
    def area(self) -> float:
        return self.box[2] * self.box[3]


def fitted(image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """The picture as large as it fits into the middle of a black square: pixels [1, 3, SIDE, SIDE] in 0–1, and its frame [4]."""
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
    """What the detector at `path` sees with at least that score, likeliest first."""
    pixels, frame = fitted(image)
    boxes, scores, labels = opened(path).run(["boxes", "scores", "labels"], {"pixel_values": pixels, "frame": frame})
    rows = zip(labels.tolist(), scores.tolist(), boxes.tolist(), strict=True)
    return [Object(label, score, tuple(box)) for label, score, box in rows if score >= least]
