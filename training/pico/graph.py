"""A small builder of ONNX graphs: operators as calls, weights as fp32, 8 or 4 bits."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from .minilm import EPS, HEADS, WIDTH, Layer
from .quantize import BLOCK, Moments, four_bits

MICROSOFT = "com.microsoft"
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


class Graph:
    """Collects nodes and initialisers. `bits` is 4 for the shipped file and 32 for the reference; `moments` improve rounding."""

    def __init__(self, bits: int = 32, moments: Moments | None = None) -> None:
        self.moments = moments or {}
        self.bits, self.nodes, self.initialisers, self.count = bits, [], {}, 0
        self.main = self.nodes  # `nodes` is replaced while a branch is being built
        self.inputs, self.outputs = [], []
        self.widened: dict[str, str] = {}

    def op(
        self, kind: str, *inputs: str, outputs: int = 1, domain: str = "", name: str | None = None, **attributes: object
    ) -> str | list[str]:
        self.count += 1
        made = [name] if name else [f"{kind.lower()}_{self.count}" + (f"_{i}" if outputs > 1 else "") for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), made, f"n{self.count}_{kind}", domain=domain, **attributes))
        return made[0] if outputs == 1 else made

    def choose(self, condition: str, then: Callable[[], str], otherwise: Callable[[], str]) -> str:
        """Adds an If with two branches that compute a tensor. Outer tensors and all weights belong to the surrounding graph."""
        branches, outer = [], self.nodes
        for make in (then, otherwise):
            self.nodes = []
            result = helper.make_empty_tensor_value_info(make())
            branches.append(helper.make_graph(self.nodes, f"branch_{self.count}", [], [result]))
        self.nodes = outer
        return self.op("If", condition, then_branch=branches[0], else_branch=branches[1])

    def const(self, value: object, dtype: type = np.int64, name: str | None = None) -> str:
        """Adds an initialiser; small constants with equal values are shared."""
        array = np.asarray(value, dtype)
        key = name or f"c_{array.dtype}_{'x'.join(map(str, array.shape))}_{hash(array.tobytes()) & 0xFFFFFFFF:x}"
        if key not in self.initialisers:
            self.initialisers[key] = numpy_helper.from_array(array, key)
        return key

    def weight(self, tensor: torch.Tensor, name: str) -> str:
        return self.const(tensor.detach().float().numpy(), np.float32, name)

    def half(self, tensor: torch.Tensor, name: str) -> str:
        """A table stored in 16 bits."""
        if self.bits == 32:
            return self.weight(tensor, name)
        return self.op("Cast", self.const(tensor.detach().numpy(), np.float16, name), to=FLOAT)

    def eight(self, tensor: torch.Tensor, name: str) -> str:
        """Weights [out, …] in 8 bits per output channel, added once per name; Cast and Mul of constants are folded while loading."""
        if self.bits == 32:
            return self.weight(tensor, name)
        if name in self.widened:
            return self.widened[name]
        flat = tensor.detach().float().flatten(1)
        scale = flat.abs().amax(1).clamp(min=1e-9) / 127
        codes = (flat / scale[:, None]).round().clamp(-127, 127).to(torch.int8).view(tensor.shape)
        wide = self.const(codes.numpy(), np.int8, name)
        shape = (-1, *[1] * (tensor.dim() - 1))
        scales = self.const(scale.view(shape).numpy(), np.float32, name + "_scale")
        here, self.nodes = self.nodes, self.main
        self.widened[name] = self.op("Mul", self.op("Cast", wide, to=FLOAT), scales)
        self.nodes = here
        return self.widened[name]

    def linear(self, x: str, layer: torch.nn.Linear, name: str) -> str:
        """x [.., k] → [.., n]."""
        weight = layer.weight.detach().float()
        if self.bits == 4:
            packed, scales = four_bits(weight, self.moments.get(layer))
            y = self.op(
                "MatMulNBits",
                x,
                self.const(packed, np.uint8, name + "_q4"),
                self.const(scales, np.float32, name + "_scales"),
                domain=MICROSOFT,
                K=weight.shape[1],
                N=weight.shape[0],
                bits=4,
                block_size=BLOCK,
            )
        else:
            y = self.op("MatMul", x, self.weight(weight.T.contiguous(), name + "_weight"))
        return self.op("Add", y, self.weight(layer.bias, name + "_bias"))

    def rows(self, table: torch.Tensor, ids: str, name: str) -> str:
        """Rows of a table [v, k] by ids [..]."""
        if self.bits == 4:
            packed, scales = four_bits(table)
            data = self.const(packed.reshape(len(table), -1), np.uint8, name + "_q4")
            return self.op(
                "GatherBlockQuantized",
                data,
                ids,
                self.const(scales, np.float32, name + "_scales"),
                domain=MICROSOFT,
                bits=4,
                block_size=BLOCK,
                gather_axis=0,
                quantize_axis=1,
            )
        return self.op("Gather", self.weight(table, name), ids, axis=0)

    def norm(self, x: str, layer: torch.nn.LayerNorm, name: str) -> str:
        return self.op(
            "LayerNormalization",
            x,
            self.weight(layer.weight, name + "_scale"),
            self.weight(layer.bias, name + "_shift"),
            axis=-1,
            epsilon=layer.eps or EPS,
        )

    def gelu(self, x: str) -> str:
        return self.op("Gelu", x, domain=MICROSOFT)

    def heads(self, x: str) -> str:
        """[b, s, WIDTH] → [b, HEADS, s, WIDTH / HEADS]."""
        return self.op("Transpose", self.op("Reshape", x, self.const([0, 0, HEADS, WIDTH // HEADS])), perm=[0, 2, 1, 3])

    def layer(
        self, x: str, layer: Layer, bias: str, name: str, past: tuple[str, str] | None = None, present: tuple[str, str] | None = None
    ) -> str:
        """One encoder layer; `bias` is added to the scores. With a past, keys and values are concatenated and returned."""
        q, k, v = (self.heads(self.linear(x, getattr(layer, n), f"{name}_{n}")) for n in ("query", "key", "value"))
        if past and present:
            k = self.op("Concat", past[0], k, axis=2, name=present[0])
            v = self.op("Concat", past[1], v, axis=2, name=present[1])
        scaled = self.op("Mul", q, self.const((WIDTH // HEADS) ** -0.5, np.float32))
        scores = self.op("Add", self.op("MatMul", scaled, self.op("Transpose", k, perm=[0, 1, 3, 2])), bias)
        mixed = self.op("MatMul", self.op("Softmax", scores, axis=-1), v)
        joined = self.op("Reshape", self.op("Transpose", mixed, perm=[0, 2, 1, 3]), self.const([0, 0, WIDTH]))
        x = self.norm(
            self.op("Add", x, self.linear(joined, layer.attended, f"{name}_attended")), layer.attended_norm, f"{name}_attended_norm"
        )
        grown = self.gelu(self.linear(x, layer.up, f"{name}_up"))
        return self.norm(self.op("Add", x, self.linear(grown, layer.down, f"{name}_down")), layer.norm, f"{name}_norm")

    def blocked(self, allowed: str) -> str:
        """Booleans → 0 where allowed, a large negative number elsewhere."""
        return self.op("Where", allowed, self.const(0, np.float32), self.const(-1e9, np.float32))

    def takes(self, name: str, kind: int, shape: list[object]) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def gives(self, name: str, kind: int, shape: list[object]) -> None:
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def save(self, path: Path, name: str) -> None:
        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs, list(self.initialisers.values()))
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="think-then-embed")
        onnx.checker.check_model(model)
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, path)
