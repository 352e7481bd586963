"""The greedy loop, the same over a torch module and over its ONNX graph."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import torch

Values = dict[str, np.ndarray]
Graph = Callable[..., Values]
T = TypeVar("T")


def named(module: torch.nn.Module, inputs: list[str], outputs: list[str]) -> Graph:
    """Wrap a torch module so that it is called like an ONNX session, with arrays by name."""

    def call(**feeds: np.ndarray) -> Values:
        out = module(*(torch.as_tensor(feeds[n]) for n in inputs))
        out = out if isinstance(out, tuple) else (out,)
        return {n: t.numpy() for n, t in zip(outputs, out, strict=True)}

    return call


@dataclass
class Generation:
    """Result of a greedy run; `kept` holds decoder outputs for all positions including the trace."""

    tokens: list[int] = field(default_factory=list)
    stopped: str = "length"
    margin: float = float("inf")  # smallest gap between the two highest logits; inf if the graph outputs none
    kept: Values = field(default_factory=dict)


def generate(
    decoder: Graph,
    ids: list[int],
    cache: Values,
    max_new: int,
    eos: int,
    *,
    keep: tuple[str, ...] = (),
    embed: Graph | None = None,
    features: tuple[int, np.ndarray] | None = None,
    extra: Callable[[bool], Values] = lambda prefill: {},
    positions: Callable[[int, int], np.ndarray] | None = None,
) -> Generation:
    """
    Prefill `ids`, then choose at most `max_new` tokens; every chosen token is fed, so its states exist.
    `features` are (image token id, rows), which replace the image tokens in `inputs_embeds`;
    `extra(prefill)` returns further inputs of a step; `positions(past, n)` replaces consecutive positions.
    """
    result, chunks = Generation(), {name: [] for name in keep}
    step, past = ids, 0
    while True:
        feeds: Values = {"attention_mask": np.ones((1, past + len(step)), np.int64), **extra(past == 0)}
        feeds["position_ids"] = positions(past, len(step)) if positions else np.arange(past, past + len(step), dtype=np.int64)[None]
        if embed is None:
            feeds["input_ids"] = np.array([step])
        else:
            rows = embed(input_ids=np.array([step]))["inputs_embeds"].copy()
            if past == 0 and features is not None:
                rows[0, np.array(step) == features[0]] = features[1]
            feeds["inputs_embeds"] = rows
        out = decoder(**feeds, **cache)
        past += len(step)
        cache = {k.replace("present", "past_key_values"): v for k, v in out.items() if k.startswith("present.")}
        for name in keep:
            chunks[name].append(out[name])
        if len(result.tokens) == max_new:
            break
        if "logits" in out:
            last = np.sort(out["logits"][0, -1])
            result.margin = min(result.margin, float(last[-1] - last[-2]))
            token = int(out["logits"][0, -1].argmax())
        else:
            token = int(out["next_token"][0, 0])
        if token == eos:
            result.stopped = "eos"
            break
        result.tokens.append(token)
        step = [token]
    result.kept = {name: np.concatenate(parts, axis=1) for name, parts in chunks.items()}
    return result


def empty_cache(layers: int, heads: int, width: int) -> Values:
    """past_key_values of length 0 for a batch of one."""
    return {f"past_key_values.{i}.{kind}": np.zeros((1, heads, 0, width), np.float32) for i in range(layers) for kind in ("key", "value")}


MIN_MARGIN = 0.02


class Unfit(Exception):
    """These weights make a poor fixture; try the next seed."""


def fit(runs: Iterable[tuple[str, Generation]]) -> dict[str, Generation]:
    """
    Returns all runs; raises `Unfit` if one could be changed by rounding, repeats itself (an engine would stop it) or is empty, or
    unless some runs end by themselves and some are cut.
    """
    done: dict[str, Generation] = {}
    for name, run in runs:
        pairs = list(zip(run.tokens, run.tokens[1:], strict=False))
        if run.margin < MIN_MARGIN or len(run.tokens) < 3 or len(set(pairs)) < len(pairs):
            raise Unfit(name)
        if any(a == b for a, b in pairs):
            raise Unfit(name)
        done[name] = run
    if {run.stopped for run in done.values()} != {"eos", "length"}:
        raise Unfit("all runs stop for the same reason")
    return done


def settle(attempt: Callable[[int], T], first: int) -> T:
    """The first seed from `first` on whose attempt is not `Unfit`."""
    for seed in range(first, first + 3000):
        torch.manual_seed(0)  # for random values that an architecture draws before seed_weights
        try:
            result = attempt(seed)
            print(f"seed {seed}")
            return result
        except Unfit:
            continue
    raise Unfit(f"no seed from {first} on")
