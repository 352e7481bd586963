"""Code shared by the unified models tiny-unified-causal and tiny-unified-prefix."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from . import folder as f
from .decode import Generation, Graph, Values, generate
from .export import cosine

SIZE, TOKENS, IMAGE = 32, 4, "<image>"
DIMENSIONS = 32
MAX_TOKENS = 96
Given = dict[str, object]

NEVER: dict[str, Given] = {
    "text-query": {"text": "a photo of a red boat on a quiet river", "role": "query"},
    "text-target": {"text": "a photo of a red boat on a quiet river", "role": "document"},
    "image": {"images": ["landscape.png"], "role": "document"},
    "image-alpha": {"images": ["badge.png"], "role": "document"},
    "image-turned": {"images": ["turned.jpg"], "role": "document"},
    "image-text-instruction": {
        "images": ["landscape.png"],
        "text": "what is left of the house?",
        "instruction": "Answer the question.",
        "role": "query",
    },
    "two-images": {"images": ["landscape.png", "badge.png"], "text": "two pictures", "role": "document"},
    "non-ascii": {"text": "Ein Fuchs überquert die Straße, 夜の駅 🦊", "role": "query"},
    "truncated": {"text": f.LONG_TEXT, "role": "query"},
}
THINK: dict[str, tuple[str, Given]] = {
    "think-text": ("answer", {"text": "What kind of animal sits under the tree?"}),
    "think-image": ("full", {"images": ["landscape.png"]}),
    "think-image-text-instruction": ("answer", NEVER["image-text-instruction"]),
    "think-full": ("full", NEVER["image-text-instruction"]),
    "think-two-images": ("answer", {"images": ["landscape.png", "badge.png"], "text": "Which is old?"}),
    "think-non-ascii": ("full", NEVER["non-ascii"]),
}
SUPPLIED: dict[str, Given] = {
    "trace": {"images": ["landscape.png"], "text": "what is left of the house?", "trace": "A tree stands there."},
    "trace-text": {"text": "what is left of the house?", "trace": "<think>The house is red.</think> A tree."},
}


@dataclass
class Parts:
    """One unified model as graphs, in torch or ONNX; `extra` creates the decoder inputs other than tokens."""

    decoder: Graph
    head: Graph
    vision: Graph
    embed: Graph | None
    cache: Callable[[], Values]
    extra: Callable[[Values, int], Callable[[bool], Values]]
    keep: tuple[str, ...]


@dataclass
class Kit:
    """Turns an input into token ids."""

    tokenizer: Tokenizer
    pixels: Callable[[list[str]], np.ndarray]
    embed_prompts: dict[str, str]
    think_prompts: f.Json
    think_prompt: Callable[[f.Json, Given, int], str]
    eos: int

    def ids(self, prompt: str, limit: int | None = None) -> list[int]:
        if limit:
            self.tokenizer.enable_truncation(limit)
        ids = self.tokenizer.encode(prompt).ids
        self.tokenizer.no_truncation()
        image = self.tokenizer.token_to_id(IMAGE)
        return f.expand(ids, image, [TOKENS] * ids.count(image))

    def plain(self, text: str) -> list[int]:
        """The ids of a trace, without special tokens."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids


def run(parts: Parts, kit: Kit, given: Given, prompt_ids: list[int], trace_ids: list[int], max_new: int) -> Generation:
    """Prefill prompt and given trace, generate `max_new` tokens, and put the head's vector into `kept`."""
    images = given.get("images", [])
    seen = parts.vision(pixel_values=kit.pixels(images)) if images else {}
    features = (kit.tokenizer.token_to_id(IMAGE), seen["image_features"]) if images and parts.embed else None
    out = generate(
        parts.decoder,
        prompt_ids + trace_ids,
        parts.cache(),
        max_new,
        kit.eos,
        keep=parts.keep,
        embed=parts.embed,
        features=features,
        extra=parts.extra(seen, len(prompt_ids)),
    )
    out.tokens = trace_ids + out.tokens
    mask = np.ones((1, out.kept["hidden_states"].shape[1]), np.int64)
    out.kept = {"vector": parts.head(attention_mask=mask, **out.kept)["sentence_embedding"][0]}
    return out


def thinking(parts: Parts, kit: Kit) -> Iterator[tuple[str, Generation]]:
    for key, (mode, given) in THINK.items():
        prompts = kit.think_prompts
        prompt = kit.think_prompt(prompts[mode], given, len(given.get("images", [])))
        start = kit.plain(prompts[mode]["start"])
        yield key, run(parts, kit, given, kit.ids(prompt), start, prompts["maxTokens"][mode])


def cases(reference: Parts, graphs: dict[str, Parts], kit: Kit, thought: dict[str, Generation]) -> list[f.Json]:
    """All cases with the reference's results; the fp32 graphs must agree, and the q4 graphs' results are recorded."""
    out = []

    def add(key: str, given: Given, prompt: str, ids: list[int], trace: list[int], mode: str | None, budget: int) -> None:
        ref = thought.get(key) or run(reference, kit, given, ids, trace, budget)
        runs = {dtype: run(parts, kit, given, ids, trace, budget) for dtype, parts in graphs.items()}
        assert runs["fp32"].tokens == ref.tokens and runs["fp32"].stopped == ref.stopped, key
        close = {dtype: cosine(r.kept["vector"], ref.kept["vector"]) for dtype, r in runs.items()}
        assert close["fp32"] > 0.99999, (key, close)
        fields = {k: v for k, v in given.items() if k != "role" or mode == "never"}
        if ref.tokens:
            fields |= {"tokens": ref.tokens, "generated": kit.tokenizer.decode(ref.tokens, skip_special_tokens=True)}
        if budget:
            fields |= {"stopped": ref.stopped, "margin": float(f"{ref.margin:.4g}")}
        for dtype in set(runs) - {"fp32"}:
            fields[dtype] = {"tokens": runs[dtype].tokens, "cosine": round(close[dtype], 4)}
        out.append(f.case(key, ref.kept["vector"], **fields, think=mode, prompt=prompt, inputIds=ids))

    for key, given in NEVER.items():
        fields = {k: given.get(k, "") for k in ("text", "instruction")}
        prompt = f.render(kit.embed_prompts[given["role"]], IMAGE, len(given.get("images", [])), **fields)
        add(key, given, prompt, kit.ids(prompt, MAX_TOKENS), [], "never", 0)
    prompts = kit.think_prompts
    for key, (mode, given) in THINK.items():
        prompt = kit.think_prompt(prompts[mode], given, len(given.get("images", [])))
        add(key, given, prompt, kit.ids(prompt), kit.plain(prompts[mode]["start"]), mode, prompts["maxTokens"][mode])
    for key, given in SUPPLIED.items():
        prompt = kit.think_prompt(prompts["answer"], given, len(given.get("images", [])))
        add(key, given, prompt, kit.ids(prompt), kit.plain(given["trace"]), None, 0)
    return out


def write(folder, kit: Kit, made: list[f.Json], floor: float) -> None:
    """reference.json and tte.json; `floor` is the golden vectors' minCosine."""
    f.write_reference(folder, made)
    golden = [{**c, "minCosine": floor} for c in made if c["name"] in ("text-query", "image")]
    f.write_descriptor(
        folder,
        "unified",
        "unified-lm",
        golden,
        embedding={"dimensions": DIMENSIONS, "pooling": "none"},
        text={"maxTokens": MAX_TOKENS},
        image={"processor": "preprocessor_config", "token": IMAGE, "tokens": TOKENS},
        prompts={"embed": kit.embed_prompts, "think": kit.think_prompts},
    )
