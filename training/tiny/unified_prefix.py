"""tiny-unified-prefix: a prefix LM on ids that inserts image features itself, copies, and chooses the next token."""

from pathlib import Path

import numpy as np
import torch
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from . import folder as f
from . import unified as u
from .causal import THINK, mute, speakable
from .decode import Generation, Values, empty_cache, fit, named, settle
from .export import Session, export, quantise, seed_weights
from .nets import Eyes, Greedy, Head, PrefixDecoder
from .vocab import wordpiece

WIDTH, HEADS, CONCEPTS, POSITIONS = 64, 4, 8, 160
USER = "{image}[[{instruction} : ]]{text}"
PROMPTS = {
    "chat": False,
    "answer": {"user": USER, "start": ""},
    "full": {"user": USER, "start": "<think>"},
    "maxTokens": {"answer": 10, "full": 14},
}
PREPROCESSOR = {
    "image_processor_type": "CLIPImageProcessor",
    "do_resize": True,
    "size": {"shortest_edge": 36},
    "resample": 2,
    "do_center_crop": True,
    "crop_size": {"height": u.SIZE, "width": u.SIZE},
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "do_convert_rgb": True,
    "image_mean": [127 / 255] * 3,
    "image_std": [128 / 255] * 3,
}
CACHE = [*(f"{i}.{kind}" for i in (0, 1) for kind in ("key", "value")), "copy_ids"]


def build() -> None:
    tokenizer = wordpiece()
    tokenizer.add_special_tokens([u.IMAGE])
    tokenizer.add_tokens(THINK)
    eos, image = tokenizer.token_to_id("[SEP]"), tokenizer.token_to_id(u.IMAGE)
    # Concepts are words a reasoner may write.
    first_concept = min(i for i in speakable(tokenizer) if all(i + k in speakable(tokenizer) for k in range(CONCEPTS)))
    processor = CLIPImageProcessorPil(**PREPROCESSOR)
    kit = u.Kit(
        tokenizer,
        lambda names: processor([f.picture(n) for n in names], return_tensors="np")["pixel_values"],
        {"query": "query : " + USER, "document": USER},
        PROMPTS,
        lambda prompt, given, images: f.render(prompt["user"], u.IMAGE, images, **{k: given.get(k, "") for k in ("text", "instruction")}),
        eos,
    )
    cache_in, cache_out = ([f"{p}.{n}" for n in CACHE] for p in ("past_key_values", "present"))
    names = [*PrefixDecoder.INPUTS, *cache_in]

    def attempt(seed: int) -> tuple[list[torch.nn.Module], u.Parts, dict[str, Generation]]:
        vocab = tokenizer.get_vocab_size()
        decoder = seed_weights(PrefixDecoder(vocab, WIDTH, POSITIONS, image, first_concept), seed)
        mute(decoder.head, [*speakable(tokenizer), eos])
        eyes, head = seed_weights(Eyes(WIDTH, CONCEPTS), seed), seed_weights(Head(WIDTH, u.DIMENSIONS), seed)
        reference = _parts(
            named(decoder, names, [*PrefixDecoder.OUTPUTS, *cache_out]),
            named(head, ["hidden_states", "attention_mask", "token_weights"], ["sentence_embedding"]),
            named(eyes, ["pixel_values"], ["image_features", "concept_scores"]),
        )
        return [decoder, eyes, head], reference, fit(u.thinking(reference, kit))

    (decoder, eyes, head), reference, thought = settle(attempt, SEED)
    folder = f.start("tiny-unified-prefix")
    _export(folder, decoder, eyes, head, names, cache_out)
    f.write_config(
        folder,
        {
            "model_type": "tte_unified",
            "architectures": ["UnifiedPrefix"],
            "hidden_size": WIDTH,
            "num_hidden_layers": 2,
            "num_attention_heads": HEADS,
            "vocab_size": tokenizer.get_vocab_size(),
            "max_position_embeddings": POSITIONS,
            "eos_token_id": eos,
            "pad_token_id": 0,
            "image_token_id": image,
        },
    )
    f.write_json(folder / "generation_config.json", {"eos_token_id": eos, "pad_token_id": 0})
    f.write_json(folder / "preprocessor_config.json", PREPROCESSOR)
    f.write_tokenizer(
        folder,
        tokenizer,
        {
            "tokenizer_class": "BertTokenizer",
            "model_max_length": 512,
            "do_lower_case": True,
            "pad_token": "[PAD]",
            "unk_token": "[UNK]",
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "mask_token": "[MASK]",
            "eos_token": "[SEP]",
        },
    )
    graphs = {"fp32": _sessions(folder, ""), "q4": _sessions(folder, "_q4")}
    made = u.cases(reference, graphs, kit, thought)
    floor = min(c["q4"]["cosine"] for c in made if c["name"] in ("text-query", "image"))
    u.write(folder, kit, made, int(floor * 100 - 10) / 100)


def _export(folder: Path, decoder, eyes, head, names: list[str], cache_out: list[str]) -> None:
    both, past = {0: "batch_size", 1: "sequence_length"}, {0: "batch_size", 2: "past_sequence_length"}
    total, images = {0: "batch_size", 1: "total_sequence_length"}, {0: "image_tokens"}
    values = [
        (torch.randint(5, 50, (2, 3)), both),
        (torch.ones(2, 8, dtype=torch.long), total),
        (torch.arange(5, 8).repeat(2, 1), both),
        (torch.tensor([4]), {}),
        (torch.randn(6, WIDTH), images),
        (torch.rand(6, CONCEPTS), images),
        *((torch.randn(2, HEADS, 5, WIDTH // HEADS), past) for _ in range(4)),
        (torch.randint(5, 50, (2, 5)), {0: "batch_size", 1: "past_sequence_length"}),
    ]
    present = {n: total if n.endswith("copy_ids") else {0: "batch_size", 2: "total_sequence_length"} for n in cache_out}
    path = folder / "onnx/decoder_model_merged.onnx"
    export(
        Greedy(decoder),
        path,
        dict(zip(names, values, strict=True)),
        {"next_token": {0: "batch_size"}, "hidden_states": both, "token_weights": both, **present},
    )
    quantise(path, embeddings=True)
    path = folder / "onnx/vision_encoder.onnx"
    export(
        eyes,
        path,
        {"pixel_values": (torch.randn(3, 3, u.SIZE, u.SIZE), {0: "num_images"})},
        {"image_features": images, "concept_scores": images},
    )
    quantise(path)
    path = folder / "onnx/embedding_head.onnx"
    export(
        head,
        path,
        {
            "hidden_states": (torch.randn(2, 7, WIDTH), total),
            "attention_mask": (torch.ones(2, 7, dtype=torch.long), total),
            "token_weights": (torch.rand(2, 7, 1), total),
        },
        {"sentence_embedding": {0: "batch_size"}},
    )
    quantise(path)


def _extra(seen: Values, prompt: int):
    features = seen.get("image_features", np.zeros((0, WIDTH), np.float32))
    scores = seen.get("concept_scores", np.zeros((0, CONCEPTS), np.float32))

    def extra(prefill: bool) -> Values:
        rows = None if prefill else 0
        return {"prefix_length": np.array([prompt]), "image_features": features[:rows], "concept_scores": scores[:rows]}

    return extra


def _cache() -> Values:
    return {**empty_cache(2, HEADS, WIDTH // HEADS), "past_key_values.copy_ids": np.zeros((1, 0), np.int64)}


def _parts(decoder, head, vision) -> u.Parts:
    return u.Parts(decoder, head, vision, None, _cache, _extra, ("hidden_states", "token_weights"))


def _sessions(folder: Path, suffix: str) -> u.Parts:
    return _parts(*(Session(folder / f"onnx/{n}{suffix}.onnx") for n in ("decoder_model_merged", "embedding_head", "vision_encoder")))


SEED = 3044
