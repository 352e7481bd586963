"""The tokenizer: MiniLM's word pieces, plus one entry for every name pico can recognise, kept whole by the pre-tokenizer."""

import io
import json
import re
import zipfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load
from tokenizers import Tokenizer

from . import names, wordnet
from .labels import LABELS
from .paths import work

IMAGE, THINK, ENDTHINK = "<image>", "<think>", "</think>"
PUNCTUATION = r"\p{P}$+<=>^`|~"


@cache
def _archive() -> zipfile.ZipFile:
    package = Path(find_spec("all_minilm_l6_v2").origin).parent
    return zipfile.ZipFile(io.BytesIO((package / "model.zip").read_bytes()))


@cache
def minilm_weights() -> dict[str, torch.Tensor]:
    """The published weights; word embeddings, positions, layers."""
    return {k: v.float() for k, v in load(_archive().read("model.safetensors")).items() if v.is_floating_point()}


@cache
def minilm_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_str(_archive().read("tokenizer.json").decode())
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def added_names() -> list[str]:
    """Names and kinds that are not a single word piece, in the order of their new ids."""
    vocab = minilm_tokenizer().get_vocab()
    wanted = [n.name for n in names.load()] + [kind for kind, _, _ in wordnet.KINDS]
    return [n for n in dict.fromkeys(wanted) if n not in vocab]


@cache
def object_names() -> list[str]:
    """The detector's names that are neither word pieces nor names of the table. Their ids come last, after the marks: they are no
    entries of the tokenizer, so that texts are cut as they were before there was a detector, and stand for visual tokens alone."""
    vocab, known = minilm_tokenizer().get_vocab(), set(added_names())
    return [n for n in LABELS if n not in vocab and n not in known]


def build() -> dict:
    """tokenizer.json as a dict. A name matches only between characters that are neither letters nor digits."""
    base = json.loads(minilm_tokenizer().to_str())
    vocab = base["model"]["vocab"]
    for name in added_names():
        vocab[name] = len(vocab)
    compound = sorted((n.name for n in names.load() if not n.name.isalnum()), key=lambda n: (-len(n), n))
    whole = "|".join(re.escape(n).replace(r"\ ", " ").replace(r"\-", "-").replace(r"\'", "'") for n in compound)
    pattern = rf"(?<![\p{{L}}\p{{N}}])(?:{whole})(?![\p{{L}}\p{{N}}])|[^\s{PUNCTUATION}]+|[{PUNCTUATION}]"
    base["pre_tokenizer"] = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Removed", "invert": True}
    for token, special in ((IMAGE, True), (THINK, False), (ENDTHINK, False)):
        vocab[token] = len(vocab)
        flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": special}
        base["added_tokens"].append({"id": vocab[token], "content": token, **flags})
    base["padding"] = base["truncation"] = None
    return base


@cache
def tokenizer() -> Tokenizer:
    path = work("tokenizer.json")
    if not path.exists():
        path.write_text(json.dumps(build(), ensure_ascii=False))
    return Tokenizer.from_file(str(path))


def encode(text: str, special: bool = False) -> list[int]:
    return tokenizer().encode(text, add_special_tokens=special).ids


def token(text: str) -> int:
    """The id of a text that is one token, or of a detector's name."""
    if text in object_names():
        return len(embeddings()) - len(object_names()) + object_names().index(text)
    ids = encode(text)
    if len(ids) != 1:
        raise ValueError(f"not one token: {text!r}")
    return ids[0]


@cache
def name_tokens() -> torch.Tensor:
    """Name number → token id."""
    return torch.tensor([token(n.name) for n in names.load()])


def spelled(text: str) -> torch.Tensor:
    """A name's embedding from its pieces: their sum divided by the square root of their number."""
    table = minilm_weights()["embeddings.word_embeddings.weight"]
    rows = table[minilm_tokenizer().encode(text, add_special_tokens=False).ids]
    return rows.sum(0) / len(rows) ** 0.5


@cache
def embeddings() -> torch.Tensor:
    """Word embeddings [vocabulary, 384]: MiniLM's, then the added names, the three marks, and the detector's other names."""
    table = minilm_weights()["embeddings.word_embeddings.weight"]
    marks = [spelled("picture"), spelled("think"), spelled("so")]
    return torch.cat([table, torch.stack([*map(spelled, added_names()), *marks, *map(spelled, object_names())])])
