"""tiny-embeddinggemma2: text and images in one prompt, one vector."""

import numpy as np
import torch
from transformers import EmbeddingGemma2Config, EmbeddingGemma2Model
from transformers.models.gemma4.image_processing_pil_gemma4 import Gemma4ImageProcessorPil

from . import folder as f
from .export import Session, cosine, export, seed_weights
from .nets import rows_at
from .vocab import gemma_bpe

BOI, IMAGE, EOI = "<|image>", "<|image|>", "<image|>"
BOA, AUDIO, EOA, VIDEO = "<|audio>", "<|audio|>", "<audio|>", "<|video|>"
MAX_TOKENS, DIMENSIONS, WIDTH, PATCH, POOL, SOFT = 256, 32, 48, 4, 2, 70
PROMPTS = {
    "query": "{image}[[{instruction} ]][[task: search result | query: {text}]][[ {trace}]]",
    "document": "{image}[[title: none | text: {text}]][[ {trace}]]",
}
CASES: dict[str, f.Json] = {
    "text-query": {"text": "a red boat on a quiet river", "role": "query"},
    "text-target": {"text": "a red boat on a quiet river", "role": "document"},
    "non-ascii": {"text": "Ein Fuchs überquert die Straße, 夜の駅 🦊", "role": "document"},
    "truncated": {"text": f.LONG_TEXT, "role": "query"},
    "trace": {"text": "dogs on the beach", "trace": "The dogs run along the water.", "role": "query"},
    "image": {"images": ["landscape.png"], "role": "document"},
    "image-alpha": {"images": ["badge.png"], "role": "document"},
    "image-turned": {"images": ["turned.jpg"], "role": "document"},
    "image-text-instruction": {
        "images": ["portrait.png"],
        "text": "what is left of the house?",
        "instruction": "Answer the question.",
        "role": "query",
    },
    "two-images": {"images": ["landscape.png", "badge.png"], "text": "two pictures", "role": "document"},
    "image-trace": {"images": ["landscape.png"], "trace": "A house on a hill.", "role": "document"},
}


class TextModel(torch.nn.Module):
    """Ids and soft tokens of each modality → last_hidden_state, sentence_embedding."""

    def __init__(self, model: EmbeddingGemma2Model) -> None:
        super().__init__()
        self.language, self.config = model.language_model, model.config

    def forward(self, input_ids, attention_mask, image_features, video_features, audio_features):
        ids = self.config.image_token_id, self.config.video_token_id, self.config.audio_token_id
        soft = [(input_ids == i, rows) for i, rows in zip(ids, (image_features, video_features, audio_features), strict=True)]
        media = soft[0][0] | soft[1][0] | soft[2][0]
        embeds = self.language.embed_tokens(torch.where(media, self.config.text_config.pad_token_id, input_ids))
        for here, rows in soft:
            embeds = torch.where(here.unsqueeze(-1), rows_at(here, rows), embeds)
        states = self.language(inputs_embeds=embeds, attention_mask=attention_mask).last_hidden_state
        return states, pool(states, attention_mask)


def pool(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean over real tokens, L2-normalised."""
    real = mask.unsqueeze(-1).to(states.dtype)
    return torch.nn.functional.normalize((states * real).sum(1) / real.sum(1), dim=-1)


class Vision(torch.nn.Module):
    """pixel_values [images, patches, values], pixel_position_ids [images, patches, 2] → image_features [soft tokens, width]."""

    def __init__(self, model: EmbeddingGemma2Model) -> None:
        super().__init__()
        self.tower, self.embed = model.vision_tower, model.embed_vision

    def forward(self, pixel_values, pixel_position_ids):
        out = self.tower(pixel_values=pixel_values, pixel_position_ids=pixel_position_ids)
        return self.embed(inputs_embeds=out.last_hidden_state)


def build() -> None:
    specials = ["<pad>", "<eos>", "<bos>", "<unk>", BOI, IMAGE, EOI, BOA, AUDIO, EOA, VIDEO]
    tokenizer = gemma_bpe(specials, "<bos>", "<eos>")
    token = {t: tokenizer.token_to_id(t) for t in specials}
    config = EmbeddingGemma2Config(
        architectures=["EmbeddingGemma2Model"],
        boi_token_id=token[BOI],
        eoi_token_id=token[EOI],
        image_token_id=token[IMAGE],
        video_token_id=token[VIDEO],
        boa_token_id=token[BOA],
        eoa_token_index=token[EOA],
        audio_token_id=token[AUDIO],
        text_config={
            "vocab_size": tokenizer.get_vocab_size(),
            "hidden_size": WIDTH,
            "intermediate_size": 96,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "global_head_dim": 24,
            "num_global_key_value_heads": 1,
            "sliding_window": 8,
            "max_position_embeddings": 512,
            "layer_types": ["sliding_attention", "full_attention"],
            "hidden_size_per_layer_input": 16,
            "embedding_dim": DIMENSIONS,
            "pad_token_id": 0,
            "eos_token_id": 1,
            "bos_token_id": 2,
        },
        vision_config={
            "model_type": "gemma4_vision",
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "patch_size": PATCH,
            "pooling_kernel_size": POOL,
            "position_embedding_size": 288,
        },
    )
    model = seed_weights(EmbeddingGemma2Model._from_config(config, attn_implementation="eager"), 7)
    # The model iterates over a set; a fixed order makes the export deterministic.
    for module in model.modules():
        if isinstance(getattr(module, "unique_layer_types", None), set):
            module.unique_layer_types = sorted(module.unique_layer_types)
    text, vision = TextModel(model), Vision(model)
    image_settings = {
        "image_processor_type": "Gemma4ImageProcessor",
        "do_resize": True,
        "resample": 3,
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": False,
        "do_convert_rgb": True,
        "patch_size": PATCH,
        "pooling_kernel_size": POOL,
        "max_soft_tokens": SOFT,
    }
    processor = Gemma4ImageProcessorPil(**{k: v for k, v in image_settings.items() if not k.endswith("_type")})

    folder = f.start("tiny-embeddinggemma2")
    both = {0: "batch_size", 1: "sequence_length"}
    ids = torch.full((2, 9), 20)
    export(
        text,
        folder / "onnx/model.onnx",
        {
            "input_ids": (ids, both),
            "attention_mask": (torch.ones_like(ids), both),
            **{f"{m}_features": (torch.randn(n, WIDTH), {0: f"num_{m}_tokens"}) for m, n in (("image", 3), ("video", 4), ("audio", 5))},
        },
        {"last_hidden_state": both, "sentence_embedding": {0: "batch_size"}},
    )
    example = processor([f.picture("landscape.png"), f.picture("badge.png")], return_tensors="pt")
    export(
        vision,
        folder / "onnx/vision_encoder.onnx",
        {
            "pixel_values": (example["pixel_values"], {0: "num_images"}),
            "pixel_position_ids": (example["image_position_ids"], {0: "num_images"}),
        },
        {"image_features": {0: "num_image_tokens"}},
    )
    f.write_config(folder, model.config.to_dict())
    f.write_json(folder / "preprocessor_config.json", {"processor_class": "EmbeddingGemma2Processor", **image_settings})
    f.write_json(
        folder / "processor_config.json",
        {"processor_class": "EmbeddingGemma2Processor", "image_seq_length": SOFT, "image_processor": image_settings},
    )
    f.write_tokenizer(
        folder,
        tokenizer,
        {
            "tokenizer_class": "GemmaTokenizer",
            "model_max_length": MAX_TOKENS,
            "bos_token": "<bos>",
            "eos_token": "<eos>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "boi_token": BOI,
            "eoi_token": EOI,
            "image_token": IMAGE,
            "boa_token": BOA,
            "eoa_token": EOA,
            "audio_token": AUDIO,
            "video_token": VIDEO,
        },
    )

    sessions = Session(folder / "onnx/model.onnx"), Session(folder / "onnx/vision_encoder.onnx")
    cases = [_case(key, given, tokenizer, processor, model, sessions) for key, given in CASES.items()]
    f.write_reference(folder, cases)
    f.write_descriptor(
        folder,
        "embedder",
        "multimodal-encoder",
        [cases[0], cases[5]],
        embedding={"dimensions": DIMENSIONS, "pooling": "none"},
        text={"maxTokens": MAX_TOKENS},
        image={"processor": "preprocessor_config", "token": IMAGE},
        prompts={"embed": PROMPTS},
    )


def _case(key: str, given: f.Json, tokenizer, processor, model, sessions: tuple[Session, Session]) -> f.Json:
    images = given.get("images", [])
    fields = {k: v for k, v in given.items() if k in ("text", "instruction", "trace")}
    prompt = f.render(PROMPTS[given["role"]], IMAGE, len(images), **fields)
    seen = processor([f.picture(n) for n in images], return_tensors="pt") if images else None
    counts = iter(seen["num_soft_tokens_per_image"] if images else [])
    pieces = prompt.split(IMAGE)
    wide = pieces[0] + "".join(BOI + IMAGE * int(next(counts)) + EOI + p for p in pieces[1:])
    tokenizer.enable_truncation(MAX_TOKENS)
    ids = torch.tensor([tokenizer.encode(wide).ids])
    mask = torch.ones_like(ids)
    pixels = {"pixel_values": seen["pixel_values"], "image_position_ids": seen["image_position_ids"]} if images else {}
    vector = pool(model(input_ids=ids, attention_mask=mask, **pixels).last_hidden_state, mask)[0].numpy()

    none = np.zeros((0, WIDTH), np.float32)
    soft = (
        sessions[1](pixel_values=seen["pixel_values"], pixel_position_ids=seen["image_position_ids"])["image_features"] if images else none
    )
    padded, real = torch.nn.functional.pad(ids, (0, 3)), torch.nn.functional.pad(mask, (0, 3))
    got = sessions[0](input_ids=padded, attention_mask=real, image_features=soft, video_features=none, audio_features=none)[
        "sentence_embedding"
    ]
    assert cosine(got, vector) > 0.99999, (key, cosine(got, vector))
    return f.case(key, vector, **given, prompt=prompt, inputIds=ids[0].tolist())
