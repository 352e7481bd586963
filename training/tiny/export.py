"""Seeding weights, exporting torch modules to ONNX, running and quantising the result."""

import contextlib
import hashlib
import inspect
import io
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

Axes = dict[int, str]
Inputs = dict[str, tuple[torch.Tensor, Axes]]


def seed_weights(module: torch.nn.Module, seed: int) -> torch.nn.Module:
    """Fill every parameter from its own seeded stream, with enough variance that different inputs give different outputs."""
    embeddings = {id(m.weight) for m in module.modules() if isinstance(m, torch.nn.Embedding)}
    done: set[int] = set()
    with torch.no_grad():
        for name, p in module.named_parameters():
            if id(p) in done or p.ndim == 0:
                continue
            done.add(id(p))
            digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
            noise = np.random.default_rng(int.from_bytes(digest[:8], "little")).standard_normal(tuple(p.shape))
            noise = torch.from_numpy(noise).float()
            if p.ndim == 1:
                p.add_(0.1 * noise)
            elif id(p) in embeddings:
                p.copy_(noise)
            else:
                p.copy_(noise * 2 / np.sqrt(p[0].numel()))
    return module.eval().requires_grad_(False)


def export(module: torch.nn.Module, path: Path, inputs: Inputs, outputs: dict[str, Axes]) -> None:
    """Write `module` as one ONNX file whose symbolic axes carry the given names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shapes = tuple({axis: torch.export.Dim.DYNAMIC for axis in axes} for _, axes in inputs.values())
    if any(p.kind is p.VAR_POSITIONAL for p in _parameters(module)):
        fixed = sum(p.kind is p.POSITIONAL_OR_KEYWORD for p in _parameters(module))
        shapes = (*shapes[:fixed], shapes[fixed:])
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module.eval(),
            tuple(t for t, _ in inputs.values()),
            dynamic_shapes=shapes,
            input_names=list(inputs),
            output_names=list(outputs),
            opset_version=18,
            dynamo=True,
        )
    model = program.model_proto
    _name_axes(model.graph.input, {name: axes for name, (_, axes) in inputs.items()})
    _name_axes(model.graph.output, outputs)
    save(model, path)


def _parameters(module: torch.nn.Module):
    return inspect.signature(module.forward).parameters.values()


def _name_axes(values, names: dict[str, Axes]) -> None:
    found = {v.name for v in values}
    assert found == set(names), f"graph has {sorted(found)}, wanted {sorted(names)}"
    for value in values:
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            if axis in names[value.name]:
                dim.dim_param = names[value.name][axis]
            else:
                assert dim.HasField("dim_value"), f"{value.name}[{axis}] is not fixed"


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write without traces of the exporting machine (source paths, inferred shapes, docs)."""
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    model.doc_string = model.graph.doc_string = ""
    for item in [*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer]:
        del item.metadata_props[:]
        item.doc_string = ""
    for function in model.functions:
        del function.metadata_props[:]
        for node in function.node:
            del node.metadata_props[:]
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def quantise(path: Path, embeddings: bool = False) -> Path:
    """4-bit blocks of 32: MatMul → MatMulNBits, and with `embeddings` also Gather → GatherBlockQuantized."""
    model = onnx.load(path)
    ops, axes = (("MatMul", "Gather"), (("MatMul", 0), ("Gather", 1))) if embeddings else (("MatMul",), (("MatMul", 0),))
    quantizer = MatMulNBitsQuantizer(model, block_size=32, is_symmetric=not embeddings, op_types_to_quantize=ops, quant_axes=axes)
    quantizer.process()
    target = path.with_name(f"{path.stem}_q4.onnx")
    result = quantizer.model.model
    kinds = {node.op_type for node in result.graph.node}
    assert "MatMulNBits" in kinds and ("GatherBlockQuantized" in kinds) == embeddings, kinds
    save(result, target)
    return target


class Session:
    """An ONNX graph on the CPU, with inputs and outputs by name."""

    def __init__(self, path: Path) -> None:
        self.session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        self.inputs = {i.name: i for i in self.session.get_inputs()}
        self.outputs = [o.name for o in self.session.get_outputs()]

    def __call__(self, **feeds: np.ndarray | torch.Tensor) -> dict[str, np.ndarray]:
        arrays = {k: v.numpy() if isinstance(v, torch.Tensor) else v for k, v in feeds.items() if k in self.inputs}
        return dict(zip(self.outputs, self.session.run(None, arrays), strict=True))


def cosine(a: np.ndarray, b: np.ndarray) -> float:
    a, b = np.asarray(a, np.float64).ravel(), np.asarray(b, np.float64).ravel()
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
