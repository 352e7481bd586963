"""Model folders of embedders that write no traces: TTE_s' own embedder and the direct baseline.

The same two graphs as pico's, but the lower one ends at the states the head reads: no cache, no next token.
"""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

from . import batches, export_text, export_vision, tokens, traces, train_head, vision_model
from .backbones import CLOSE, REGIONS
from .batches import Seen, Sequence
from .folder import QUESTION, SUFFIX, TEXTS, calibration_batches, data_url, descriptor, sample_scenes, settings, summary, weigh, write
from .onnx_run import NOTHING, as_sequence, session
from .paths import TRAINING, work
from .quantize import Moments, observe

FOLDERS = {  # checkpoint → folder
    "embedder": TRAINING.parent / "public" / "models" / "pico-s",
    "direct": TRAINING.parent / "eval" / "models" / "direct",
}
SYSTEM = {"embedder": ("TTE_s", ("never", "answer", "full")), "direct": ("direct", ("never",))}
BITS = {"fp32": 32, "q4": 4, "q8": 8}


@dataclass
class Encoder:
    """The exported sessions of one folder and dtype."""

    lower: ort.InferenceSession
    head: ort.InferenceSession
    vision: ort.InferenceSession

    def see(self, pixels: np.ndarray) -> dict[str, np.ndarray]:
        made = self.vision.run(list(NOTHING), {"pixel_values": vision_model.normalise(pixels[None]).numpy()})
        return dict(zip(NOTHING, made, strict=True))

    def vector(self, prompt: list[int], trace: list[int], seen: dict[str, np.ndarray] | None) -> np.ndarray:
        image = tokens.token(tokens.IMAGE)
        begun = [batches.CLS, *([image] * REGIONS if seen else []), *prompt, batches.SEP]
        ids = begun + trace
        mask = np.ones((1, len(ids)), np.int64)
        feeds = {"input_ids": np.array([ids]), "attention_mask": mask, "position_ids": np.arange(len(ids))[None]}
        states = self.lower.run(["hidden_states"], {**feeds, "prefix_length": np.array([len(begun)]), **(seen or NOTHING)})[0]
        return self.head.run(None, {"hidden_states": states, "attention_mask": mask})[0][0]


def calibration(model: train_head.Embedder) -> Moments:
    given = calibration_batches(random.Random(11))

    def run() -> None:
        for batch in given:
            model(batch)

    return observe([model], run)


def graphs(folder: Path, model: train_head.Embedder, eyes: vision_model.Sight, text: str, vision: str) -> Encoder:
    """Writes the graphs and opens them."""
    onnx = folder / "onnx"
    dtypes = {"decoder_model_merged": text, "embedding_head": text, "vision_encoder": vision}
    paths = [onnx / f"{name}{SUFFIX[dtype]}.onnx" for name, dtype in dtypes.items()]
    moments = calibration(model) if text == "q4" else None
    export_text.encoder(paths[0], model.backbone, BITS[text], moments)
    export_text.embedding_head(paths[1], model.head, BITS[text], moments)
    export_vision.vision_encoder(paths[2], eyes, BITS[vision])
    return Encoder(*map(session, paths))


def reference(model: train_head.Embedder, prompt: list[int], trace: list[int], seen: Seen | None) -> np.ndarray:
    return model(batches.collate([Sequence(seen, prompt, trace)]))[0].numpy()


def compare(encoder: Encoder, model: train_head.Embedder, eyes: vision_model.Sight | None) -> dict[str, float]:
    """Cosines to the reference over texts, images, questions and the teacher's traces; without `eyes` both read what the encoder sees."""
    cosines = []
    for sentence in TEXTS:
        ids = tokens.encode(sentence)
        cosines.append(float(encoder.vector(ids, [], None) @ reference(model, ids, [], None)))
    rng = random.Random(0)
    for image, numbers in sample_scenes(12, 32):
        pixels = vision_model.preprocess(image, CLOSE)
        seen = encoder.see(pixels)
        want = vision_model.look(eyes, pixels[None])[0] if eyes else as_sequence([], [], seen).seen
        item = traces.about_scene("qa", [batches.table_things()[n] for n in numbers], rng)
        prompt, trace = traces.to_ids(item.prompt), traces.to_ids(traces.written(item, "full"))
        cosines += [float(encoder.vector(p, t, seen) @ reference(model, p, t, want)) for p, t in (([], []), (prompt, []), (prompt, trace))]
    return {"least cosine": min(cosines), "mean cosine": float(np.mean(cosines))}


def golden(encoder: Encoder, model: train_head.Embedder, eyes: vision_model.Sight) -> list[dict]:
    """As pico's golden inputs: full vectors by the fp32 reference, and what the shipped files reach less a margin."""
    image, numbers = sample_scenes(1)[0]
    pixels = vision_model.preprocess(image)
    question = QUESTION.format(x=batches.table_things()[numbers[1]].name)
    made = []
    for given in [{"text": t} for t in TEXTS] + [{"image": data_url(image)}, {"image": data_url(image), "text": question}]:
        ids, looks = tokens.encode(given.get("text", "")), "image" in given
        vector = reference(model, ids, [], vision_model.look(eyes, pixels[None])[0] if looks else None)
        cosine = float(encoder.vector(ids, [], encoder.see(pixels) if looks else None) @ vector)
        made.append({"input": given, "vector": [round(float(x), 5) for x in vector], "minCosine": round(cosine - 0.02, 3)})
    return made


def export(name: str, out: Path) -> None:
    model, eyes = train_head.load(name), vision_model.load()
    exact = compare(graphs(work(f"fp32-{name}/x").parent, model, eyes, "fp32", "fp32"), model, None)
    print(out.name, "fp32", exact, flush=True)
    if exact["least cosine"] < 0.999:
        raise SystemExit(f"the exported fp32 graphs of {out.name} differ from the reference")
    settings(out)
    shipped = graphs(out, model, eyes, "q4", "q8")
    print(out.name, "q4", compare(shipped, model, eyes), flush=True)
    write(out / "tte.json", descriptor(out, "embedder", golden(shipped, model, eyes), summary(*SYSTEM[name])))
    weigh(out)
