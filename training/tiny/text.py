"""Text encoders: tiny-bert-cls, tiny-bert-mean, tiny-qwen3-embed."""

from collections.abc import Callable

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel, Qwen3Config, Qwen3Model

from . import folder as f
from .export import Session, cosine, export, seed_weights
from .vocab import byte_bpe, wordpiece

MAX_TOKENS = 64
TEXTS = {
    "text-query": {"text": "a photo of a red boat on a quiet river", "role": "query"},
    "text-target": {"text": "a photo of a red boat on a quiet river", "role": "document"},
    "short": {"text": "cat", "role": "document"},
    "non-ascii": {"text": "Ein Fuchs überquert die Straße, 夜の駅 🦊", "role": "document"},
    "truncated": {"text": f.LONG_TEXT, "role": "query"},
    "instruction": {"text": "dogs on the beach", "instruction": "Retrieve passages that answer", "role": "query"},
    "trace": {"text": "dogs on the beach", "trace": "The dogs run along the water.", "role": "query"},
}


class LastHidden(torch.nn.Module):
    """Return only the hidden states; `names` are the graph's inputs in order."""

    def __init__(self, model: torch.nn.Module, names: list[str]) -> None:
        super().__init__()
        self.model, self.names = model, names

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return self.model(**dict(zip(self.names, inputs, strict=True))).last_hidden_state


POOL: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "cls": lambda states: states[0],
    "mean": lambda states: states.mean(0),
    "last": lambda states: states[-1],
}


def _build(
    name: str,
    model: torch.nn.Module,
    tokenizer: Tokenizer,
    token_config: f.Json,
    names: list[str],
    pooling: str,
    prompts: dict[str, str],
) -> None:
    folder = f.start(name)
    module = LastHidden(model, names)
    axes = {0: "batch_size", 1: "sequence_length"}
    fills = {
        "input_ids": torch.randint(5, 50, (2, 7)),
        "attention_mask": torch.ones(2, 7, dtype=torch.long),
        "token_type_ids": torch.zeros(2, 7, dtype=torch.long),
    }
    export(module, folder / "onnx/model.onnx", {n: (fills[n], axes) for n in names}, {"last_hidden_state": axes})
    f.write_config(folder, model.config.to_dict(), architectures=[type(model).__name__])
    f.write_tokenizer(folder, tokenizer, {"model_max_length": MAX_TOKENS, **token_config})
    modes = {"cls": "cls_token", "mean": "mean_tokens", "last": "lasttoken"}
    dimensions = model.config.hidden_size
    f.write_json(
        folder / "1_Pooling/config.json",
        {
            "word_embedding_dimension": dimensions,
            "include_prompt": True,
            **{f"pooling_mode_{m}": m == modes[pooling] for m in ("cls_token", "mean_tokens", "max_tokens", "lasttoken")},
        },
    )
    f.write_json(folder / "sentence_bert_config.json", {"max_seq_length": MAX_TOKENS, "do_lower_case": False})

    graph, cases = Session(folder / "onnx/model.onnx"), []
    for key, given in TEXTS.items():
        role = given["role"]
        prompt = f.render(prompts[role], **{k: v for k, v in given.items() if k != "role"})
        tokenizer.enable_truncation(MAX_TOKENS)
        ids = torch.tensor([tokenizer.encode(prompt).ids])
        feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
        states = module(*(feeds[n] for n in names))[0].numpy()
        vector = POOL[pooling](states)
        assert cosine(vector, POOL[pooling](graph(**feeds)["last_hidden_state"][0])) > 0.99999
        if any(c["prompt"] == prompt for c in cases):
            continue  # the roles have the same prompt
        cases.append(f.case(key, vector / np.linalg.norm(vector), **given, prompt=prompt, inputIds=ids[0].tolist()))
    _check_padding(graph, cases, names, pooling, token_config.get("padding_side", "right"))
    f.write_reference(folder, cases)
    f.write_descriptor(
        folder,
        "embedder",
        "text-encoder",
        [cases[0], next(c for c in cases if c["name"] == "non-ascii")],
        embedding={"dimensions": dimensions, "pooling": pooling},
        text={"maxTokens": MAX_TOKENS},
        prompts={"embed": prompts},
        fusion={"text": 0.8, "image": 0.5, "trace": 0.5},
    )


def _check_padding(graph: Session, cases: list[f.Json], names: list[str], pooling: str, side: str) -> None:
    """Check that the exported graph gives the same vectors in a padded batch."""
    rows = [c["inputIds"] for c in cases]
    width = max(map(len, rows))
    pads = [[0] * (width - len(r)) for r in rows]
    ids = np.array([p + r if side == "left" else r + p for r, p in zip(rows, pads, strict=True)])
    mask = np.array(
        [[0] * len(p) + [1] * len(r) if side == "left" else [1] * len(r) + [0] * len(p) for r, p in zip(rows, pads, strict=True)]
    )
    states = graph(input_ids=ids, attention_mask=mask, token_type_ids=np.zeros_like(ids))["last_hidden_state"]
    for c, s, m in zip(cases, states, mask, strict=True):
        assert cosine(POOL[pooling](s[m == 1]), c["vector"]) > 0.99999, c["name"]


def _bert(name: str, seed: int, pooling: str, prompts: dict[str, str]) -> None:
    tokenizer = wordpiece()
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=MAX_TOKENS,
    )
    model = BertModel._from_config(config, attn_implementation="eager", add_pooling_layer=False)
    token_config = {
        "tokenizer_class": "BertTokenizer",
        "do_lower_case": True,
        "pad_token": "[PAD]",
        "unk_token": "[UNK]",
        "cls_token": "[CLS]",
        "sep_token": "[SEP]",
        "mask_token": "[MASK]",
    }
    _build(name, seed_weights(model, seed), tokenizer, token_config, ["input_ids", "attention_mask", "token_type_ids"], pooling, prompts)


def bert_cls() -> None:
    query = "Represent this sentence for searching relevant passages: [[{instruction} ]]{text}[[ {trace}]]"
    _bert("tiny-bert-cls", 3, "cls", {"query": query, "document": "{text}[[ {trace}]]"})


def bert_mean() -> None:
    prompt = "[[{instruction} ]]{text}[[ {trace}]]"
    _bert("tiny-bert-mean", 4, "mean", {"query": prompt, "document": prompt})


def qwen3_embed() -> None:
    end = "<|endoftext|>"
    tokenizer = byte_bpe([end, "<|im_start|>", "<|im_end|>"], append=end)
    config = Qwen3Config(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=512,
        use_cache=False,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    model = seed_weights(Qwen3Model._from_config(config, attn_implementation="eager"), 5)
    token_config = {"tokenizer_class": "Qwen2Tokenizer", "pad_token": end, "eos_token": end, "padding_side": "left"}
    query = "[[Instruct: {instruction}\nQuery:]]{text}[[ {trace}]]"
    _build(
        "tiny-qwen3-embed",
        model,
        tokenizer,
        token_config,
        ["input_ids", "attention_mask"],
        "last",
        {"query": query, "document": "{text}[[ {trace}]]"},
    )
