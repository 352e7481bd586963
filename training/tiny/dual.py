"""Dual encoders: tiny-clip and tiny-siglip."""

import numpy as np
import torch
from transformers import CLIPConfig, CLIPModel, SiglipConfig, SiglipModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

from . import folder as f
from .export import Session, cosine, export, seed_weights
from .vocab import clip_bpe, gemma_bpe

SIZE = 32
TOWER = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
VISION = {**TOWER, "image_size": SIZE, "patch_size": 8}
PROMPT = "[[{instruction} ]]{text}[[ {trace}]]"
TEXTS = {
    "text": {"text": "a photo of a red boat on a quiet river"},
    "non-ascii": {"text": "Ein Fuchs überquert die Straße, 夜の駅 🦊"},
    "truncated": {"text": f.LONG_TEXT},
    "instruction": {"text": "two dogs on the beach", "instruction": "Find the picture that shows this:"},
    "trace": {"text": "two dogs on the beach", "trace": "The dogs run along the water."},
}
PICTURES = ["landscape.png", "portrait.png", "badge.png", "turned.jpg"]
TEXT_WEIGHT = 0.8


class Tower(torch.nn.Module):
    """One tower of a dual encoder as the hub exports it."""

    def __init__(self, tower: torch.nn.Module, projection: torch.nn.Module | None, vision: bool) -> None:
        super().__init__()
        self.tower, self.projection, self.vision = tower, projection, vision

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        out = self.tower(pixel_values=x) if self.vision else self.tower(input_ids=x)
        pooled = out.pooler_output if self.projection is None else self.projection(out.pooler_output)
        return (pooled, out.last_hidden_state)


def unit(x: np.ndarray) -> np.ndarray:
    return x / np.linalg.norm(x)


def _build(name, model, tokenizer, token_config, processor, preprocessor, encode, embeds, text_settings) -> None:
    folder = f.start(name)
    clip = embeds is not None
    text = Tower(model.text_model, model.text_projection if clip else None, False)
    vision = Tower(model.vision_model, model.visual_projection if clip else None, True)
    text_out, image_out = embeds or ("pooler_output", "pooler_output")
    hidden = {0: "batch_size", 1: "sequence_length"}
    ids = torch.tensor([encode("a cat"), encode("a dog")]) if not clip else torch.full((2, 7), 5)
    axes = {0: "batch_size", 1: "sequence_length"}
    if clip:
        ids[:, -1] = tokenizer.token_to_id("<|endoftext|>")
    export(text, folder / "onnx/text_model.onnx", {"input_ids": (ids, axes)}, {text_out: {0: "batch_size"}, "last_hidden_state": hidden})
    export(
        vision,
        folder / "onnx/vision_model.onnx",
        {"pixel_values": (torch.randn(2, 3, SIZE, SIZE), {0: "batch_size"})},
        {image_out: {0: "batch_size"}, "last_hidden_state": {0: "batch_size"}},
    )
    f.write_config(folder, model.config.to_dict())
    f.write_tokenizer(folder, tokenizer, token_config)
    f.write_json(folder / "preprocessor_config.json", preprocessor)

    text_graph, vision_graph = Session(folder / "onnx/text_model.onnx"), Session(folder / "onnx/vision_model.onnx")
    cases, texts, images = [], {}, {}
    for key, given in TEXTS.items():
        prompt = f.render(PROMPT, **given)
        ids = torch.tensor([encode(prompt)])
        texts[key] = text(ids)[0][0].numpy()
        assert cosine(texts[key], text_graph(input_ids=ids)[text_out]) > 0.99999
        cases.append(f.case(key, unit(texts[key]), **given, prompt=prompt, inputIds=ids[0].tolist()))
    for file in PICTURES:
        pixels = processor(f.picture(file), return_tensors="pt")["pixel_values"]
        images[file] = vision(pixels)[0][0].numpy()
        assert cosine(images[file], vision_graph(pixel_values=pixels)[image_out]) > 0.99999
        cases.append(f.case(file, unit(images[file]), images=[file]))
    mixed = unit((1 - TEXT_WEIGHT) * unit(images["landscape.png"]) + TEXT_WEIGHT * unit(texts["instruction"]))
    cases.append(f.case("image-text-instruction", mixed, images=["landscape.png"], **TEXTS["instruction"], fusion={"text": TEXT_WEIGHT}))
    f.write_reference(folder, cases)
    f.write_descriptor(
        folder,
        "embedder",
        "dual-encoder",
        [cases[0], cases[5]],
        embedding={"dimensions": len(texts["text"]), "pooling": "none"},
        text=text_settings,
        image={"processor": "preprocessor_config"},
        prompts={"embed": {"query": PROMPT, "document": PROMPT}},
        fusion={"text": TEXT_WEIGHT, "image": 0.5, "trace": 0.5},
    )


def clip() -> None:
    tokenizer = clip_bpe()
    start, end = (tokenizer.token_to_id(t) for t in ("<|startoftext|>", "<|endoftext|>"))
    config = CLIPConfig(
        projection_dim=24,
        architectures=["CLIPModel"],
        vision_config=VISION,
        text_config={
            **TOWER,
            "vocab_size": tokenizer.get_vocab_size(),
            "max_position_embeddings": 77,
            "bos_token_id": start,
            "eos_token_id": end,
            "pad_token_id": end,
        },
    )
    model = seed_weights(CLIPModel._from_config(config, attn_implementation="eager"), 1)
    preprocessor = {
        "image_processor_type": "CLIPImageProcessor",
        "do_resize": True,
        "size": {"shortest_edge": SIZE},
        "resample": 3,
        "do_center_crop": True,
        "crop_size": {"height": SIZE, "width": SIZE},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "do_convert_rgb": True,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
    }
    token_config = {
        "tokenizer_class": "CLIPTokenizer",
        "model_max_length": 77,
        "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>",
        "pad_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
    }

    def encode(text: str) -> list[int]:
        tokenizer.enable_truncation(77)
        return tokenizer.encode(text).ids

    _build(
        "tiny-clip",
        model,
        tokenizer,
        token_config,
        CLIPImageProcessorPil(**preprocessor),
        preprocessor,
        encode,
        ("text_embeds", "image_embeds"),
        {"maxTokens": 77},
    )


def siglip() -> None:
    tokenizer = gemma_bpe(["<pad>", "<eos>", "<bos>", "<unk>"], None, "<eos>")
    config = SiglipConfig(
        architectures=["SiglipModel"],
        vision_config=VISION,
        text_config={
            **TOWER,
            "vocab_size": tokenizer.get_vocab_size(),
            "max_position_embeddings": 64,
            "pad_token_id": 0,
            "bos_token_id": 2,
            "eos_token_id": 1,
            "projection_size": 32,
        },
    )
    model = seed_weights(SiglipModel._from_config(config, attn_implementation="eager"), 2)
    preprocessor = {
        "image_processor_type": "SiglipImageProcessor",
        "do_resize": True,
        "size": {"height": SIZE, "width": SIZE},
        "resample": 3,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "do_convert_rgb": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
    token_config = {
        "tokenizer_class": "GemmaTokenizer",
        "model_max_length": 64,
        "bos_token": "<bos>",
        "eos_token": "<eos>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
    }

    def encode(text: str) -> list[int]:
        tokenizer.enable_truncation(64)
        tokenizer.enable_padding(length=64, pad_id=0, pad_token="<pad>")
        return tokenizer.encode(text).ids

    _build(
        "tiny-siglip",
        model,
        tokenizer,
        token_config,
        SiglipImageProcessorPil(**preprocessor),
        preprocessor,
        encode,
        None,
        {"maxTokens": 64, "padToMax": True},
    )
