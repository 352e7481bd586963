"""Writes pico's model folder with its descriptor tte.json and checks it against the PyTorch reference; also functions for other folders."""

import base64
import hashlib
import io
import json
import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import art, batches, draw, export_text, export_vision, names, pairs, tokens, train_head, train_reasoner, train_vision, vision_model
from .backbones import CLOSE, REGIONS, SIDE
from .batches import Sequence
from .loop import Options
from .minilm import POSITIONS, WIDTH
from .onnx_run import Exported, as_sequence
from .paths import TRAINING, work
from .quantize import Moments, observe
from .reasoner import generate

OUT = TRAINING.parent / "public" / "models" / "pico"
PROMPT = "{image}[[{instruction} ]]{text}"
SESSIONS = {"decoder_model_merged": "q4", "embedding_head": "q4", "vision_encoder": "q8"}
SUFFIX = {"fp32": "", "q4": "_q4", "q8": "_quantized"}
TEXTS = ["a cat sleeps on the sofa", "What is the capital of France?", "ice cream and a school bus"]
QUESTION = "what is left of the {x} ?"
PROCESSORS = {"preprocessor_config": SIDE, "think_preprocessor_config": CLOSE}  # without thinking, and when thinking
GLOSSARY = "glossary.json"
MAX_TOKENS = {"answer": 24, "full": 56}
# Of the vector of a query that is a photograph, with `auto`: how much is that with its trace, beside its own (LOG.md, "which photographs").
TRACE_WEIGHT = 0.8
STARTS = {"answer": tokens.ENDTHINK, "full": tokens.THINK}
SOURCE = (
    "trained by this repository's training/ from all-MiniLM-L6-v2 and EfficientNet-Lite0 (both Apache-2.0), "
    "openly licensed pictogram art and WordNet 3.1"
)


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def settings(folder: Path) -> None:
    """Writes the configuration files next to the graphs."""
    size = len(tokens.embeddings())
    write(folder / "config.json", {
        "model_type": "tte_unified", "architectures": ["PicoForUnifiedEmbedding"],
        "hidden_size": WIDTH, "num_hidden_layers": 4, "num_attention_heads": 12,
        "intermediate_size": 1536, "vocab_size": size, "max_position_embeddings": POSITIONS, "bos_token_id": batches.CLS,
        "eos_token_id": batches.SEP, "pad_token_id": 0, "image_token_id": tokens.token(tokens.IMAGE),
    })  # fmt: skip
    (folder / "tokenizer.json").write_text(json.dumps(tokens.build(), ensure_ascii=False, separators=(",", ":")))
    write(folder / "tokenizer_config.json", {
        "tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": POSITIONS, "clean_up_tokenization_spaces": False,
        "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]",
        "mask_token": "[MASK]", "eos_token": "[SEP]",
    })  # fmt: skip
    for name, side in PROCESSORS.items():
        write(folder / f"{name}.json", {
            "image_processor_type": "CLIPImageProcessor", "do_convert_rgb": True, "do_resize": True, "size": {"shortest_edge": side},
            "resample": 3, "do_center_crop": True, "crop_size": {"height": side, "width": side}, "do_rescale": True,
            "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [127 / 255] * 3, "image_std": [128 / 255] * 3,
        })  # fmt: skip


def sample_scenes(count: int, seed: int = 31) -> list[tuple[Image.Image, list[int]]]:
    """Scenes of openly licensed art as 224 px pictures, with their name numbers."""
    rng = torch.Generator().manual_seed(seed)
    sampler = train_vision.Sampler([art.TRAIN_VENDORS.index("noto")], rng)
    usable = torch.tensor([i for i, rows in enumerate(sampler.rows) if len(rows)])
    made = []
    for _ in range(count):
        labels = usable[torch.rand(len(usable), generator=rng).topk(4).indices]
        scene = draw.assemble(draw.cells(train_vision.load_art(sampler.draw(labels)), SIDE // 2, draw.Look(0.6, 0.8), rng, 4))[0]
        pixels = (scene.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
        made.append((Image.fromarray(pixels).quantize(64).convert("RGB"), train_vision.concepts()[labels].tolist()))
    return made


def data_url(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.quantize(64).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


class Reference:
    """The fp32 PyTorch model with the interface of the exported one."""

    def __init__(self) -> None:
        self.eyes = vision_model.load()
        self.backbone, self.reasoner = train_reasoner.load()
        self.model = train_head.load("head")

    def vector(self, prompt: list[int], seen: batches.Seen | None, trace: list[int] | None = None) -> np.ndarray:
        with torch.no_grad():
            return self.model(batches.collate([Sequence(seen, prompt, trace or [])]))[0].numpy()

    def trace(self, prompt: list[int], seen: batches.Seen | None, start: list[int], limit: int) -> list[int]:
        return generate(self.backbone, self.reasoner, [Sequence(seen, prompt, start)], limit - len(start))[0]


def calibration_batches(rng: random.Random, bank_name: str = "train") -> list[batches.Batch]:
    """Training pairs and plain texts."""
    source = pairs.Pairs(rng, bank_name)
    drawn = [s for p in (source.draw() for _ in range(96)) for s in (p.query, p.target)]
    drawn += [pairs.plain(t) for t in train_head.texts()[1000:1100]]
    return [batches.collate(drawn[k : k + 64]) for k in range(0, len(drawn), 64)]


def calibration(reference: Reference) -> Moments:
    """Second moments of the layers' inputs for training questions, pairs and plain texts."""
    rng = random.Random(11)
    embedded, questions = calibration_batches(rng), batches.Questions(rng, "train")

    def run() -> None:
        for batch in embedded:
            reference.model(batch)
            reference.backbone(batch)
        for _ in range(3):
            batch = questions.batch(48, 0.2)
            reference.reasoner.loss(reference.backbone(batch), batch)

    return observe([reference.backbone, reference.reasoner, reference.model], run)


def export(folder: Path, reference: Reference, text: str, vision: str) -> None:
    bits = {"fp32": 32, "q4": 4, "q8": 8}
    onnx, moments = folder / "onnx", calibration(reference) if text == "q4" else None
    export_text.decoder(onnx / f"decoder_model_merged{SUFFIX[text]}.onnx", reference.backbone, reference.reasoner, bits[text], moments)
    export_text.embedding_head(onnx / f"embedding_head{SUFFIX[text]}.onnx", reference.model.head, bits[text], moments)
    export_vision.vision_encoder(onnx / f"vision_encoder{SUFFIX[vision]}.onnx", reference.eyes, bits[vision])


def compare(folder: Path, reference: Reference, text: str, vision: str) -> dict[str, float]:
    """Smallest and mean cosine to the reference, and the share of equal traces, for texts, images and questions."""
    model = Exported.open(folder, SUFFIX[text], SUFFIX[vision])
    marks = {form: [tokens.token(start)] for form, start in STARTS.items()}
    cosines, alike, visual = [], [], []
    for sentence in TEXTS:
        ids = tokens.encode(sentence)
        cosines.append(float(model.run(ids, [], None)[1] @ reference.vector(ids, None)))
    rng = random.Random(0)
    for image, numbers in sample_scenes(12, 32):
        pixels = vision_model.preprocess(image, CLOSE)
        seen, want = model.see(pixels), vision_model.look(reference.eyes, pixels[None])[0]
        visual.append(float((seen["candidate_ids"][:, 0] == want.ids[:, 0].numpy()).mean()))
        prompt = tokens.encode(QUESTION.format(x=batches.table_things()[numbers[rng.choice((1, 3))]].name))
        cosines.append(float(model.run([], [], seen)[1] @ reference.vector([], want)))
        for form, start in marks.items():
            trace, vector = model.run(prompt, start, seen, MAX_TOKENS[form])
            alike.append(trace == reference.trace(prompt, want, start, MAX_TOKENS[form]))
            # Feed the same tokens to both, so that a different trace does not hide a different graph.
            same = as_sequence(prompt, trace, seen)
            cosines.append(float(vector @ reference.vector(prompt, same.seen if text == "fp32" else want, trace)))
    return {
        "least cosine": min(cosines),
        "mean cosine": float(np.mean(cosines)),
        "traces alike": float(np.mean(alike)),
        "names alike": float(np.mean(visual)),
    }


def golden(reference: Reference, shipped: Exported) -> list[dict]:
    """Inputs without traces and their full vectors by the fp32 reference.

    `minCosine` is the cosine that the shipped files reach natively on that input, minus a margin for other kernels.
    """
    image, numbers = sample_scenes(1)[0]
    pixels = vision_model.preprocess(image)
    question = QUESTION.format(x=batches.table_things()[numbers[1]].name)
    inputs = [{"text": t} for t in TEXTS] + [{"image": data_url(image)}, {"image": data_url(image), "text": question}]
    made = []
    for given in inputs:
        ids = tokens.encode(given.get("text", ""))
        seen = vision_model.look(reference.eyes, pixels[None])[0] if "image" in given else None
        vector = reference.vector(ids, seen)
        cosine = float(shipped.run(ids, [], shipped.see(pixels) if seen else None)[1] @ vector)
        print(f"golden {given.get('text', 'image')!r}: cosine {cosine:.4f}", flush=True)
        made.append({"input": given, "vector": [round(float(x), 5) for x in vector], "minCosine": round(cosine - 0.02, 3)})
    return made


def files_of(folder: Path) -> dict[str, dict]:
    found = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "tte.json")
    return {str(p.relative_to(folder)): {"bytes": p.stat().st_size, "sha256": hashlib.sha256(p.read_bytes()).hexdigest()} for p in found}


def fingerprint(files: dict[str, dict]) -> str:
    """A revision that depends only on the files: caches and self-test results are keyed by it."""
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:12]


def weigh(folder: Path) -> None:
    total = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    print(f"{folder.name}: {total / 1e6:.2f} MB", flush=True)


def descriptor(folder: Path, kind: str, vectors: list[dict], scores: dict[str, float]) -> dict:
    files = files_of(folder)
    sessions = {name: {dtype: {"path": f"onnx/{name}{SUFFIX[dtype]}.onnx"}} for name, dtype in SESSIONS.items()}
    return {
        "format": 1, "id": folder.name, "revision": fingerprint(files), "kind": kind, "architecture": "unified-lm", "license": "Apache-2.0",
        "source": SOURCE,
        "sessions": sessions, "files": files,
        "embedding": {"dimensions": WIDTH, "matryoshka": [256, 128], "pooling": "none"},
        "text": {"maxTokens": 256},
        "image": {**dict(zip(("processor", "thinkProcessor"), PROCESSORS, strict=True)), "token": tokens.IMAGE, "tokens": REGIONS},
        "prompts": {
            "embed": {"query": PROMPT, "document": PROMPT},
            "think": {
                "chat": False, **{form: {"user": PROMPT, "start": start} for form, start in STARTS.items()},
                "maxTokens": MAX_TOKENS, "auto": "answer", **({"glossary": GLOSSARY} if kind == "unified" else {}),
            },
        },
        **({"fusion": {"trace": TRACE_WEIGHT}} if kind == "unified" else {}),
        "golden": vectors, "scores": scores,
    }  # fmt: skip


def summary(system: str, variants: tuple[str, ...]) -> dict[str, float]:
    """A few figures of the evaluation of a system, for tte.json."""
    path = work("scores.json")
    if not path.exists():
        return {}
    scores = json.loads(path.read_text())
    if system not in scores["stsb-dev"]:
        return {}
    out = {"stsb-dev": scores["stsb-dev"][system]}
    for suite in ("trained", "untraced", "unseen", "collages"):
        for key in (f"{system}/{variant}" for variant in variants):
            hits = {t: scores[f"{suite}/{t}"][key] for t in ("qa", "category", "composed", "related", "ground")}
            changes = (hits.pop("composed") + hits.pop("related")) / 2
            out[f"scenes/{suite}/{key}"] = float(np.mean([*hits.values(), changes]))
    return {k: round(v, 2) for k, v in out.items()}


def run(_: Options) -> None:
    """Exports fp32 into the working folder and 4 and 8 bits into public/models/pico, and checks both."""
    reference = Reference()
    plain = work("fp32/x").parent
    export(plain, reference, "fp32", "fp32")
    exact = compare(plain, reference, "fp32", "fp32")
    print("fp32", exact, flush=True)
    if exact["least cosine"] < 0.999 or exact["traces alike"] < 1:
        raise SystemExit("the exported fp32 graphs differ from the reference")
    settings(OUT)
    write(OUT / GLOSSARY, {n.name: pairs.glossary(n) for n in names.load()})
    export(OUT, reference, "q4", "q8")
    close = compare(OUT, reference, "q4", "q8")
    print("q4", close, flush=True)
    shipped = Exported.open(OUT, SUFFIX["q4"], SUFFIX["q8"])
    write(OUT / "tte.json", descriptor(OUT, "unified", golden(reference, shipped), summary("TTE_u", ("never", "answer", "full"))))
    weigh(OUT)
