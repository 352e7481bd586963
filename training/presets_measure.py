"""`python presets_measure.py HUB DATA FOLDER/FILE… --kept DIR [--only NAME]…`: what a preset's file is worth, natively; see README.md.

The same texts, prompts and pooling as `npm run eval:presets`, which measures through the package, on one thread. HUB is a folder in the
hub's layout, a FILE the name in onnx/, such as bge-small-en-v1.5/model_q4.onnx. DATA holds stsb-dev.tsv (sentence pairs, Spearman) and
collections in BEIR's layout in beir/ (nDCG@10). Vectors are kept in DIR as they come: a run that was broken off goes on where it was.
"""

import argparse
import hashlib
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import onnxruntime
from scipy.stats import spearmanr
from tokenizers import Tokenizer

# Folder → prompts of a query, as which sentence pairs count, and of a document; how the authors pool; tokens at most; id that fills up.
MODELS = {
    "bge-small-en-v1.5": ("Represent this sentence for searching relevant passages: ", "", "cls", 512, 0),
    "e5-small-v2": ("query: ", "passage: ", "mean", 512, 0),
    "multilingual-e5-small": ("query: ", "passage: ", "mean", 512, 1),
    "all-MiniLM-L6-v2": ("", "", "mean", 256, 0),
}
BATCH = 16
SEED = 1
DRAWS = 2000


class Encoder:
    """Unit vectors of texts by one graph."""

    def __init__(self, folder: Path, file: str, kept: Path) -> None:
        self.query, self.document, self.pooling, most, self.fill = MODELS[folder.parents[1].name]
        self.kept = kept / folder.parents[1].name / file
        self.kept.mkdir(parents=True, exist_ok=True)
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(most)
        self.tokenizer.enable_padding(pad_id=self.fill)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(folder / "onnx" / file, options, providers=["CPUExecutionProvider"])
        self.taken = {given.name for given in self.session.get_inputs()}

    def vectors(self, texts: list[str], prompt: str) -> np.ndarray:
        """[n, d], texts of about the same length together."""
        order = np.argsort([len(text) for text in texts], kind="stable")
        rows: list[np.ndarray] = [np.zeros(0)] * len(texts)
        for begin in range(0, len(order), BATCH):
            some = order[begin : begin + BATCH]
            for i, vector in zip(some, self.batch([prompt + texts[i] for i in some]), strict=True):
                rows[i] = vector
        return np.stack(rows)

    def batch(self, texts: list[str]) -> np.ndarray:
        path = self.kept / f"{hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:32]}.npy"
        if path.exists():
            return np.load(path)
        encoded = self.tokenizer.encode_batch(texts)
        ids = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self.session.run(None, {name: value for name, value in feed.items() if name in self.taken})[0]
        pooled = states[:, 0] if self.pooling == "cls" else (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        found = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        half = path.with_suffix(".half.npy")
        np.save(half, found)
        half.replace(path)
        return found


def similarity(encoder: Encoder, path: Path) -> str:
    lines = [line.split("\t") for line in path.read_text("utf8").split("\n")]
    pairs = [line for line in lines if len(line) > 6 and line[5].strip() and line[6].strip()]
    a, b = (encoder.vectors([pair[side] for pair in pairs], encoder.query) for side in (5, 6))
    found = spearmanr([float(pair[4]) for pair in pairs], (a * b).sum(1)).statistic
    return f"Spearman {100 * found:.1f}, n {len(pairs)}"


def texts_of(path: Path) -> dict[str, str]:
    """Id → title and text; what is empty is left out."""
    found = {}
    for line in path.read_text("utf8").splitlines():
        if line.strip():
            one = json.loads(line)
            found[str(one["_id"])] = ". ".join(part for part in (one.get("title"), one.get("text")) if part and part.strip())
    return {name: text for name, text in found.items() if text}


def retrieval(encoder: Encoder, folder: Path) -> str:
    corpus = texts_of(folder / "corpus.jsonl")
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf8").splitlines():
        query, document, grade = line.split("\t")[:3]
        if document in corpus:
            grades[query][document] = int(grade)
    queries = {name: text for name, text in texts_of(folder / "queries.jsonl").items() if any(grades[name].values())}
    documents = encoder.vectors(list(corpus.values()), encoder.document)
    asked = encoder.vectors(list(queries.values()), encoder.query)
    names = np.array(list(corpus))
    ranked = np.argsort(-(asked @ documents.T), axis=1, kind="stable")[:, :10]
    found = np.array(
        [ndcg([grades[name].get(at, 0) for at in names[row]], grades[name]) for name, row in zip(queries, ranked, strict=True)]
    )
    drawn = np.random.default_rng(SEED).choice(found, (DRAWS, len(found))).mean(1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"nDCG@10 {found.mean():.1f} ({low:.1f} to {high:.1f}), n {len(found)}"


def ndcg(gains: list[int], grades: dict[str, int]) -> float:
    """Of one query, from 0 to 100, with the grades as gains."""

    def discounted(values: list[int]) -> float:
        return sum(value / np.log2(rank + 2) for rank, value in enumerate(values[:10]))

    return 100 * discounted(gains) / discounted(sorted(grades.values(), reverse=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hub", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--kept", type=Path, required=True)
    parser.add_argument("--only", action="append", help="sts, or a collection")
    options = parser.parse_args()
    collections = sorted(path.parent for path in options.data.glob("beir/*/corpus.jsonl"))
    for file in options.files:
        name, graph = file.split("/")
        (folder,) = options.hub.glob(f"*/{name}/resolve/main")
        encoder = Encoder(folder, graph, options.kept)
        if not options.only or "sts" in options.only:
            print(f"{file} STS-B: {similarity(encoder, options.data / 'stsb-dev.tsv')}", flush=True)
        for collection in collections:
            if not options.only or collection.name in options.only:
                print(f"{file} {collection.name}: {retrieval(encoder, collection)}", flush=True)


if __name__ == "__main__":
    main()
