"""Exports the decoder and the embedding head as ONNX graphs with the interface of docs/model-folders.md."""

from pathlib import Path

import numpy as np

from . import tokens
from .batches import TOP
from .graph import FLOAT, INT64, Graph
from .minilm import HEADS, WIDTH, Embed, Layer
from .quantize import Moments
from .reasoner import COPY, SHARED_LAYERS, Backbone, Reasoner
from .train_head import Head


def visual_rows(g: Graph, embed: Embed, ids: str) -> tuple[str, str, str, str]:
    """(is image [b, s], word or concept vectors [b, s, WIDTH], copy ids and probabilities [b, s, TOP]).

    The k-th image token of the batch gets row k of `image_features`, `candidate_ids` and `candidate_probs`; a row of zeros
    is put before them for all other tokens, so that no tensor is ever empty.
    """
    image = g.op("Equal", ids, g.const(tokens.token(tokens.IMAGE)))
    flat = g.op("Cast", g.op("Reshape", image, g.const([-1])), to=INT64)
    order = g.op("Mul", g.op("CumSum", flat, g.const(0)), flat)
    place = g.op("Reshape", order, g.op("Shape", ids))

    def padded(name: str, width: int, dtype: type) -> str:
        return g.op("Concat", g.const(np.zeros((1, width)), dtype), name, axis=0)

    candidates, chances = padded("candidate_ids", TOP, np.int64), padded("candidate_probs", TOP, np.float32)
    table = embed.words[: len(tokens.embeddings())]
    vectors = g.rows(table, candidates, "words")
    expected = g.op("ReduceSum", g.op("Mul", vectors, g.op("Unsqueeze", chances, g.const([2]))), g.const([1]), keepdims=0)
    rows = g.op("Add", expected, padded("image_features", WIDTH, np.float32))
    wide = g.op("Unsqueeze", image, g.const([2]))
    x = g.op("Where", wide, g.op("Gather", rows, place, axis=0), g.rows(table, ids, "words"))
    own = g.op("Mul", g.op("Unsqueeze", ids, g.const([2])), g.const([1] + [0] * (TOP - 1)))
    copy_ids = g.op("Where", wide, g.op("Gather", candidates, place, axis=0), own)
    first = g.op("Expand", g.const([1.0] + [0.0] * (TOP - 1), np.float32), g.op("Shape", own))
    copy_probs = g.op("Where", wide, g.op("Gather", chances, place, axis=0), first)
    return image, x, copy_ids, copy_probs


def next_token(g: Graph, r: Reasoner, x: str, keys: str, ids: str, probs: str, bias: str) -> None:
    """The greedy choice at the last position: the likeliest function word or the likeliest copied token, weighted by the gate."""
    last = g.op("Gather", x, g.const([-1]), axis=1)
    dense = g.norm(g.gelu(g.linear(last, r.dense, "dense")), r.dense_norm, "dense_norm")
    words = g.op(
        "Softmax",
        g.op("Add", g.op("MatMul", dense, g.weight(r.out.weight.T.contiguous(), "out_weight")), g.weight(r.out.bias, "out_bias")),
        axis=-1,
    )
    gate = g.op(
        "Sigmoid",
        g.op("Add", g.op("MatMul", last, g.weight(r.gate.weight.T.contiguous(), "gate_weight")), g.weight(r.gate.bias, "gate_bias")),
    )
    copied, best = pointed(g, g.linear(last, r.copy_query, "copy_query"), keys, ids, probs, bias)
    gate = g.op("Reshape", gate, g.const([0, 1]))
    word = g.op("Reshape", g.op("ReduceMax", words, axes=[2], keepdims=0), g.const([0, 1]))
    written = g.op(
        "Gather", g.const(r.out_ids.numpy()), g.op("Reshape", g.op("ArgMax", words, axis=2, keepdims=0), g.const([0, 1])), axis=0
    )
    stay = g.op("Mul", g.op("Sub", g.const(1, np.float32), gate), word)
    likely = g.op("Mul", gate, best)
    token = g.op("Where", g.op("Greater", likely, stay), copied, written)
    or_its_kind(g, r, (token, g.op("Max", likely, stay)), last, (keys, ids, probs, bias))


def pointed(g: Graph, query: str, keys: str, ids: str, probs: str, bias: str) -> tuple[str, str]:
    """The likeliest of the candidates that a query [b, 1, COPY] points at, and its probability, both [b, 1]."""
    scores = g.op("Add", g.op("MatMul", g.op("Mul", query, g.const(COPY**-0.5, np.float32)), g.op("Transpose", keys, perm=[0, 2, 1])), bias)
    attention = g.op("Transpose", g.op("Softmax", scores, axis=-1), perm=[0, 2, 1])  # [b, t, 1]
    mass = g.op("Reshape", g.op("Mul", attention, probs), g.const([0, -1, 1]))
    flat = g.op("Reshape", ids, g.const([0, -1]))
    same = g.op("Equal", g.op("Unsqueeze", flat, g.const([2])), g.op("Unsqueeze", flat, g.const([1])))
    total = g.op("MatMul", g.op("Cast", same, to=FLOAT), mass)
    best = g.op("ReduceMax", total, axes=[1], keepdims=0)
    place = g.op("ArgMax", total, axis=1, keepdims=0)
    return g.op("GatherElements", flat, place, axis=1), best


def or_its_kind(g: Graph, r: Reasoner, chosen: tuple[str, str], last: str, copied: tuple[str, str, str, str]) -> None:
    """`next_token`: the kind of a name if that is likelier than the token chosen so far; `chosen`: that token and its probability."""
    keys, ids, probs, bias = copied
    numbers, kinds = kind_numbers(r)
    kinds_of = g.op("Gather", g.const(kinds), g.op("Cast", g.op("Gather", g.const(numbers, np.uint8, "kinds"), ids), to=INT64))
    kind, best = pointed(g, g.linear(last, r.kind_query, "kind_query"), keys, kinds_of, probs, bias)
    scale = g.weight(r.kind_gate.weight.T.contiguous(), "kind_gate_weight")
    gate = g.op("Add", g.op("MatMul", last, scale), g.weight(r.kind_gate.bias, "kind_gate_bias"))
    gate = g.op("Reshape", g.op("Sigmoid", gate), g.const([0, 1]))
    stay = g.op("Mul", g.op("Sub", g.const(1, np.float32), gate), chosen[1])
    known = g.op("Greater", kind, g.const(0))
    g.op("Where", g.op("And", known, g.op("Greater", g.op("Mul", gate, best), stay)), kind, chosen[0], name="next_token")


def kind_numbers(r: Reasoner) -> tuple[np.ndarray, np.ndarray]:
    """(number of each token's kind, 0 for none; the token of each kind)."""
    of_token = r.kinds[: len(tokens.embeddings())].numpy()
    kinds = np.unique(of_token)  # 0 first
    return np.searchsorted(kinds, of_token), kinds


def opening(g: Graph, embed: Embed) -> tuple[str, str, str, str, str]:
    """Adds the inputs: (embedded tokens, copy ids, copy probabilities, attention bias, real tokens)."""
    ids = g.takes("input_ids", INT64, ["batch_size", "sequence_length"])
    mask = g.takes("attention_mask", INT64, ["batch_size", "total_sequence_length"])
    positions = g.takes("position_ids", INT64, ["batch_size", "sequence_length"])
    prefix = g.takes("prefix_length", INT64, [1])
    g.takes("image_features", FLOAT, ["image_tokens", WIDTH])
    g.takes("candidate_ids", INT64, ["image_tokens", TOP])
    g.takes("candidate_probs", FLOAT, ["image_tokens", TOP])

    _, x, copy_ids, copy_probs = visual_rows(g, embed, ids)
    places = g.op("Gather", g.half(embed.places, "places"), positions, axis=0)
    x = g.norm(g.op("Add", x, places), embed.norm, "embed_norm")

    total = g.op("Gather", g.op("Shape", mask), g.const([1]), axis=0)
    size = g.op("Gather", g.op("Shape", ids), g.const([1]), axis=0)
    scalar = lambda v: g.op("Squeeze", v)  # noqa: E731
    key = g.op("Range", g.const(0), scalar(total), g.const(1))
    row = g.op("Unsqueeze", g.op("Add", g.op("Range", g.const(0), scalar(size), g.const(1)), g.op("Sub", total, size)), g.const([1]))
    seen = g.op("Or", g.op("Less", key, prefix), g.op("LessOrEqual", key, row))  # [s, t]
    real = g.op("Cast", g.op("Unsqueeze", mask, g.const([1, 2])), to=9)
    bias = g.blocked(g.op("And", g.op("Unsqueeze", seen, g.const([0, 1])), real))
    return x, copy_ids, copy_probs, bias, real


def encoder(path: Path, backbone: Backbone, bits: int, moments: Moments | None = None) -> None:
    """The shared layers in one pass: the lower half of an embedder without a reasoner."""
    g = Graph(bits, moments)
    x, _, _, bias, _ = opening(g, backbone.embed)
    for i, layer in enumerate(backbone.layers):
        x = g.layer(x, layer, bias, f"layer{i}")
    g.op("Identity", x, name="hidden_states")
    g.gives("hidden_states", FLOAT, ["batch_size", "sequence_length", WIDTH])
    g.save(path, "encoder")


def decoder(path: Path, backbone: Backbone, reasoner: Reasoner, bits: int, moments: Moments | None = None) -> None:
    """Inputs and outputs as in docs/model-folders.md; the cache also holds what the pointer can copy."""
    g = Graph(bits, moments)
    x, copy_ids, copy_probs, bias, real = opening(g, backbone.embed)
    layers: list[Layer] = [*backbone.layers, *reasoner.layers]
    for i in range(len(layers)):
        for kind in ("key", "value"):
            g.takes(f"past_key_values.{i}.{kind}", FLOAT, ["batch_size", HEADS, "past_sequence_length", WIDTH // HEADS])
    for kind, dtype, width in (("copy_key", FLOAT, COPY), ("copy_ids", INT64, TOP), ("copy_probs", FLOAT, TOP)):
        g.takes(f"past_key_values.{kind}", dtype, ["batch_size", "past_sequence_length", width])

    for i, layer in enumerate(layers):
        past = (f"past_key_values.{i}.key", f"past_key_values.{i}.value")
        x = g.layer(x, layer, bias, f"layer{i}", past, (f"present.{i}.key", f"present.{i}.value"))
        if i == SHARED_LAYERS - 1:
            g.op("Identity", x, name="hidden_states")
    keys = g.op("Concat", "past_key_values.copy_key", g.linear(x, reasoner.copy_key, "copy_key"), axis=1, name="present.copy_key")
    all_ids = g.op("Concat", "past_key_values.copy_ids", copy_ids, axis=1, name="present.copy_ids")
    all_probs = g.op("Concat", "past_key_values.copy_probs", copy_probs, axis=1, name="present.copy_probs")
    next_token(g, reasoner, x, keys, all_ids, all_probs, g.blocked(g.op("Squeeze", real, g.const([2]))))

    g.gives("next_token", INT64, ["batch_size", 1])
    g.gives("hidden_states", FLOAT, ["batch_size", "sequence_length", WIDTH])
    for i in range(len(layers)):
        for kind in ("key", "value"):
            g.gives(f"present.{i}.{kind}", FLOAT, ["batch_size", HEADS, "total_sequence_length", WIDTH // HEADS])
    for kind, dtype, width in (("copy_key", FLOAT, COPY), ("copy_ids", INT64, TOP), ("copy_probs", FLOAT, TOP)):
        g.gives(f"present.{kind}", dtype, ["batch_size", "total_sequence_length", width])
    g.save(path, "decoder")


def pooled(g: Graph, x: str, mask: str) -> None:
    """L2-normalised mean over real positions → `sentence_embedding`."""
    real = g.op("Unsqueeze", g.op("Cast", mask, to=FLOAT), g.const([2]))
    total = g.op("ReduceSum", g.op("Mul", x, real), g.const([1]), keepdims=0)
    g.op("LpNormalization", total, axis=-1, p=2, name="sentence_embedding")
    g.gives("sentence_embedding", FLOAT, ["batch_size", WIDTH])


def embedding_head(path: Path, head: Head, bits: int, moments: Moments | None = None) -> None:
    g = Graph(bits, moments)
    x = g.takes("hidden_states", FLOAT, ["batch_size", "total_sequence_length", WIDTH])
    mask = g.takes("attention_mask", INT64, ["batch_size", "total_sequence_length"])
    bias = g.blocked(g.op("Cast", g.op("Unsqueeze", mask, g.const([1, 2])), to=9))
    for i, layer in enumerate(head.layers):
        x = g.layer(x, layer, bias, f"head{i}")
    pooled(g, x, mask)
    g.save(path, "embedding_head")
