"""Stage detector: exports the object detector as a graph that outputs objects and their visual tokens."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import objects
from .batches import TOP
from .convert_detector import BINS, MEAN, NAMES, SIDE, STD, STRIDES, check, network
from .detect import fitted
from .graph import FLOAT, INT64, Graph
from .labels import Object
from .loop import Options
from .minilm import WIDTH
from .onnx_run import session
from .paths import work
from .vision_model import photographs

OVERLAP, LEAST = 0.6, 0.05  # IoU above which boxes are one object, and the lowest score that is output
PER_CLASS, MOST = 16, 48  # boxes kept per name, and in total


def centres() -> tuple[np.ndarray, np.ndarray]:
    """Centres [2, N] (x, y) and strides [N] of the detector's anchor points, in pixels of SIDE."""
    points, strides = [], []
    for stride in STRIDES:
        line = (np.arange(SIDE // stride) + 0.5) * stride
        y, x = np.meshgrid(line, line, indexing="ij")
        points.append(np.stack([x.ravel(), y.ravel()]))
        strides.append(np.full(x.size, stride))
    return np.concatenate(points, 1), np.concatenate(strides)


def detector(path: Path, bits: int) -> None:
    """pixel_values [1, 3, SIDE, SIDE] in 0–1, the picture scaled to fit, on black; frame [4]: its position in the square, x, y, width
    and height in 0–1 → boxes [n, 4] (x, y, width, height in 0–1 of the picture), scores [n], labels [n], likeliest first; and the
    visual tokens of `objects.rows`: image_features, candidate_ids, candidate_probs.
    """
    g = Graph(bits)
    g.takes("pixel_values", FLOAT, [1, 3, SIDE, SIDE])
    g.takes("frame", FLOAT, [4])
    flip = g.op("Gather", "pixel_values", g.const([2, 1, 0]), axis=1)
    scale = np.array([255 / s for s in STD]).reshape(1, 3, 1, 1)
    shift = np.array([m / s for m, s in zip(MEAN, STD, strict=True)]).reshape(1, 3, 1, 1)
    outputs = network(g, g.op("Sub", g.op("Mul", flip, g.const(scale, np.float32)), g.const(shift, np.float32)))
    levels = [g.op("Concat", *[outputs[n] for n in names], axis=2) for names in NAMES]
    raw_scores, raw_sides = levels[0], g.op("Reshape", levels[1], g.const([1, 4, BINS, -1]))
    points, strides = centres()
    shares = g.op("Softmax", raw_sides, axis=2)
    weights = g.const(np.arange(BINS).reshape(1, 1, BINS, 1), np.float32)
    sides = g.op("Mul", g.op("ReduceSum", g.op("Mul", shares, weights), g.const([2]), keepdims=0), g.const(strides, np.float32))
    low, high = g.op("Split", sides, g.const([2, 2]), outputs=2, axis=1)  # left and top, right and bottom: [1, 2, N]
    middle = g.const(points[None], np.float32)
    corners = [g.op("Div", c, g.const(SIDE, np.float32)) for c in (g.op("Sub", middle, low), g.op("Add", middle, high))]
    origin, size = g.op("Split", g.op("Reshape", "frame", g.const([1, 4, 1])), g.const([2, 2]), outputs=2, axis=1)
    inside = [g.op("Clip", g.op("Div", g.op("Sub", c, origin), size), g.const(0, np.float32), g.const(1, np.float32)) for c in corners]
    boxes = g.op("Transpose", g.op("Concat", *inside, axis=1), perm=[0, 2, 1])
    kept = g.op(
        "NonMaxSuppression", boxes, raw_scores, g.const(PER_CLASS), g.const(OVERLAP, np.float32), g.const(LEAST, np.float32)
    )  # [m, 3]: picture, label, place
    label, place = (g.op("Gather", kept, g.const(i), axis=1) for i in (1, 2))
    flat = g.op("Reshape", raw_scores, g.const([-1]))
    score = g.op("Gather", flat, g.op("Add", g.op("Mul", label, g.const(len(points[0]))), place), axis=0)
    count = g.op("Min", g.op("Shape", score), g.const([MOST]))
    top, order = g.op("TopK", score, count, outputs=2, axis=0)
    chosen = g.op("Gather", g.op("Squeeze", boxes, g.const([0])), g.op("Gather", place, order, axis=0), axis=0)
    first, last = g.op("Split", chosen, g.const([2, 2]), outputs=2, axis=1)
    g.op("Concat", first, g.op("Sub", last, first), axis=1, name="boxes")
    g.op("Identity", top, name="scores")
    g.op("Gather", label, order, axis=0, name="labels")
    told(g)
    g.gives("boxes", FLOAT, ["objects", 4])
    g.gives("scores", FLOAT, ["objects"])
    g.gives("labels", INT64, ["objects"])
    g.save(path, "detector")


def told(g: Graph) -> None:
    """`objects.rows` as a graph: of boxes, scores and labels the highest scores, limited per name, with their count, place and size."""
    column, row = (g.op("Unsqueeze", "labels", g.const([axis])) for axis in (1, 0))
    same = g.op("Cast", g.op("Equal", column, row), to=FLOAT)
    count = g.op("Squeeze", g.op("Shape", "scores"))
    places = g.op("Range", g.const(0), count, g.const(1))
    before = g.op("Cast", g.op("Less", g.op("Unsqueeze", places, g.const([0])), g.op("Unsqueeze", places, g.const([1]))), to=FLOAT)
    clear = g.op("GreaterOrEqual", "scores", g.const(objects.LEAST, np.float32))
    earlier = g.op("ReduceSum", g.op("Mul", same, before), g.const([1]), keepdims=0)
    alike = g.op("ReduceSum", g.op("Mul", same, g.op("Unsqueeze", g.op("Cast", clear, to=FLOAT), g.const([0]))), g.const([1]), keepdims=0)
    few = g.op("Less", earlier, g.const(objects.PER_LABEL, np.float32))
    kept = g.op("Reshape", g.op("NonZero", g.op("And", clear, few)), g.const([-1]))
    kept = g.op("Slice", kept, g.const([0]), g.const([objects.MOST]), g.const([0]))
    label, score, box, number = (g.op("Gather", x, kept, axis=0) for x in ("labels", "scores", "boxes", alike))

    many = g.op("Cast", g.op("Min", number, g.const(len(objects.NUMBERS), np.float32)), to=INT64)
    numbers = objects.COUNT * objects.word_vectors(*objects.NUMBERS)
    numbers[0] = 0
    told_number = g.op("Gather", g.half(torch.cat([torch.zeros(1, WIDTH), numbers]), "numbers"), many, axis=0)
    corner, size = g.op("Split", box, g.const([2, 2]), outputs=2, axis=1)
    two, half = g.const(2, np.float32), g.const(0.5, np.float32)
    centre = g.op("Sub", g.op("Mul", g.op("Add", corner, g.op("Mul", size, half)), two), g.const(1, np.float32))
    width, height = g.op("Split", size, g.const([1, 1]), outputs=2, axis=1)
    large = g.op("Sqrt", g.op("Mul", width, height))
    x, y = g.op("Split", centre, g.const([1, 1]), outputs=2, axis=1)
    weights = g.op(
        "Concat", g.op("Relu", g.op("Neg", x)), g.op("Relu", x), g.op("Relu", g.op("Neg", y)), g.op("Relu", y),
        g.op("Sub", g.const(1, np.float32), large), large, axis=1,
    )  # fmt: skip
    where = g.op("MatMul", weights, g.half(objects.PLACE * objects.word_vectors(*objects.PLACES), "places"))
    kind = g.op("Gather", g.half(objects.label_features(), "kinds"), label, axis=0)
    g.op("Add", g.op("Add", kind, where), told_number, name="image_features")

    def first(values: str, dtype: type) -> str:
        """A column padded with zeros for missing candidates."""
        only = g.const([[1] + [0] * (TOP - 1)], dtype)
        return g.op("Mul", g.op("Unsqueeze", values, g.const([1])), only)

    g.op("Identity", first(g.op("Gather", g.const(objects.label_tokens().numpy()), label, axis=0), np.int64), name="candidate_ids")
    g.op("Identity", first(g.op("Sqrt", score), np.float32), name="candidate_probs")
    g.gives("image_features", FLOAT, ["image_tokens", WIDTH])
    g.gives("candidate_ids", INT64, ["image_tokens", TOP])
    g.gives("candidate_probs", FLOAT, ["image_tokens", TOP])


def compare(path: Path) -> tuple[float, int]:
    """The largest difference between the graph's visual tokens and `objects.rows` of its boxes, and their number.

    The inputs are the photographs that ship with scikit-image and a black picture, on which nothing is found.
    """
    graph, worst, rows_seen = session(path), 0.0, 0
    names = [o.name for o in graph.get_outputs()]
    photos = [Image.fromarray((255 * x).byte().permute(1, 2, 0).numpy()) for x in photographs()]
    for image in (*photos, Image.new("RGB", (40, 30))):
        pixels, frame = fitted(image)
        found = dict(zip(names, graph.run(names, {"pixel_values": pixels, "frame": frame}), strict=True))
        rows = zip(found["labels"].tolist(), found["scores"].tolist(), found["boxes"].tolist(), strict=True)
        want = objects.rows([Object(label, score, tuple(box)) for label, score, box in rows])
        got = [torch.from_numpy(found[k]) for k in ("candidate_ids", "candidate_probs", "image_features")]
        for mine, theirs in zip((want.ids, want.probs, want.features), got, strict=True):
            assert mine.shape == theirs.shape, (mine.shape, theirs.shape)
            worst = max([worst, *(mine - theirs).abs().flatten().tolist()])
        rows_seen += len(want.ids)
    return worst, rows_seen


def run(_: Options) -> None:
    pixels = torch.randn((1, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(0))
    print(f"detector: largest difference from the published graph {check(pixels):.1e}", flush=True)
    for bits, suffix in ((32, ""), (8, "_quantized")):
        path = work(f"detector/object_detector{suffix}.onnx")
        detector(path, bits)
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, visual tokens (difference, number) {compare(path)}", flush=True)
