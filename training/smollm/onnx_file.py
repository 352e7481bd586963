"""Reads the model's weights out of its 4-bit ONNX file, and writes trained ones into a copy of it: same graph, same bits per matrix."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from .llama import LAYERS, Llama

BLOCK = 32


def matrices(model: Llama) -> Iterator[tuple[str, torch.nn.Parameter]]:
    """Name of each quantized matrix in the file, and its weights [n, k]."""
    yield "lm_head.MatMul", model.words.weight
    for i, layer in enumerate(model.layers):
        parts = {"attn.qkv_proj": layer.qkv, "attn.o_proj": layer.attended, "mlp.gate_proj": layer.gate, "mlp.up_proj": layer.up}
        for name, linear in (parts | {"mlp.down_proj": layer.down}).items():
            yield f"model.layers.{i}.{name}.MatMul", linear.weight


def norms(model: Llama) -> Iterator[tuple[str, torch.nn.Parameter]]:
    for i, layer in enumerate(model.layers):
        yield f"model.layers.{i}.input_layernorm.weight", layer.attention_norm.weight
        yield f"model.layers.{i}.post_attention_layernorm.weight", layer.ffn_norm.weight
    yield f"model.layers.{LAYERS}.final_norm_layernorm.weight", model.norm.weight


def nibbles(packed: np.ndarray) -> np.ndarray:
    """Bytes [..., m] → their halves [..., 2 m], the lower first."""
    return np.stack([packed & 15, packed >> 4], -1).reshape(*packed.shape[:-1], -1)


def packed(values: np.ndarray) -> np.ndarray:
    """The inverse of `nibbles`; an odd last value is filled up with zero."""
    if values.shape[-1] % 2:
        values = np.concatenate([values, np.zeros_like(values[..., :1])], -1)
    return (values[..., 0::2] | values[..., 1::2] << 4).astype(np.uint8)


def load(path: Path) -> Llama:
    """The model as the file has it: dequantized."""
    stored = {i.name: i for i in onnx.load(path).graph.initializer}
    model = Llama()
    with torch.no_grad():
        for name, weight in matrices(model):
            bits = 8 if f"{name}.weight_Q8G{BLOCK}" in stored else 4
            n, blocks = weight.shape[0], weight.shape[1] // BLOCK
            codes, zero, scale = (numpy_helper.to_array(stored[f"{name}.weight_{part}"]) for part in (f"Q{bits}G{BLOCK}", "zp", "scale"))
            if bits == 4:
                codes, zero = nibbles(codes), nibbles(zero)
            zero = zero.reshape(n, -1)[:, :blocks, None].astype(np.float32)
            values = (codes.reshape(n, blocks, BLOCK) - zero) * scale.reshape(n, blocks, 1)
            weight.copy_(torch.from_numpy(values.reshape(n, -1)))
        for name, weight in norms(model):
            weight.copy_(torch.from_numpy(numpy_helper.to_array(stored[name]).copy()))
    return model


def quantize(weight: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """[n, k] → codes [n, k / BLOCK, BLOCK], zero points and scales [n, k / BLOCK], of the range (out of five) that errs least."""
    blocks = weight.reshape(weight.shape[0], -1, BLOCK)
    top = 2**bits - 1
    best = None
    for shrink in (1.0, 0.95, 0.9, 0.85, 0.8) if bits == 4 else (1.0,):
        low, high = np.minimum(blocks.min(-1), 0) * shrink, np.maximum(blocks.max(-1), 0) * shrink
        scale = np.maximum((high - low) / top, 1e-8)
        zero = np.clip(np.round(-low / scale), 0, top)
        codes = np.clip(np.round(blocks / scale[..., None]) + zero[..., None], 0, top)
        error = (((codes - zero[..., None]) * scale[..., None] - blocks) ** 2).sum(-1)
        if best is None:
            best = [codes, zero, scale, error]
        else:
            better = error < best[3]
            for old, new in zip(best, (codes, zero, scale, error), strict=True):
                old[better] = new[better]
    codes, zero, scale, _ = best
    return codes.astype(np.uint8), zero.astype(np.uint8), scale.astype(np.float32)


def save(model: Llama, source: Path, target: Path) -> None:
    """Writes the model into a copy of `source`. What did not change (the word embeddings are frozen) is kept to the bit."""
    file, before = onnx.load(source), load(source)
    stored = {i.name: i for i in file.graph.initializer}

    def put(name: str, value: np.ndarray) -> None:
        old = stored[name]
        stored[name].CopyFrom(numpy_helper.from_array(value.reshape(tuple(old.dims)), name))

    for (name, weight), (_, old) in zip(matrices(model), matrices(before), strict=True):
        if torch.equal(weight.detach().cpu(), old):
            continue
        bits = 8 if f"{name}.weight_Q8G{BLOCK}" in stored else 4
        codes, zero, scale = quantize(weight.detach().float().cpu().numpy(), bits)
        put(f"{name}.weight_Q{bits}G{BLOCK}", packed(codes) if bits == 4 else codes)
        put(f"{name}.weight_zp", packed(zero) if bits == 4 else zero)
        put(f"{name}.weight_scale", scale)
    for name, weight in norms(model):
        put(name, weight.detach().float().cpu().numpy())
    onnx.save(file, target)
