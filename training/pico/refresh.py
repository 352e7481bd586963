"""Stage refresh, also `python -m pico.refresh`: the photographs' head in public/models/pico, beside what is there, which keeps its bytes.

Once with full weights into the working folder, checked against PyTorch, then with 4 bits. The engine takes it for pictures that its
gate calls photographs, and everything else goes through `embedding_head` as before.
"""

import json
import random
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import batches, export_text, train_photos, vision_model
from .batches import Seen, Sequence
from .folder import SUFFIX, data_url, files_of, fingerprint, weigh, write
from .onnx_run import Exported, session
from .paths import work
from .quantize import Moments, observe
from .restore import PICO
from .train_head import valid

SESSION = "photo_head"
SOURCE = ", captions of Flickr30k"
LEAST, LEAST_MEAN = 0.95, 0.98  # cosine of the 4-bit head's vectors to the reference
PHOTOGRAPH = "coffee.png"  # of scikit-image's data (Rachel Michetti, CC0): the golden photograph
GOLDEN_SIDE = 160


def drawn(count: int, seed: int, name: str = "train") -> list[Sequence]:
    """Simulated photographs as they are trained on."""
    source = train_photos.PhotoPairs(random.Random(seed), name)
    return [source.draw()[2] for _ in range(count)]


def calibration(model: train_photos.PhotoHead) -> Moments:
    given = drawn(320, 11)

    def run() -> None:
        for k in range(0, len(given), 64):
            model(batches.collate(given[k : k + 64]))

    return observe([model.head], run)


@torch.no_grad()
def compare(path: Path, model: train_photos.PhotoHead) -> list[float]:
    """Cosines of the exported head's vectors to the reference, both over the same states."""
    head, cosines = session(path), []
    for given in drawn(60, 13, "val"):
        batch = batches.collate([given])
        states, mask = model.backbone(batch), valid(batch)
        got = head.run(None, {"hidden_states": states.numpy(), "attention_mask": mask.long().numpy()})[0][0]
        cosines.append(float(got @ model.head(states, mask)[0].numpy()))
    return cosines


def golden(path: Path, model: train_photos.PhotoHead) -> dict:
    """A photograph at a first look. The reference reads what the shipped vision encoder sees."""
    photo = Image.open(Path(find_spec("skimage").origin).parent / "data" / PHOTOGRAPH).convert("RGB")
    image = photo.resize([s * GOLDEN_SIDE // min(photo.size) for s in photo.size], Image.Resampling.BICUBIC).quantize(64).convert("RGB")
    shipped = Exported.open(PICO, SUFFIX["q4"], SUFFIX["q8"])
    shipped.head = session(path)
    seen = shipped.see(vision_model.preprocess(image))
    view = Seen(*(torch.from_numpy(seen[k]) for k in ("candidate_ids", "candidate_probs", "image_features")))
    with torch.no_grad():
        vector = model(batches.collate([Sequence(view, [], [])]))[0].numpy()
    cosine = float(shipped.run([], [], seen)[1] @ vector)
    print(f"golden photograph: cosine {cosine:.4f}", flush=True)
    return {"input": {"image": data_url(image)}, "vector": [round(float(x), 5) for x in vector], "minCosine": round(cosine - 0.02, 3)}


def run(_: object = None) -> None:
    model = train_photos.load()
    exact = work(f"fp32/{SESSION}.onnx")
    export_text.embedding_head(exact, model.head, 32)
    if min(compare(exact, model)) < 0.9999:
        raise SystemExit("the exported fp32 head differs from the reference")
    relative = f"onnx/{SESSION}{SUFFIX['q4']}.onnx"
    export_text.embedding_head(PICO / relative, model.head, 4, calibration(model))
    cosines = compare(PICO / relative, model)
    print(f"4 bits: cosine to the reference, mean {np.mean(cosines):.4f}, least {min(cosines):.4f}", flush=True)
    if np.mean(cosines) < LEAST_MEAN or min(cosines) < LEAST:
        raise SystemExit("the exported head differs from the reference")
    told = json.loads((PICO / "tte.json").read_text())
    entry = golden(PICO / relative, model)
    told["golden"] = [*(g for g in told["golden"] if g["input"] != entry["input"]), entry]
    told["sessions"][SESSION] = {"q4": {"path": relative}}
    told["source"] = told["source"].removesuffix(SOURCE) + SOURCE
    files = files_of(PICO)
    told |= {"files": files, "revision": fingerprint(files)}
    write(PICO / "tte.json", told)
    weigh(PICO)


if __name__ == "__main__":
    run()
