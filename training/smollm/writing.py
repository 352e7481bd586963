"""Prompts as the engine builds them, and traces written a batch at a time."""

import copy

import torch
from tokenizers import Tokenizer

from pico.paths import SHARED

from .llama import Cache, Llama

FOLDER = SHARED / "models" / "SmolLM2-135M-Instruct"
# The engine's prompt of think 'answer' (workers/models/prompts.ts) in the model's chat template.
SYSTEM = "You are a search assistant. Reply with one short factual sentence that answers the query."
TEMPLATE = "<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"
END = 2  # <|im_end|>
MAX_TOKENS = 32  # the engine allows 48; few answers are as long


def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(FOLDER / "tokenizer.json"))


def turn(question: str) -> str:
    """The prompt behind its common beginning."""
    return "user" + TEMPLATE.partition("user")[2].format(question=question)


def beginning(model: Llama, words: Tokenizer) -> Cache:
    """Keys and values of what every prompt begins with: all before the user's turn."""
    ids = torch.tensor([words.encode(TEMPLATE.partition("user")[0].format(system=SYSTEM)).ids], device=model.words.weight.device)
    with torch.no_grad():
        return model(ids, torch.ones_like(ids))[1]


def repeated(cache: Cache, rows: int) -> Cache:
    return [(k.expand(rows, -1, -1, -1), v.expand(rows, -1, -1, -1)) for k, v in cache]


def padded(rows: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """ids and valid [b, s], padded on the left."""
    width = max(map(len, rows))
    ids = torch.tensor([[END] * (width - len(row)) + row for row in rows])
    valid = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows])
    return ids, valid


@torch.no_grad()
def write(model: Llama, words: Tokenizer, questions: list[str], temperature: float = 0.0, batch: int = 64) -> list[str]:
    """One trace per question: the likeliest tokens, or drawn at `temperature`. In bf16, several times as fast on a CPU."""
    model = copy.deepcopy(model).to(torch.bfloat16).eval()
    device, start = model.words.weight.device, beginning(model, words)
    length = start[0][0].shape[2]
    traces = [""] * len(questions)
    rows = [words.encode(turn(q)).ids for q in questions]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    for at in range(0, len(order), batch):
        some = order[at : at + batch]
        ids, valid = (t.to(device) for t in padded([rows[i] for i in some]))
        valid = torch.cat([valid.new_ones(len(some), length), valid], 1)
        cache, written, done = repeated(start, len(some)), [], torch.zeros(len(some), dtype=torch.bool, device=device)
        for _ in range(MAX_TOKENS):
            states, cache = model(ids, valid, cache)
            logits = model.logits(states[:, -1]).float()
            ids = torch.multinomial((logits / temperature).softmax(-1), 1) if temperature > 0 else logits.argmax(-1, keepdim=True)
            written.append(ids)
            done |= ids[:, 0] == END
            if done.all():
                break
            valid = torch.cat([valid, torch.ones_like(ids)], 1)
        for i, tokens in zip(some, torch.cat(written, 1).tolist(), strict=True):
            traces[i] = words.decode(tokens[: tokens.index(END)] if END in tokens else tokens).strip()
    return traces
