"""`python -m pico.refresh`: updates the head in public/models/pico to that of the photos stage; vision encoder and reasoner are kept.

The detector's names are appended to the vocabulary; word vectors, layers and pointer of the decoder keep their bytes.
"""

import base64
import io
import json
import random
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from PIL import Image

from . import batches, export_text, tokens, train_photos
from .batches import Seen, Sequence
from .folder import SUFFIX, calibration_batches, files_of, fingerprint, settings, weigh, write
from .onnx_run import Exported
from .quantize import Moments, four_bits, observe
from .restore import PICO
from .vision_model import preprocess

LEAST = 0.9  # smallest cosine of the 4-bit head's vectors to the reference


def lengthened(path: Path) -> None:
    """Extends the decoder's word vectors to the whole vocabulary; existing ones keep their bytes."""
    model = onnx.load(path)
    table = tokens.embeddings()
    for tensor in model.graph.initializer:
        if tensor.name not in ("words_q4", "words_scales"):
            continue
        old = numpy_helper.to_array(tensor)
        packed, scales = (
            four_bits(table[len(old) :]) if len(old) < len(table) else (np.zeros((0, 1, 1), np.uint8), np.zeros((0, 1), np.float32))
        )
        new = packed.reshape(len(packed), -1) if tensor.name == "words_q4" else scales
        if len(new):
            tensor.CopyFrom(numpy_helper.from_array(np.concatenate([old, new.astype(old.dtype)]), tensor.name))
    onnx.save(model, path)


def calibration(model: train_photos.Embedder) -> Moments:
    """Second moments of the head's inputs for pictograms, photographs, captions and plain texts."""
    rng = random.Random(11)
    source = train_photos.PhotoPairs(rng)
    drawn = [s for _, caption, photo in (source.draw() for _ in range(96)) for s in (caption, photo)]
    given = [batches.collate(drawn[k : k + 64]) for k in range(0, len(drawn), 64)] + calibration_batches(rng, "made-up-train")

    def run() -> None:
        for batch in given:
            model(batch)

    return observe([model.head], run)


def golden(old: list[dict], model: train_photos.Embedder, shipped: Exported) -> list[dict]:
    """New vectors for the same inputs; the reference uses the outputs of the shipped vision encoder."""
    made = []
    for entry in old:
        given, seen, view = entry["input"], None, None
        if "image" in given:
            image = Image.open(io.BytesIO(base64.b64decode(given["image"].split(",", 1)[1])))
            seen = shipped.see(preprocess(image))
            view = Seen(*(torch.from_numpy(seen[k]) for k in ("candidate_ids", "candidate_probs", "image_features")))
        ids = tokens.encode(given.get("text", ""))
        with torch.no_grad():
            vector = model(batches.collate([Sequence(view, ids, [])]))[0].numpy()
        cosine = float(shipped.run(ids, [], seen)[1] @ vector)
        print(f"golden {given.get('text', 'image')!r}: cosine {cosine:.4f}", flush=True)
        if cosine < LEAST:
            raise SystemExit("the exported head differs from the reference")
        made.append({"input": given, "vector": [round(float(x), 5) for x in vector], "minCosine": round(cosine - 0.02, 3)})
    return made


def main() -> None:
    torch.set_num_threads(1)
    model, told = train_photos.load(), json.loads((PICO / "tte.json").read_text())
    lengthened(PICO / "onnx" / f"decoder_model_merged{SUFFIX['q4']}.onnx")
    export_text.embedding_head(PICO / "onnx" / f"embedding_head{SUFFIX['q4']}.onnx", model.head, 4, calibration(model))
    settings(PICO)
    shipped = Exported.open(PICO, SUFFIX["q4"], SUFFIX["q8"])
    files = files_of(PICO)
    told |= {"golden": golden(told["golden"], model, shipped), "files": files, "revision": fingerprint(files)}
    write(PICO / "tte.json", told)
    weigh(PICO)


if __name__ == "__main__":
    main()
