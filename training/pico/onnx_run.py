"""Runs an exported folder natively, as the engine does in the browser: prefill, one token at a time, then the head."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from . import tokens
from .backbones import REGIONS, normalise
from .batches import CLS, SEP, TOP, Sequence
from .minilm import HEADS, WIDTH
from .reasoner import COPY

LAYERS = 4


def session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def empty_cache() -> dict[str, np.ndarray]:
    cache = {
        f"past_key_values.{i}.{k}": np.zeros((1, HEADS, 0, WIDTH // HEADS), np.float32) for i in range(LAYERS) for k in ("key", "value")
    }
    for kind, width, dtype in (("copy_key", COPY, np.float32), ("copy_ids", TOP, np.int64), ("copy_probs", TOP, np.float32)):
        cache[f"past_key_values.{kind}"] = np.zeros((1, 0, width), dtype)
    return cache


NOTHING = {
    "image_features": np.zeros((0, WIDTH), np.float32),
    "candidate_ids": np.zeros((0, TOP), np.int64),
    "candidate_probs": np.zeros((0, TOP), np.float32),
}


@dataclass
class Exported:
    """The sessions of one folder and dtype; a missing one is None."""

    decoder: ort.InferenceSession
    head: ort.InferenceSession
    vision: ort.InferenceSession

    @classmethod
    def open(cls, folder: Path, text: str, vision: str) -> "Exported":
        return cls(
            *(
                session(folder / "onnx" / f"{n}{s}.onnx")
                for n, s in (("decoder_model_merged", text), ("embedding_head", text), ("vision_encoder", vision))
            )
        )

    def see(self, image: torch.Tensor) -> dict[str, np.ndarray]:
        """[3, 224, 224] in 0–1 → the visual tokens."""
        made = self.vision.run(list(NOTHING), {"pixel_values": normalise(image[None]).numpy()})
        return dict(zip(NOTHING, made, strict=True))

    def step(
        self, ids: list[int], past: dict[str, np.ndarray], prefix: int, seen: dict[str, np.ndarray]
    ) -> tuple[int, np.ndarray, dict[str, np.ndarray]]:
        """Feeds ids; → the next token, their states, the cache after them."""
        before = past["past_key_values.copy_ids"].shape[1]
        feeds = {
            "input_ids": np.array([ids]),
            "attention_mask": np.ones((1, before + len(ids)), np.int64),
            "position_ids": np.arange(before, before + len(ids))[None],
            "prefix_length": np.array([prefix]),
            **seen,
            **past,
        }
        names = [o.name for o in self.decoder.get_outputs()]
        out = dict(zip(names, self.decoder.run(names, feeds), strict=True))
        cache = {k.replace("present", "past_key_values"): v for k, v in out.items() if k.startswith("present")}
        return int(out["next_token"][0, 0]), out["hidden_states"], cache

    def run(self, prompt: list[int], start: list[int], seen: dict[str, np.ndarray] | None, limit: int = 48) -> tuple[list[int], np.ndarray]:
        """(trace with its start, embedding). `start` empty: no thinking. The end mark is not part of the trace."""
        image = tokens.token(tokens.IMAGE)
        head = [CLS, *([image] * REGIONS if seen else []), *prompt, SEP]
        token, states, cache = self.step(head + start, empty_cache(), len(head), seen or NOTHING)
        trace, kept = list(start), [states]
        while start and token != SEP and len(trace) < limit:
            trace.append(token)
            token, states, cache = self.step([token], cache, len(head), NOTHING)
            kept.append(states)
        states = np.concatenate(kept, 1)
        mask = np.ones(states.shape[:2], np.int64)
        return trace, self.head.run(None, {"hidden_states": states, "attention_mask": mask})[0][0]


def as_sequence(prompt: list[int], start: list[int], seen: dict[str, np.ndarray] | None) -> Sequence:
    """The same input for the PyTorch reference."""
    from .batches import Seen

    view = Seen(*(torch.from_numpy(seen[k]) for k in ("candidate_ids", "candidate_probs", "image_features"))) if seen else None
    return Sequence(view, prompt, list(start))
