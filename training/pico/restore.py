"""Restores trained weights from an exported 4-bit folder, to continue training without the original checkpoints.

MiniLM's frozen layers and the word vectors are exact, as they come from the published weights; trained layers have the rounding of the
shipped files.
"""

import random
import sys
from functools import cache
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import numpy_helper
from torch import nn

from . import batches, checkpoint, feature_bank, tokens, train_head, train_reasoner
from .backbones import CLOSE, REGIONS, normalise
from .batches import Seen, Sequence
from .folder import MAX_TOKENS, QUESTION, STARTS, SUFFIX, TEXTS, sample_scenes
from .onnx_run import Exported, session
from .paths import TRAINING, work
from .quantize import BLOCK
from .reasoner import Backbone, Reasoner, generate
from .vision_model import preprocess

PICO = TRAINING.parent / "public" / "models" / "pico"


def initialisers(path: Path) -> dict[str, np.ndarray]:
    return {i.name: numpy_helper.to_array(i) for i in onnx.load(path).graph.initializer}


def widened(packed: np.ndarray, scales: np.ndarray) -> torch.Tensor:
    """The inverse of `quantize.four_bits`: packed [n, k / 32, 16] and scales → rows [n, k]."""
    codes = np.empty((*packed.shape[:-1], BLOCK), np.float32)
    codes[..., 0::2], codes[..., 1::2] = packed & 15, packed >> 4
    return torch.from_numpy(((codes - 8) * scales.reshape(*packed.shape[:-1], 1)).reshape(len(packed), -1))


def fill(module: nn.Module, prefix: str, found: dict[str, np.ndarray], names: dict[str, str] | None = None) -> None:
    """Fills the linear layers and norms of a module from initialisers; `names` maps paths to names in the graph where they differ."""
    for path, part in module.named_modules():
        name = prefix + (names or {}).get(path, path)
        if isinstance(part, nn.Linear) and name + "_q4" in found:
            part.weight.data = widened(found[name + "_q4"], found[name + "_scales"])
        elif isinstance(part, nn.Linear):
            part.weight.data = torch.from_numpy(found[name + "_weight"].T.copy())
        elif isinstance(part, nn.LayerNorm):
            part.weight.data = torch.from_numpy(found[name + "_scale"].copy())
            part.bias.data = torch.from_numpy(found[name + "_shift"].copy())
        if isinstance(part, nn.Linear):
            part.bias.data = torch.from_numpy(found[name + "_bias"].copy())


def reasoner(folder: Path = PICO) -> Reasoner:
    made, found = Reasoner(), initialisers(folder / "onnx" / f"decoder_model_merged{SUFFIX['q4']}.onnx")
    for i, layer in enumerate(made.layers):
        fill(layer, f"layer{i + 2}_", found)
    parts = ["dense", "dense_norm", "out", "copy_query", "copy_key", "gate"]
    for name in [*parts, "kind_query", "kind_gate"] if "kinds" in found else parts:
        fill(getattr(made, name), name, found)
    return made


def head(folder: Path = PICO) -> train_head.Head:
    made, found = train_head.Head(), initialisers(folder / "onnx" / f"embedding_head{SUFFIX['q4']}.onnx")
    for i, layer in enumerate(made.layers):
        fill(layer, f"head{i}_", found)
    return made


def embedder(folder: Path, own: bool) -> train_head.Embedder:
    """The embedder of a folder; `own`: with lower layers of its own (pico-s, direct) instead of MiniLM's."""
    made = train_head.Embedder(own)
    made.head.load_state_dict(head(folder).state_dict())
    if own:
        found = initialisers(folder / "onnx" / f"decoder_model_merged{SUFFIX['q4']}.onnx")
        for i, layer in enumerate(made.backbone.layers):
            fill(layer, f"layer{i}_", found)
    return made


def shipped_backbone(folder: Path = PICO) -> Backbone:
    """The lower layers and word vectors with the shipped files' rounding, for checking the other layers."""
    made, found = Backbone(train_reasoner.extra()), initialisers(folder / "onnx" / f"decoder_model_merged{SUFFIX['q4']}.onnx")
    for i, layer in enumerate(made.layers):
        fill(layer, f"layer{i}_", found)
    words = widened(found["words_q4"].reshape(len(found["words_q4"]), -1, BLOCK // 2), found["words_scales"])
    made.embed.words.data[: len(words)] = words
    made.embed.places.data = torch.from_numpy(found["places"].astype(np.float32))
    return made


@torch.no_grad()
def check(backbone: Backbone, thinker: Reasoner, top: train_head.Head, count: int = 12) -> dict[str, float]:
    """Compares the shipped graphs with PyTorch, both on the shipped vision encoder's outputs: texts, scenes, questions, their traces."""
    shipped, rng = Exported.open(PICO, SUFFIX["q4"], SUFFIX["q8"]), random.Random(0)
    model = train_head.Embedder(own=False)
    model.backbone, model.head = backbone, top
    model.eval()

    def vector(given: Sequence) -> np.ndarray:
        return model(batches.collate([given]))[0].numpy()

    cosines, alike = [], []
    for sentence in TEXTS:
        ids = tokens.encode(sentence)
        cosines.append(float(shipped.run(ids, [], None)[1] @ vector(Sequence(None, ids, []))))
    for image, numbers in sample_scenes(count, 32):
        seen = shipped.see(preprocess(image, CLOSE))
        view = Seen(*(torch.from_numpy(seen[k]) for k in ("candidate_ids", "candidate_probs", "image_features")))
        prompt = tokens.encode(QUESTION.format(x=batches.table_things()[numbers[rng.choice((1, 3))]].name))
        for form, mark in STARTS.items():
            start = [tokens.token(mark)]
            trace, got = shipped.run(prompt, start, seen, MAX_TOKENS[form])
            mine = generate(backbone, thinker, [Sequence(view, prompt, start)], MAX_TOKENS[form] - 1)[0]
            alike.append(mine == trace)
            cosines.append(float(got @ vector(Sequence(view, prompt, trace))))
    return {"least cosine": min(cosines), "mean cosine": float(np.mean(cosines)), "traces alike": float(np.mean(alike))}


@cache
def vision() -> ort.InferenceSession:
    return session(PICO / "onnx" / f"vision_encoder{SUFFIX['q8']}.onnx")


def look(images: torch.Tensor) -> dict[str, torch.Tensor]:
    """Runs pictures through the shipped vision encoder → a view for a feature bank."""
    found = vision().run(None, {"pixel_values": normalise(images).numpy()})
    features, ids, probs = (torch.from_numpy(x).view(len(images), REGIONS, -1) for x in found)
    number = {t: n for n, t in enumerate(tokens.name_tokens().tolist())}
    numbers = torch.tensor([number[t] for t in ids.flatten().tolist()]).view(ids.shape)
    own = features - batches.expected_kind(batches.kinds_of_names()[numbers], probs)
    return {"names": numbers, "probs": probs, "features": own.half()}


def main() -> None:
    """Writes the checkpoints that later stages start from, restored from public/models/pico and checked against it, and those stored in
    `checkpoints`; with `--bank` the feature bank, too."""
    thinker, top = reasoner().eval(), head().eval()
    print("shipped against restored, all layers as shipped", check(shipped_backbone(), thinker, top), flush=True)
    print("shipped against restored, frozen layers exact", check(Backbone(train_reasoner.extra()), thinker, top), flush=True)
    torch.save({"model": thinker.state_dict()}, work("kinds.ckpt"))
    torch.save({"model": {f"head.{k}": v for k, v in top.state_dict().items()}}, work("head.ckpt"))
    checkpoint.unpack()
    if "--bank" in sys.argv:
        feature_bank.build(look)


if __name__ == "__main__":
    main()
