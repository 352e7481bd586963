"""tiny-smolvlm, tiny-llava, tiny-qwen2-vl."""

from pathlib import Path

import numpy as np
import torch
from transformers import (
    LlavaConfig,
    LlavaForConditionalGeneration,
    Qwen2VLConfig,
    Qwen2VLForConditionalGeneration,
    SmolVLMConfig,
    SmolVLMForConditionalGeneration,
)
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil
from transformers.models.smolvlm.processing_smolvlm import get_image_prompt_string

from . import folder as f
from .causal import THINK
from .decode import Values
from .qwen_vision import QwenVision, mrope_positions
from .vision_lm import TEXT, Family, build
from .vocab import byte_bpe

SIZE = 32
TOWER = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": SIZE, "patch_size": 8}
RESCALE = {"do_resize": True, "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "do_convert_rgb": True}
HALF = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
CLIP_STATS = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}


def _pictures(processor, names: list[str], **options: object) -> Values:
    return {k: np.asarray(v) for k, v in processor([f.picture(n) for n in names], return_tensors="np", **options).items()}


def _texts(family_eos: str, tokenizer, template: str, folder: Path, **more: object) -> None:
    f.write_tokenizer(
        folder,
        tokenizer,
        {
            "tokenizer_class": "GPT2Tokenizer",
            "model_max_length": 512,
            "eos_token": family_eos,
            "pad_token": family_eos,
            "chat_template": template,
            **more,
        },
    )


class SmolVision(torch.nn.Module):
    """pixel_values [batch, images, 3, h, w], pixel_attention_mask [batch, images, h, w] → [frames, tokens, width]."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.vision, self.connector, self.patch = model.vision_model, model.connector, model.config.vision_config.patch_size

    def forward(self, pixel_values: torch.Tensor, pixel_attention_mask: torch.Tensor) -> torch.Tensor:
        mask = pixel_attention_mask.flatten(0, 1)
        mask = mask.unfold(1, self.patch, self.patch).unfold(2, self.patch, self.patch).flatten(-2).any(-1)
        return self.connector(self.vision(pixel_values.flatten(0, 1), patch_attention_mask=mask).last_hidden_state)


def smolvlm() -> None:
    wrap, image, globe, eos = "<fake_token_around_image>", "<image>", "<global-img>", "<end_of_utterance>"
    tiles = [f"<row_{r}_col_{c}>" for r in (1, 2) for c in (1, 2)]
    tokenizer = byte_bpe(["<|im_start|>", eos, wrap, image, globe, *tiles])
    tokenizer.add_tokens(THINK)
    image_id, eos_id, seq_len = tokenizer.token_to_id(image), tokenizer.token_to_id(eos), 4
    template = (
        "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
        "{{ ':' if message['content'][0]['type'] == 'image' else ': ' }}{% for part in message['content'] %}"
        "{{ '<image>' if part['type'] == 'image' else part['text'] }}{% endfor %}{{ '<end_of_utterance>\\n' }}"
        "{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
    )
    preprocessor = {
        "image_processor_type": "SmolVLMImageProcessor",
        "processor_class": "SmolVLMProcessor",
        **RESCALE,
        **HALF,
        "size": {"longest_edge": 2 * SIZE},
        "max_image_size": {"longest_edge": SIZE},
        "do_image_splitting": True,
        "do_pad": True,
        "resample": 1,
    }
    options = {k: v for k, v in preprocessor.items() if not k.endswith(("_type", "_class"))}
    processor = SmolVLMImageProcessorPil(**options)
    config = SmolVLMConfig(
        image_token_id=image_id,
        scale_factor=2,
        vision_config=TOWER,
        tie_word_embeddings=False,
        pad_token_id=eos_id,
        text_config={
            **TEXT,
            "model_type": "llama",
            "vocab_size": tokenizer.get_vocab_size(),
            "head_dim": 16,
            "bos_token_id": 0,
            "eos_token_id": eos_id,
            "pad_token_id": eos_id,
        },
    )

    def see(names: list[str]) -> Values:
        seen = _pictures(processor, names, return_row_col_info=True)
        return {**seen, "pixel_attention_mask": seen["pixel_attention_mask"].astype(bool)}

    def widen(prompt: str, seen: Values) -> str:
        first, *rest = prompt.split(image)
        pieces = (
            [get_image_prompt_string(r, c, seq_len, wrap, image, globe) for r, c in zip(seen["rows"][0], seen["cols"][0], strict=True)]
            if seen
            else []
        )
        return first + "".join(p + r for p, r in zip(pieces, rest, strict=True))

    def whole(model, tokens, seen):
        pixels = {k: torch.as_tensor(seen[k]) for k in ("pixel_values", "pixel_attention_mask") if seen}
        return model(input_ids=tokens, **pixels).logits

    def files(folder: Path, model) -> None:
        f.write_config(folder, model.config.to_dict(), architectures=["SmolVLMForConditionalGeneration"])
        f.write_json(folder / "preprocessor_config.json", preprocessor)
        f.write_json(folder / "processor_config.json", {"processor_class": "SmolVLMProcessor", "image_seq_len": seq_len})
        _texts(eos, tokenizer, template, folder)

    pixels, mask = torch.randn(2, 3, 3, SIZE, SIZE), torch.ones(2, 3, SIZE, SIZE, dtype=torch.bool)
    axes = {0: "batch_size", 1: "num_images"}
    build(
        Family(
            "tiny-smolvlm",
            4040,
            tokenizer,
            eos_id,
            image,
            image_id,
            template,
            lambda: SmolVLMForConditionalGeneration._from_config(config, attn_implementation="eager"),
            lambda model: model.config.text_config,
            lambda model: SmolVision(model.model),
            ({"pixel_values": (pixels, axes), "pixel_attention_mask": (mask, axes)}, {"image_features": {0: "num_frames"}}),
            see,
            widen,
            whole,
            files,
        )
    )


class LlavaVision(torch.nn.Module):
    """pixel_values [images, 3, h, w] → image_features [images, tokens, width]."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.tower, self.projector, self.layer = model.vision_tower, model.multi_modal_projector, model.config.vision_feature_layer

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        return self.projector(self.tower(pixel_values, output_hidden_states=True).hidden_states[self.layer])


def llava() -> None:
    eos, image = "</s>", "<image>"
    tokenizer = byte_bpe(["<s>", eos, "<unk>", image])
    tokenizer.add_tokens(THINK)
    image_id, eos_id = tokenizer.token_to_id(image), tokenizer.token_to_id(eos)
    count = (SIZE // TOWER["patch_size"]) ** 2 + 1
    template = (
        "{% for message in messages %}{{ message['role'] | upper }}{{ ': ' }}{% for part in message['content'] %}"
        "{{ '<image>\\n' if part['type'] == 'image' else part['text'] }}{% endfor %}{{ ' ' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
    )
    preprocessor = {
        "image_processor_type": "CLIPImageProcessor",
        "processor_class": "LlavaProcessor",
        **RESCALE,
        **CLIP_STATS,
        "size": {"shortest_edge": SIZE},
        "resample": 3,
        "do_center_crop": True,
        "crop_size": {"height": SIZE, "width": SIZE},
    }
    processor = CLIPImageProcessorPil(**{k: v for k, v in preprocessor.items() if not k.endswith(("_type", "_class"))})
    config = LlavaConfig(
        image_token_index=image_id,
        vision_feature_layer=-2,
        vision_feature_select_strategy="full",
        image_seq_length=count,
        tie_word_embeddings=False,
        vision_config={**TOWER, "model_type": "clip_vision_model"},
        text_config={
            **TEXT,
            "model_type": "llama",
            "vocab_size": tokenizer.get_vocab_size(),
            "head_dim": 16,
            "bos_token_id": 0,
            "eos_token_id": eos_id,
            "pad_token_id": eos_id,
        },
    )

    def files(folder: Path, model) -> None:
        f.write_config(folder, model.config.to_dict(), architectures=["LlavaForConditionalGeneration"], image_token_index=image_id)
        f.write_json(folder / "preprocessor_config.json", preprocessor)
        f.write_json(
            folder / "processor_config.json",
            {
                "processor_class": "LlavaProcessor",
                "image_token": image,
                "patch_size": TOWER["patch_size"],
                "num_additional_image_tokens": 1,
                "vision_feature_select_strategy": "full",
            },
        )
        _texts(eos, tokenizer, template, folder, bos_token="<s>", unk_token="<unk>")

    build(
        Family(
            "tiny-llava",
            5124,
            tokenizer,
            eos_id,
            image,
            image_id,
            template,
            lambda: LlavaForConditionalGeneration._from_config(config, attn_implementation="eager"),
            lambda model: model.config.text_config,
            lambda model: LlavaVision(model.model),
            ({"pixel_values": (torch.randn(3, 3, SIZE, SIZE), {0: "num_images"})}, {"image_features": {0: "num_images"}}),
            lambda names: _pictures(processor, names),
            lambda prompt, seen: prompt.replace(image, image * count),
            lambda model, tokens, seen: (
                model(input_ids=tokens, **({"pixel_values": torch.as_tensor(seen["pixel_values"])} if seen else {})).logits
            ),
            files,
        )
    )


def qwen2_vl() -> None:
    start, end, pad, video = "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"
    eos, patch, merge = "<|im_end|>", 8, 2
    tokenizer = byte_bpe(["<|endoftext|>", "<|im_start|>", eos, start, end, pad, video])
    tokenizer.add_tokens(THINK)
    ids = {t: tokenizer.token_to_id(t) for t in (start, end, pad, video, eos)}
    template = (
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}{% if message['content'] is string %}"
        "{{ message['content'] }}{% else %}{% for part in message['content'] %}"
        "{{ '<|vision_start|><|image_pad|><|vision_end|>' if part['type'] == 'image' else part['text'] }}{% endfor %}"
        "{% endif %}{{ '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
    )
    preprocessor = {
        "image_processor_type": "Qwen2VLImageProcessor",
        "processor_class": "Qwen2VLProcessor",
        **RESCALE,
        **CLIP_STATS,
        "min_pixels": 4 * (merge * patch) ** 2,
        "max_pixels": 12 * (merge * patch) ** 2,
        "resample": 3,
        "patch_size": patch,
        "temporal_patch_size": 2,
        "merge_size": merge,
    }
    processor = Qwen2VLImageProcessorPil(**{k: v for k, v in preprocessor.items() if not k.endswith(("_type", "_class"))})
    text = {**TEXT, "vocab_size": tokenizer.get_vocab_size(), "bos_token_id": 0, "eos_token_id": ids[eos], "pad_token_id": ids[eos]}
    config = Qwen2VLConfig(
        image_token_id=ids[pad],
        video_token_id=ids[video],
        vision_start_token_id=ids[start],
        vision_end_token_id=ids[end],
        tie_word_embeddings=False,
        text_config={**text, "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 3, 3]}},
        vision_config={
            "depth": 2,
            "embed_dim": 32,
            "hidden_size": TEXT["hidden_size"],
            "num_heads": 2,
            "mlp_ratio": 2,
            "patch_size": patch,
            "spatial_merge_size": merge,
            "temporal_patch_size": 2,
        },
    )

    def see(names: list[str]) -> Values:
        seen = _pictures(processor, names)
        return {"pixel_values": seen["pixel_values"], "grid_thw": seen["image_grid_thw"]}

    def widen(prompt: str, seen: Values) -> str:
        first, *rest = prompt.split(pad)
        counts = [int(g.prod()) // merge**2 for g in seen["grid_thw"]] if seen else []
        return first + "".join(pad * n + r for n, r in zip(counts, rest, strict=True))

    def whole(model, tokens, seen):
        if not seen:
            return model(input_ids=tokens).logits
        types = (tokens == ids[pad]).int()
        return model(
            input_ids=tokens,
            pixel_values=torch.as_tensor(seen["pixel_values"]),
            mm_token_type_ids=types,
            image_grid_thw=torch.as_tensor(seen["grid_thw"]),
        ).logits

    def files(folder: Path, model) -> None:
        # Flat, as on the hub: transformers.js expects the text model's settings at the top level.
        nested = model.config.to_dict()
        f.write_config(
            folder,
            {**nested.pop("text_config"), **nested},
            model_type="qwen2_vl",
            architectures=["Qwen2VLForConditionalGeneration"],
            rope_scaling={"type": "mrope", "mrope_section": [2, 3, 3]},
        )
        f.write_json(folder / "preprocessor_config.json", preprocessor)
        _texts(eos, tokenizer, template, folder)

    patches = torch.randn(32, 3 * 2 * patch * patch)
    build(
        Family(
            "tiny-qwen2-vl",
            6002,
            tokenizer,
            ids[eos],
            pad,
            ids[pad],
            template,
            lambda: Qwen2VLForConditionalGeneration._from_config(config, attn_implementation="eager"),
            lambda model: model.config.text_config,
            lambda model: QwenVision(model.model.visual),
            (
                {"pixel_values": (patches, {0: "num_patches"}), "grid_thw": (torch.tensor([[1, 4, 4], [1, 2, 8]]), {0: "num_images"})},
                {"image_features": {0: "image_tokens"}},
            ),
            see,
            widen,
            whole,
            files,
            lambda tokens, seen: mrope_positions(tokens, ids[pad], seen.get("grid_thw"), merge),
        )
    )
