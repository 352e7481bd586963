"""Code shared by reasoners with vision: embed_tokens, vision_encoder, decoder_model_merged and their cases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer

from . import folder as f
from .causal import CachedDecoder, decoder_io, mute, reasoner_fields, same, speakable
from .decode import Generation, Graph, Values, empty_cache, fit, generate, named, settle
from .export import Inputs, Session, cosine, export, seed_weights

TEXT = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "tie_word_embeddings": False,
}
USER = "{image}[[{instruction}\n]]{text}"
PROMPTS = {
    "chat": True,
    "answer": {"user": USER, "start": ""},
    "full": {"user": USER, "start": "<think>"},
    "maxTokens": {"answer": 10, "full": 12},
}
CASES: dict[str, tuple[str, f.Json]] = {
    "text": ("answer", {"text": "What kind of animal sits under the tree?"}),
    "image": ("answer", {"images": ["landscape.png"]}),
    "image-text-instruction": (
        "full",
        {"images": ["portrait.png"], "text": "what is left of the house?", "instruction": "Answer the question."},
    ),
    "image-alpha": ("answer", {"images": ["badge.png"], "text": "Name it."}),
    "image-turned": ("answer", {"images": ["turned.jpg"], "text": "Name it."}),
    "two-images": ("answer", {"images": ["landscape.png", "badge.png"], "text": "Which is old?"}),
    "non-ascii": ("full", {"text": "Ein Fuchs überquert die Straße, 夜の駅 🦊"}),
}


@dataclass
class Family:
    """One architecture. `see` turns pictures into the vision encoder's inputs, `widen` a prompt into its full string."""

    name: str
    seed: int
    tokenizer: Tokenizer
    eos: int
    image_token: str
    image_id: int
    template: str
    build: Callable[[], torch.nn.Module]
    text_config: Callable[[torch.nn.Module], object]
    vision: Callable[[torch.nn.Module], torch.nn.Module]
    vision_io: tuple[Inputs, dict]
    see: Callable[[list[str]], Values]
    widen: Callable[[str, Values], str]
    whole: Callable[[torch.nn.Module, torch.Tensor, Values], torch.Tensor]
    files: Callable[[f.Path, torch.nn.Module], None]
    positions: Callable[[list[int], Values], Callable[[int, int], np.ndarray]] | None = None


def parts(template_prompt: f.Json, given: f.Json) -> list[f.Json]:
    """One user turn: a part for each image, then the text."""
    images = len(given.get("images", []))
    text = f.render(template_prompt["user"], "", 0, **{k: given.get(k, "") for k in ("text", "instruction")})
    content = [{"type": "image"}] * images + ([{"type": "text", "text": text}] if text else [])
    return [{"role": "user", "content": content}]


def build(family: Family) -> None:
    tokenizer, eos = family.tokenizer, family.eos
    seen = {key: family.see(given["images"]) if "images" in given else {} for key, (_, given) in CASES.items()}
    prompts = {key: f.chat(family.template, parts(PROMPTS[mode], given)) for key, (mode, given) in CASES.items()}
    ids = {
        key: tokenizer.encode(family.widen(prompts[key], seen[key]), add_special_tokens=False).ids
        + tokenizer.encode(PROMPTS[mode]["start"]).ids
        for key, (mode, _) in CASES.items()
    }

    def runs(decoder: Graph, embed: Graph, vision: Graph) -> Iterator[tuple[str, Generation]]:
        for key, (mode, _) in CASES.items():
            features = None
            if seen[key]:
                rows = vision(**seen[key])["image_features"]
                features = (family.image_id, rows.reshape(-1, rows.shape[-1]))
            yield (
                key,
                generate(
                    decoder,
                    ids[key],
                    empty_cache(2, 2, 16),
                    PROMPTS["maxTokens"][mode],
                    eos,
                    embed=embed,
                    features=features,
                    positions=family.positions and family.positions(ids[key], seen[key]),
                ),
            )

    mrope = family.positions is not None
    names = list(family.vision_io[0])

    def attempt(seed: int) -> tuple[torch.nn.Module, CachedDecoder, torch.nn.Module, dict, dict[str, Generation]]:
        model = seed_weights(family.build(), seed)
        mute(model.lm_head, [*speakable(tokenizer), eos], gain=4)
        decoder, vision = CachedDecoder(model, embeds=True), family.vision(model)
        inputs, outputs = decoder_io(family.text_config(model), embeds=True, hidden=False, mrope=mrope)
        graphs = (
            named(decoder, list(inputs), list(outputs)),
            named(model.get_input_embeddings(), ["input_ids"], ["inputs_embeds"]),
            named(vision, names, ["image_features"]),
        )
        return model, decoder, vision, (inputs, outputs), fit(runs(*graphs))

    model, decoder, vision, (inputs, outputs), reference = settle(attempt, family.seed)
    for key in CASES:
        _check_whole(family, model, ids[key], seen[key], reference[key])
    folder = f.start(family.name)
    both = {0: "batch_size", 1: "sequence_length"}
    export(decoder, folder / "onnx/decoder_model_merged.onnx", inputs, outputs)
    export(
        model.get_input_embeddings(),
        folder / "onnx/embed_tokens.onnx",
        {"input_ids": (torch.randint(5, 50, (2, 7)), both)},
        {"inputs_embeds": both},
    )
    export(vision, folder / "onnx/vision_encoder.onnx", *family.vision_io)
    f.write_json(folder / "generation_config.json", {"eos_token_id": eos, "pad_token_id": eos})
    family.files(folder, model)
    sessions = [Session(folder / f"onnx/{n}.onnx") for n in ("decoder_model_merged", "embed_tokens", "vision_encoder")]
    same(reference, dict(runs(*sessions)))
    graph_features = sessions[2](**seen["two-images"])["image_features"]
    torch_features = vision(*(torch.as_tensor(seen["two-images"][n]) for n in names))
    assert cosine(graph_features, torch_features.numpy()) > 0.99999
    f.write_reference(
        folder,
        [
            f.case(
                key,
                **given,
                think=mode,
                prompt=prompts[key],
                start=PROMPTS[mode]["start"] or None,
                inputIds=ids[key],
                **reasoner_fields(tokenizer, reference[key]),
            )
            for key, (mode, given) in CASES.items()
        ],
    )
    f.write_descriptor(
        folder,
        "reasoner",
        "vision-lm",
        text={"maxTokens": 256},
        image={"processor": "preprocessor_config", "token": family.image_token},
        prompts={"think": PROMPTS},
    )


def _check_whole(family: Family, model, ids: list[int], seen: Values, run: Generation) -> None:
    """Check that transformers' forward pass over prompt and trace chooses the same tokens."""
    tokens = torch.tensor([ids + run.tokens])
    logits = family.whole(model, tokens, seen)[0]
    chosen = logits[len(ids) - 1 :].argmax(-1).tolist()
    want = run.tokens + ([family.eos] if run.stopped == "eos" else [])
    assert chosen[: len(want)] == want, (family.name, chosen, want)
