"""Gives the constants of pico's photo head the names that they have in the embedding head, from which it was trained: the two files then
have the same layout, and the package carries one as the difference from the other (`scripts/build/pack-model.ts`).

    python -m pico.alike

The graph computes the same to the last bit, so the model's revision stays."""

import json

import onnx

from .folder import OUT, SUFFIX, files_of, write

BASE, FILE = (OUT / "onnx" / f"{name}{SUFFIX['q4']}.onnx" for name in ("embedding_head", "photo_head"))


def rename(graph: onnx.ModelProto, base: onnx.ModelProto) -> None:
    pairs = zip(graph.graph.initializer, base.graph.initializer, strict=True)
    names = {tensor.name: other.name for tensor, other in pairs}
    for tensor in graph.graph.initializer:
        tensor.name = names[tensor.name]
    for node in graph.graph.node:
        for at, name in enumerate(node.input):
            node.input[at] = names.get(name, name)


if __name__ == "__main__":
    graph = onnx.load(FILE)
    rename(graph, onnx.load(BASE))
    FILE.write_bytes(graph.SerializeToString())
    assert FILE.stat().st_size == BASE.stat().st_size, "the two heads are no longer of one layout"
    told = json.loads((OUT / "tte.json").read_text())
    write(OUT / "tte.json", told | {"files": files_of(OUT)})
