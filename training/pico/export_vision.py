"""The eyes as an ONNX graph: batch normalisation folded, weights in 8 bits on the wire."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch

from . import tokens
from .backbones import HIDDEN, REGIONS, SHARED_BLOCKS, SIDE, Block, SameConv
from .batches import TOP, kind_vectors, kinds_of_names
from .graph import FLOAT, INT64, Graph
from .minilm import WIDTH
from .vision_model import DRAWN, FLAT, PHOTO, Sight


def convolution(g: Graph, x: str, conv: torch.nn.Conv2d, norm: torch.nn.BatchNorm2d, name: str, clip: bool = True) -> str:
    """Convolution with its batch normalisation folded in, and ReLU6."""
    factor = norm.weight / (norm.running_var + norm.eps).sqrt()
    weight = g.eight(conv.weight * factor[:, None, None, None], name)
    bias = g.weight(norm.bias - norm.running_mean * factor, name + "_bias")
    k, s = conv.kernel_size[0], conv.stride[0]
    total = k - s if isinstance(conv, SameConv) else 0
    pads = [total // 2, total // 2, total - total // 2, total - total // 2] if s == 2 else [total // 2] * 4
    y = g.op("Conv", x, weight, bias, kernel_shape=[k, k], strides=[s, s], pads=pads, group=conv.groups)
    return g.op("Clip", y, g.const(0, np.float32), g.const(6, np.float32)) if clip else y


def block(g: Graph, x: str, b: Block, name: str) -> str:
    y = convolution(g, x, b._expand_conv, b._bn0, name + "_expand") if hasattr(b, "_expand_conv") else x
    y = convolution(g, y, b._depthwise_conv, b._bn1, name + "_depthwise")
    y = convolution(g, y, b._project_conv, b._bn2, name + "_project", clip=False)
    return g.op("Add", x, y) if b.skip else y


def dense(g: Graph, x: str, layer: torch.nn.Linear, name: str) -> str:
    """x [.., k] → [.., n], the weight by output channel."""
    weight = g.op("Transpose", g.eight(layer.weight, name), perm=[1, 0])
    return g.op("Add", g.op("MatMul", x, weight), g.weight(layer.bias, name + "_bias"))


def corners(g: Graph, x: str) -> list[str]:
    """The four corners of a square map; of an odd side the middle row and column belong to none."""
    half = g.op("Div", g.op("Shape", x, start=2, end=3), g.const([2]))
    low, high = (g.const([0]), half), (g.op("Neg", half), g.const([np.iinfo(np.int64).max]))

    def slice_(x: str, cut: tuple[str, str], axis: int) -> str:
        return g.op("Slice", x, *cut, g.const([axis]))

    return [slice_(slice_(x, y, 2), z, 3) for y in (low, high) for z in (low, high)]


def stacked(g: Graph, parts: list[str]) -> str:
    """REGIONS × [n, c] → [n, REGIONS, c]."""
    return g.op("Concat", *[g.op("Unsqueeze", p, g.const([1])) for p in parts], axis=1)


def vision_encoder(path: Path, sight: Sight, bits: int) -> None:
    """pixel_values [n, 3, side, side] → image_features, candidate_ids, candidate_probs, five rows an image; photo_probs [n, 5, 1]: how
    surely each region is a photograph.

    As `Sight`: the classifier's upper blocks, a larger side and the branch for drawings are run only where an image of the batch
    asks for them.
    """
    g = Graph(bits)
    pixels = g.takes("pixel_values", FLOAT, ["num_images", 3, "side", "side"])
    lite, branch = sight.lite, sight.branch

    def chain(x: str, blocks: Iterable[Block], name: str, first: int) -> str:
        for i, b in enumerate(blocks):
            x = block(g, x, b, f"{name}{i + first}")
        return x

    def lower(x: str) -> str:
        return chain(convolution(g, x, lite._conv_stem, lite._bn0, "stem"), lite._blocks[:SHARED_BLOCKS], "block", 0)

    def upper(x: str) -> str:
        x = chain(x, lite._blocks[SHARED_BLOCKS:], "block", SHARED_BLOCKS)
        return convolution(g, x, lite._conv_head, lite._bn1, "head")

    def windows(x: str) -> list[str]:
        return [g.op("ReduceMean", w, axes=[2, 3], keepdims=0) for w in corners(g, x)]

    def gated(photo: str) -> str:
        return g.op("Mul", g.op("Sigmoid", dense(g, photo, sight.gate, "gate")), maybe)

    def drawn(x: str) -> str:
        return chain(x, branch.blocks, "branch", SHARED_BLOCKS)

    def pooled(x: str) -> str:
        return g.op("Concat", g.op("ReduceMean", x, axes=[2, 3], keepdims=0), g.op("ReduceMax", x, axes=[2, 3], keepdims=0), axis=1)

    count = g.op("Shape", pixels, start=0, end=1)
    size = g.op("Concat", count, g.const([3, SIDE, SIDE]), axis=0)
    view = g.op("Resize", pixels, "", "", size, mode="linear", coordinate_transformation_mode="half_pixel")
    low = lower(view)
    strength = g.op("Sqrt", g.op("ReduceMean", g.op("Mul", low, low), axes=[2, 3], keepdims=0))
    edges = g.op("Concat", g.op("ReduceMean", low, axes=[2, 3], keepdims=0), strength, axis=1)
    early = g.op("Sigmoid", dense(g, edges, sight.early, "early"))
    maybe = g.op("Cast", g.op("GreaterOrEqual", g.op("Unsqueeze", early, g.const([2])), g.const(FLAT, np.float32)), to=FLOAT)  # [n, 1, 1]

    def by_classifier() -> str:
        x = upper(low)
        return stacked(g, [g.op("ReduceMean", x, axes=[2, 3], keepdims=0), *windows(x)])

    def blank(value: float, width: int) -> str:
        return g.op("Expand", g.const(value, np.float32), g.op("Concat", count, g.const([REGIONS, width]), axis=0))

    likely = g.op("Greater", g.op("ReduceMax", maybe, keepdims=0), g.const(0, np.float32))
    seen = g.choose(likely, by_classifier, lambda: blank(0, sight.lite._fc.in_features))
    whole, first = g.op("Split", seen, g.const([1, REGIONS - 1]), outputs=2, axis=1)
    strongest = g.op("ReduceMax", gated(seen), axes=[1, 2], keepdims=1)
    closer = g.op("Greater", strongest, g.const(DRAWN, np.float32))
    is_larger = g.op("Greater", g.op("Shape", pixels, start=2, end=3), g.const([SIDE]))
    some = g.op("Greater", g.op("ReduceMax", strongest, keepdims=0), g.const(DRAWN, np.float32))
    close = g.choose(g.op("And", is_larger, some), lambda: stacked(g, windows(upper(lower(pixels)))), lambda: g.op("Identity", first))
    photo = g.op("Concat", whole, g.op("Where", closer, close, first), axis=1)

    gate = gated(photo)
    mean = g.op("ReduceMean", gate, axes=[1], keepdims=1)
    gate = g.op("Where", g.op("Greater", mean, g.const(PHOTO, np.float32)), g.const(1, np.float32), gate)
    other = g.op("Sub", g.const(1, np.float32), gate)

    def by_branch() -> str:
        half = g.op("AveragePool", view, kernel_shape=[2, 2], strides=[2, 2])
        both = [pooled(w) for w in (drawn(lower(half)), *corners(g, drawn(low)))]
        return g.op("Relu", dense(g, stacked(g, both), branch.hidden, "concept_hidden"))

    hidden = g.choose(g.op("Greater", g.op("ReduceMax", other, keepdims=0), g.const(0, np.float32)), by_branch, lambda: blank(1, HIDDEN))

    def shares(logits: str, weight: str, slots: torch.Tensor, outputs: int) -> str:
        """Weighted softmax, brought into the order of the names; a name without an output gets 0."""
        probs = g.op("Mul", g.op("Softmax", logits, axis=-1), weight)
        padded = g.op("Pad", probs, g.const([0, 0, 0, 0, 0, 1]))
        assert int(slots.max()) <= outputs
        return g.op("Gather", padded, g.const(slots.numpy()), axis=2)

    by_photo = shares(dense(g, photo, lite._fc, "classes"), gate, sight.photo_slot, 1000)
    by_drawing = shares(dense(g, hidden, branch.out, "concepts"), other, sight.concept_slot, branch.out.out_features)
    probs, numbers = g.op("TopK", g.op("Add", by_photo, by_drawing), g.const([TOP]), outputs=2, axis=2)
    probs = g.op("Div", probs, g.op("ReduceSum", probs, g.const([2]), keepdims=1))
    ids = g.op("Gather", g.const(tokens.name_tokens().numpy()), numbers, axis=0)
    unit = g.op("Mul", g.op("LpNormalization", hidden, axis=-1, p=2), other)
    features = g.op("MatMul", unit, g.op("Transpose", g.eight(sight.projection.T.contiguous(), "projection"), perm=[1, 0]))
    kinds = g.op("Gather", g.half(kind_vectors(), "kinds"), g.op("Gather", g.const(kinds_of_names().numpy()), numbers, axis=0), axis=0)
    told = g.op("ReduceSum", g.op("Mul", kinds, g.op("Unsqueeze", probs, g.const([3]))), g.const([2]), keepdims=0)
    g.op("Reshape", g.op("Add", features, told), g.const([-1, WIDTH]), name="image_features")
    g.op("Reshape", ids, g.const([-1, TOP]), name="candidate_ids")
    g.op("Reshape", probs, g.const([-1, TOP]), name="candidate_probs")
    g.op("Identity", gate, name="photo_probs")
    g.gives("image_features", FLOAT, ["image_tokens", WIDTH])
    g.gives("candidate_ids", INT64, ["image_tokens", TOP])
    g.gives("candidate_probs", FLOAT, ["image_tokens", TOP])
    g.gives("photo_probs", FLOAT, ["num_images", REGIONS, 1])
    assert HIDDEN == branch.hidden.out_features and REGIONS == 5
    g.save(path, "vision_encoder")
