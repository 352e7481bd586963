"""`python presets_similarity.py HUB SENTENCES FOLDER/FILE…`: STS-B (Spearman) by a preset's file, natively; see README.md.

For when `npm run eval:presets`, which measures through the package, takes too long: the same texts, prompts and pooling. HUB is a folder in
the hub's layout, SENTENCES the tab-separated pairs, a FILE the name in onnx/, such as bge-small-en-v1.5/model_q4.onnx.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from scipy.stats import spearmanr
from tokenizers import Tokenizer

# Folder → prompt of a query, which both sentences are; how the authors pool; tokens at most; id that fills up.
MODELS = {
    "bge-small-en-v1.5": ("Represent this sentence for searching relevant passages: ", "cls", 512, 0),
    "e5-small-v2": ("query: ", "mean", 512, 0),
    "multilingual-e5-small": ("query: ", "mean", 512, 1),
    "all-MiniLM-L6-v2": ("", "mean", 256, 0),
}
BATCH = 32


def vectors(folder: Path, file: str, texts: list[str]) -> np.ndarray:
    """Unit vectors [n, d] of texts as queries, on one thread."""
    prompt, pooling, most, fill = MODELS[folder.parents[1].name]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(most)
    tokenizer.enable_padding(pad_id=fill)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "onnx" / file, options, providers=["CPUExecutionProvider"])
    taken = {given.name for given in session.get_inputs()}
    order = np.argsort([len(text) for text in texts])
    rows: list[np.ndarray] = [np.zeros(0)] * len(texts)
    for begin in range(0, len(order), BATCH):
        some = order[begin : begin + BATCH]
        encoded = tokenizer.encode_batch([prompt + texts[i] for i in some])
        ids = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = session.run(None, {name: value for name, value in feed.items() if name in taken})[0]
        pooled = states[:, 0] if pooling == "cls" else (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        for i, vector in zip(some, pooled / np.linalg.norm(pooled, axis=1, keepdims=True), strict=True):
            rows[i] = vector
    return np.stack(rows)


def main(hub: Path, sentences: Path, files: list[str]) -> None:
    lines = [line.rstrip("\n").split("\t") for line in sentences.read_text("utf8").split("\n")]
    pairs = [line for line in lines if len(line) > 6 and line[5].strip() and line[6].strip()]
    for file in files:
        name, graph = file.split("/")
        (folder,) = hub.glob(f"*/{name}/resolve/main")
        a, b = (vectors(folder, graph, [pair[side] for pair in pairs]) for side in (5, 6))
        found = spearmanr([float(pair[4]) for pair in pairs], (a * b).sum(1)).statistic
        print(f"{file} STS-B: Spearman {100 * found:.1f}, n {len(pairs)}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
