"""The embedder that a trace is written for: MiniLM, with a trace mixed in as the engine does it for text encoders."""

import numpy as np
import torch

from pico.minilm import TextEncoder
from pico.tokens import minilm_tokenizer

TRACE_WEIGHT = 0.4  # as in workers/embedder/text-encoder.ts
BATCH = 64


class Retriever:
    def __init__(self) -> None:
        self.model, self.tokenizer = TextEncoder().eval(), minilm_tokenizer()

    @torch.no_grad()
    def embed(self, texts: list[str]) -> np.ndarray:
        """Unit vectors [n, 384]; texts of like length are encoded together."""
        rows = [self.tokenizer.encode(text).ids[:256] for text in texts]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        vectors = np.zeros((len(rows), 384), np.float32)
        for at in range(0, len(order), BATCH):
            some = order[at : at + BATCH]
            width = max(len(rows[i]) for i in some)
            ids = torch.tensor([rows[i] + [0] * (width - len(rows[i])) for i in some])
            valid = torch.tensor([[1] * len(rows[i]) + [0] * (width - len(rows[i])) for i in some])
            vectors[some] = self.model(ids, valid).float().numpy()
        return vectors


def thought(queries: np.ndarray, traces: np.ndarray) -> np.ndarray:
    """Vectors of questions with their traces mixed in."""
    mixed = (1 - TRACE_WEIGHT) * queries + TRACE_WEIGHT * traces
    return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def ranks(queries: np.ndarray, passages: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Rank (1 is best) of passage right[i] for query i."""
    scores = queries @ passages.T
    return 1 + (scores > scores[np.arange(len(queries)), right][:, None]).sum(1)


def reciprocal(ranks: np.ndarray) -> float:
    return float((1 / ranks).mean())
