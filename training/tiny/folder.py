"""Writes a model folder: hub files, tte.json, reference.json; prompts as in docs/model-folders.md."""

import base64
import hashlib
import json
import re
import shutil
from pathlib import Path

import numpy as np
from jinja2.sandbox import ImmutableSandboxedEnvironment
from PIL import Image
from tokenizers import Tokenizer

from .export import cosine
from .images import load

FIXTURES = Path(__file__).resolve().parents[2] / "e2e" / "fixtures"
IMAGES = FIXTURES / "images"
NOTE = "seeded weights: plumbing only, not a result"
LONG_TEXT = "A small red boat rests on the quiet river, and two dogs run along the beach. " * 20

Json = dict[str, object]


def start(name: str) -> Path:
    """An empty folder for one model."""
    folder = FIXTURES / "models" / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "onnx").mkdir(parents=True)
    return folder


def write_json(path: Path, data: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_config(folder: Path, config: Json, **extra: object) -> None:
    """config.json, with a note that the weights are random."""
    keep = {k: v for k, v in config.items() if v is not None and k not in ("_name_or_path", "dtype")}
    write_json(folder / "config.json", {"_note": NOTE, **keep, **extra})


def write_tokenizer(folder: Path, tokenizer: Tokenizer, config: Json) -> None:
    """tokenizer.json without padding or truncation (the engine decides), and tokenizer_config.json."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    write_json(folder / "tokenizer_config.json", {"clean_up_tokenization_spaces": False, **config})


def render(template: str, image_token: str = "", images: int = 0, instruction: str = "", text: str = "", trace: str = ""):
    """Fill a prompt template: a part in [[ … ]] is left out if a placeholder in it is empty."""
    values = {"image": image_token * images, "instruction": instruction, "text": text, "trace": trace}

    def fill(part: str) -> str:
        return re.sub(r"\{(image|instruction|text|trace)\}", lambda m: values[m[1]], part)

    def optional(match: re.Match[str]) -> str:
        names = re.findall(r"\{(image|instruction|text|trace)\}", match[1])
        return fill(match[1]) if all(values[n] for n in names) else ""

    pieces = re.split(r"(\[\[.*?\]\])", template, flags=re.S)
    return "".join(re.sub(r"\[\[(.*?)\]\]", optional, p, flags=re.S) if p.startswith("[[") else fill(p) for p in pieces)


def chat(template: str, messages: list[Json]) -> str:
    """Render a chat template like transformers, with the generation prompt."""
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    return env.from_string(template).render(messages=messages, add_generation_prompt=True)


def expand(ids: list[int], image_id: int, counts: list[int]) -> list[int]:
    """Repeat the k-th image token counts[k] times."""
    left = iter(counts)
    return [i for token in ids for i in ([token] * next(left) if token == image_id else [token])]


def picture(name: str) -> Image.Image:
    return load(IMAGES / name)


def case(name: str, vector: np.ndarray | None = None, images: list[str] | None = None, **fields: object) -> Json:
    """One reference case; `images` are file names in ../images, `vector` is L2-normalised."""
    given = {k: fields.pop(k) for k in ("text", "instruction", "trace") if fields.get(k) is not None}
    out: Json = {"name": name, "input": {**given, **({"images": images} if images else {})}}
    out |= {k: v for k, v in fields.items() if v is not None}
    if vector is not None:
        out["vector"] = [float(f"{x:.8g}") for x in vector.ravel()]
    return out


def check_spread(cases: list[Json], limit: float = 0.998) -> None:
    """Fail if two different inputs give nearly the same vector, because parity would then prove nothing."""
    rows = [(c["name"], c["vector"]) for c in cases if "vector" in c]
    for i, (a, va) in enumerate(rows):
        for b, vb in rows[:i]:
            assert cosine(va, vb) < limit, f"{a} and {b}: cosine {cosine(va, vb):.4f}"


def write_reference(folder: Path, cases: list[Json]) -> None:
    check_spread(cases)
    head = json.dumps({"note": NOTE, "model": folder.name}, ensure_ascii=False)[:-1]
    lines = ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases)
    (folder / "reference.json").write_text(f'{head}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")


def write_descriptor(folder: Path, kind: str, architecture: str, golden: list[Json] = (), **fields: object) -> None:
    """tte.json: sessions and files are taken from the folder; `golden` are reference cases."""
    suffixes = {"_q4": "q4", "": "fp32"}
    sessions: dict[str, Json] = {}
    for path in sorted((folder / "onnx").glob("*.onnx")):
        suffix = "_q4" if path.stem.endswith("_q4") else ""
        session = sessions.setdefault(path.stem.removesuffix("_q4"), {})
        session[suffixes[suffix]] = {"path": f"onnx/{path.name}"}
    files = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name not in ("tte.json", "reference.json")):
        data = path.read_bytes()
        files[path.relative_to(folder).as_posix()] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    descriptor: Json = {
        "format": 1,
        "id": folder.name,
        "revision": "1",
        "kind": kind,
        "architecture": architecture,
        "license": "Apache-2.0",
        "source": NOTE,
        "sessions": sessions,
        "files": files,
        **fields,
    }
    if golden:
        descriptor["golden"] = [_golden(c) for c in golden]
    write_json(folder / "tte.json", descriptor)


def _golden(c: Json) -> Json:
    given = dict(c["input"])
    if images := given.pop("images", None):
        data = base64.b64encode((IMAGES / images[0]).read_bytes()).decode()
        given["image"] = f"data:image/{'jpeg' if images[0].endswith('jpg') else 'png'};base64,{data}"
    if "role" in c:
        given["role"] = c["role"]
    return {"input": given, "vector": c["vector"], "minCosine": c.get("minCosine", 0.9999)}
