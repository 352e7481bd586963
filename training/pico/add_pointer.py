"""`python -m pico.add_pointer`: the kinds pointer in public/models/pico, behind the choice that its decoder makes already.

All other weights keep their bytes. The graph with full weights is checked against PyTorch, then the 4-bit one against the same states.
"""

import json
import random

import numpy as np
import onnx
from onnx import GraphProto, NodeProto

from . import export_text, tokens, traces, train_pointer, train_reasoner
from .add_detector import OUT
from .batches import Scenes, Sequence
from .folder import MAX_TOKENS, STARTS, SUFFIX, files_of, fingerprint, weigh, write
from .graph import Graph
from .onnx_run import Exported, session
from .paths import work
from .reasoner import Reasoner, generate
from .restore import shipped_backbone

NAME = f"decoder_model_merged{SUFFIX['q4']}.onnx"
FIRST = "kinds"  # the initialiser that only a decoder with the pointer has


def graft(model: onnx.ModelProto, reasoner: Reasoner, bits: int) -> None:
    """Adds the pointer behind the node that gives `next_token`."""
    graph = model.graph
    made = {name: node for node in graph.node for name in node.output}
    end = made["next_token"]
    likelier = made[end.input[0]]
    query = next(node for node in graph.node if any(name.startswith("copy_query_q4") for name in node.input))
    bias = masked(graph, made, "present.copy_key")
    end.output[0] = "named"
    g = Graph(bits)
    g.count = 10_000  # names of nodes that the graph does not have
    export_text.or_its_kind(
        g,
        reasoner,
        ("named", g.op("Max", *likelier.input)),
        query.input[0],
        ("present.copy_key", "present.copy_ids", "present.copy_probs", bias),
    )
    known = {tensor.name for tensor in graph.initializer}
    graph.node.extend(g.nodes)
    graph.initializer.extend(tensor for name, tensor in g.initialisers.items() if name not in known)
    onnx.checker.check_model(model)


def masked(graph: GraphProto, made: dict[str, NodeProto], keys: str) -> str:
    """What is added to the scores over the keys."""
    turned = next(node.output[0] for node in graph.node if node.op_type == "Transpose" and node.input[0] == keys)
    scores = next(node.output[0] for node in graph.node if node.op_type == "MatMul" and node.input[1] == turned)
    return next(node.input[1] for node in graph.node if node.op_type == "Add" and node.input[0] == scores)


def questions(count: int, names: list[traces.Thing]) -> list[Sequence]:
    """Scenes, all questions but the changes, in both forms."""
    rng = random.Random(5)
    scenes = Scenes("made-up-valid", rng, names)
    return [
        Sequence(seen, traces.to_ids(item.prompt), [tokens.token(start)])
        for task in ("qa", "category", "ground")
        for start in STARTS.values()
        for item, seen in train_reasoner.asked(scenes, task, count, rng, [], bool(names))
    ]


def alike(folder_model: Exported, reasoner: Reasoner) -> float:
    """Share of traces that graph and PyTorch write alike, both on the shipped lower layers."""
    backbone, same = shipped_backbone(), []
    for given in [*questions(3, []), *questions(3, train_pointer.untraced())]:
        view = {"image_features": given.seen.features, "candidate_ids": given.seen.ids, "candidate_probs": given.seen.probs}
        seen = {name: rows.numpy() for name, rows in view.items()}
        got, _ = folder_model.run(given.prompt, given.trace, seen, MAX_TOKENS["full"])
        same.append(got == generate(backbone, reasoner, [given], MAX_TOKENS["full"] - 1)[0])
    return float(np.mean(same))


def run(_: object = None) -> None:
    path = OUT / "onnx" / NAME
    model = onnx.load(path)
    if any(tensor.name == FIRST for tensor in model.graph.initializer):
        raise SystemExit(f"{NAME} has a kinds pointer: take it from the folder that has none")
    _, reasoner = train_reasoner.load()
    for bits in (32, 4):
        made = onnx.ModelProto()
        made.CopyFrom(model)
        graft(made, reasoner, bits)
        to = work(f"pointer-{bits}/onnx/{NAME}") if bits == 32 else path
        to.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(made, to)
        shipped = Exported.open(OUT, SUFFIX["q4"], SUFFIX["q8"])
        if bits == 32:
            shipped.decoder = session(to)
        share = alike(shipped, reasoner)
        print(f"{bits} bits: {100 * share:.1f} % of traces as PyTorch writes them", flush=True)
        if share < (1 if bits == 32 else 0.95):
            raise SystemExit("the graph differs from the reference")
    told = json.loads((OUT / "tte.json").read_text())
    files = files_of(OUT)
    write(OUT / "tte.json", told | {"files": files, "revision": fingerprint(files)})
    weigh(OUT)


if __name__ == "__main__":
    run()
