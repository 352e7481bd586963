"""Tunes the model on traces that are kept only where the embedder then ranks the right passage higher than without.

Candidates are what WordNet says of the answer, in three forms. Of a question's candidates the one stays that lifts the passage most; a
question that none lifts teaches nothing. (The counterfactual of MMEmb-R1 and Embed-RL: with against without.)
"""

import json
import random
from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from pico.loop import Options, cosine, train
from pico.paths import work

from .llama import Llama
from .onnx_file import load, save
from .questions import SEED, Question, questions
from .retriever import Retriever, ranks, reciprocal, thought
from .writing import END, FOLDER, beginning, padded, repeated, tokenizer, turn, write

FIRST_TRAINED = 10  # the layers below, and the word embeddings, stay
RATE, BATCH, MINUTES = 5e-5, 32, 16.0


def forms(question: Question) -> list[str]:
    """What could be said, from WordNet."""
    name = question.answer[0].upper() + question.answer[1:]
    asked = question.asked[0].lower() + question.asked[1:] if question.asked[:2].istitle() else question.asked
    return [f"{name}.", f"{name}, {question.kind}.", f"{name} is {asked}."]


def kept(asked: list[Question], candidates: list[list[str]], retriever: Retriever) -> list[tuple[Question, str]]:
    """Each question with the candidate that lifts its passage most over the question alone, among the passages of all."""
    passages = retriever.embed([q.passage for q in asked])
    alone = retriever.embed([q.text for q in asked])
    right = np.arange(len(asked))
    without = 1 / ranks(alone, passages, right)
    width = len(candidates[0])
    gains = np.stack(
        [1 / ranks(thought(alone, retriever.embed([c[i] for c in candidates])), passages, right) - without for i in range(width)], 1
    )
    best = gains.argmax(1)
    return [(q, candidates[i][best[i]]) for i, q in enumerate(asked) if gains[i, best[i]] > 0]


def batches(examples: list[tuple[Question, str]], words: Tokenizer) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """ids, valid and whether a token is the trace's [b, s], padded on the left; without end, rows of like length together."""
    chance = random.Random(SEED)
    rows = [(words.encode(turn(q.text)).ids, [*words.encode(trace).ids, END]) for q, trace in examples]
    while True:
        chance.shuffle(rows)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]) + chance.random() * 12)
        groups = [order[at : at + BATCH] for at in range(0, len(order) - BATCH + 1, BATCH)]
        chance.shuffle(groups)
        for group in groups:
            some = [rows[i] for i in group]
            ids, valid = padded([prompt + trace for prompt, trace in some])
            own = torch.zeros_like(ids, dtype=torch.bool)
            for at, (_, trace) in enumerate(some):
                own[at, -len(trace) :] = True
            yield ids, valid, own


def fit(name: str, model: Llama, examples: list[tuple[Question, str]], words: Tokenizer, minutes: float, options: Options) -> None:
    device = model.words.weight.device
    model.requires_grad_(False)
    for layer in [*model.layers[FIRST_TRAINED:], model.norm]:
        layer.requires_grad_(True)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=RATE, weight_decay=0.01)
    supply = batches(examples, words)

    def step(done: float) -> dict[str, torch.Tensor]:
        for group in optimizer.param_groups:
            group["lr"] = cosine(done, RATE)
        ids, valid, own = (t.to(device) for t in next(supply))
        with torch.autocast(device.type, torch.bfloat16):
            start = beginning(model, words)
            valid = torch.cat([valid.new_ones(len(ids), start[0][0].shape[2]), valid], 1)
            states, _ = model(ids, valid, repeated(start, len(ids)))
            logits = model.logits(states[:, :-1][own[:, 1:]])
        return {"loss": F.cross_entropy(logits.float(), ids[:, 1:][own[:, 1:]])}

    train(name, model, optimizer, minutes, step, options)


def measure(model: Llama, words: Tokenizer, asked: list[Question], retriever: Retriever, others: list[Question]) -> dict[str, float]:
    """Mean reciprocal rank of the right passage among those of `asked` and `others`, without a trace and with the model's."""
    passages = retriever.embed([q.passage for q in [*asked, *others]])
    alone, right = retriever.embed([q.text for q in asked]), np.arange(len(asked))
    traces = write(model, words, [q.text for q in asked])
    before, after = ranks(alone, passages, right), ranks(thought(alone, retriever.embed(traces)), passages, right)
    return {
        "never": reciprocal(before),
        "answer": reciprocal(after),
        "better": int((after < before).sum()),
        "worse": int((after > before).sum()),
        "named": float(np.mean([q.answer.lower() in t.lower() for q, t in zip(asked, traces, strict=True)])),
    }


def run(options: Options) -> None:
    torch.manual_seed(SEED)
    training, validation, test = questions()
    words, retriever = tokenizer(), Retriever()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = load(FOLDER / "onnx" / "model_q4.onnx").to(device)
    print("before", json.dumps(measure(model, words, validation, retriever, test)), flush=True)
    examples = kept(training, [forms(q) for q in training], retriever)
    print(f"{len(examples)} of {len(training)} traces kept", flush=True)
    fit("smollm", model, examples, words, MINUTES, options)
    print("after", json.dumps(measure(model, words, validation, retriever, test)), flush=True)
    save(model.cpu(), FOLDER / "onnx" / "model_q4.onnx", work("smollm/model_q4.onnx"))
