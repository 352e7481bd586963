"""Rewrites the graphs of a model folder that read text, so that they compress better: numbers with few significant bits, and nothing in
rows that no text can reach.

    python -m pico.shorten [FOLDER …]        # public/models/pico and pico-s: their graphs, and their places in tte.json

What was shortened already keeps its bytes. New exports have short scales from the start (`quantize.scales_of`)."""

import gzip
import json
import re
import sys
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, numpy_helper

from .folder import OUT, SUFFIX, files_of, fingerprint, write
from .quantize import SCALE_BITS, short

SESSIONS = ("decoder_model_merged", "embedding_head", "photo_head")
UNUSED = re.compile(r"\[unused\d+\]")  # brackets are punctuation to the tokenizer: no text is cut into these
ZERO = 0x88  # two 4-bit codes at the zero point
# After the leading one. 32 bits: biases, norms and the output layer, as exact as 16 bits have them; 16 bits: the vectors of places.
BITS = {TensorProto.FLOAT: 10, TensorProto.FLOAT16: 7}


def shorten(graph: onnx.ModelProto, unused: list[int]) -> None:
    for tensor in graph.graph.initializer:
        array = numpy_helper.to_array(tensor).copy()
        if tensor.name == "words_q4":
            array[unused] = ZERO
        elif tensor.data_type in BITS and not tensor.name.startswith("c_"):  # those are constants of the computation
            bits = SCALE_BITS if tensor.name.endswith("_scales") else BITS[tensor.data_type]
            array = short(torch.from_numpy(array).float(), bits).numpy().astype(array.dtype)
            if tensor.name == "words_scales":
                array[unused] = 1
        tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))


def run(folder: Path) -> None:
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    unused = [number for word, number in vocabulary.items() if UNUSED.fullmatch(word)]
    for path in (p for name in SESSIONS if (p := folder / "onnx" / f"{name}{SUFFIX['q4']}.onnx").exists()):
        graph = onnx.load(path)
        shorten(graph, unused)
        before = len(gzip.compress(path.read_bytes(), 9))
        path.write_bytes(graph.SerializeToString())
        print(f"{folder.name}/{path.name}: {before} → {len(gzip.compress(path.read_bytes(), 9))} bytes compressed", flush=True)
    told = json.loads((folder / "tte.json").read_text())
    files = files_of(folder)
    write(folder / "tte.json", told | {"files": files, "revision": fingerprint(files)})


if __name__ == "__main__":
    for folder in map(Path, sys.argv[1:] or [OUT, OUT.with_name("pico-s")]):
        run(folder)
