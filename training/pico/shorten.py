"""Rewrites 4-bit graphs so that they compress better: numbers with few significant bits, and nothing in rows that no text can reach.

    python -m pico.shorten        # public/models/pico: decoder and embedding head, and their place in tte.json

New exports have short scales from the start (`quantize.scales_of`)."""

import gzip
import json
import re

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from .folder import OUT, SUFFIX, files_of, fingerprint, write
from .quantize import SCALE_BITS, short

SESSIONS = ("decoder_model_merged", "embedding_head")
UNUSED = re.compile(r"\[unused\d+\]")  # brackets are punctuation to the tokenizer: no text is cut into these
# After the leading one. float32: biases, norms and the output layer, as exact as float16 has them; float16: the vectors of places.
BITS = {np.dtype(np.float32): 10, np.dtype(np.float16): 7}
ZERO = 0x88  # two codes at the zero point


def shorten(graph: onnx.ModelProto, unused: list[int]) -> None:
    for tensor in graph.graph.initializer:
        array = numpy_helper.to_array(tensor).copy()
        if tensor.name == "words_q4":
            array[unused] = ZERO
        elif array.dtype in BITS:
            bits = SCALE_BITS if tensor.name.endswith("_scales") else BITS[array.dtype]
            array = short(torch.from_numpy(array).float(), bits).numpy().astype(array.dtype)
            if tensor.name == "words_scales":
                array[unused] = 1
        tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))


def run() -> None:
    vocabulary = json.loads((OUT / "tokenizer.json").read_text())["model"]["vocab"]
    unused = [number for word, number in vocabulary.items() if UNUSED.fullmatch(word)]
    for name in SESSIONS:
        path = OUT / "onnx" / f"{name}{SUFFIX['q4']}.onnx"
        graph = onnx.load(path)
        shorten(graph, unused)
        before = len(gzip.compress(path.read_bytes(), 9))
        path.write_bytes(graph.SerializeToString())
        print(f"{name}: {before} → {len(gzip.compress(path.read_bytes(), 9))} bytes compressed", flush=True)
    told = json.loads((OUT / "tte.json").read_text())
    files = files_of(OUT)
    write(OUT / "tte.json", told | {"files": files, "revision": fingerprint(files)})


if __name__ == "__main__":
    run()
