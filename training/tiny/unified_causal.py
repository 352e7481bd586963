"""tiny-unified-causal: Llama on embeddings, four visual tokens, an embedding head; the engine chooses from logits."""

from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

from . import folder as f
from . import unified as u
from .causal import CHAT, END, SPECIALS, START, THINK, CachedDecoder, chat_prompt, decoder_io, mute, speakable, token_files
from .decode import Generation, empty_cache, fit, named, settle
from .export import Session, export, seed_weights
from .nets import Eyes, Head
from .vocab import byte_bpe

USER = "{image}[[{instruction}\n]]{text}"
PROMPTS = {
    "chat": True,
    "answer": {"system": "You answer in one short sentence.", "user": USER, "start": ""},
    "full": {"system": "You answer in one short sentence.", "user": USER, "start": "<think>"},
    "maxTokens": {"answer": 10, "full": 14},
}
PREPROCESSOR = {
    "image_processor_type": "SiglipImageProcessor",
    "do_resize": True,
    "size": {"height": u.SIZE, "width": u.SIZE},
    "resample": 3,
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "do_convert_rgb": True,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}


def build() -> None:
    tokenizer = byte_bpe([*SPECIALS, u.IMAGE])
    tokenizer.add_tokens(THINK)
    eos = tokenizer.token_to_id(END)
    config = LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=512,
        tie_word_embeddings=False,
        bos_token_id=tokenizer.token_to_id(START),
        eos_token_id=eos,
        pad_token_id=eos,
    )
    processor = SiglipImageProcessorPil(**PREPROCESSOR)
    kit = u.Kit(
        tokenizer,
        lambda names: processor([f.picture(n) for n in names], return_tensors="np")["pixel_values"],
        {"query": "Query: {image}[[{instruction}\n]]{text}", "document": "{image}[[{instruction}\n]]{text}"},
        PROMPTS,
        lambda prompt, given, images: chat_prompt(prompt, given, u.IMAGE, images),
        eos,
    )
    inputs, outputs = decoder_io(config, embeds=True, hidden=True)

    def attempt(seed: int) -> tuple[list[torch.nn.Module], u.Parts, dict[str, Generation]]:
        model = seed_weights(LlamaForCausalLM._from_config(config, attn_implementation="eager"), seed)
        mute(model.lm_head, [*speakable(tokenizer), eos])
        eyes, head = seed_weights(Eyes(config.hidden_size), seed), seed_weights(Head(config.hidden_size, u.DIMENSIONS), seed)
        modules = [CachedDecoder(model, embeds=True, hidden_layer=1), model.model.embed_tokens, eyes, head]
        reference = _parts(
            named(modules[0], list(inputs), list(outputs)),
            named(head, ["hidden_states", "attention_mask"], ["sentence_embedding"]),
            named(eyes, ["pixel_values"], ["image_features"]),
            named(modules[1], ["input_ids"], ["inputs_embeds"]),
        )
        return modules, reference, fit(u.thinking(reference, kit))

    (decoder, embed, eyes, head), reference, thought = settle(attempt, SEED)
    folder = f.start("tiny-unified-causal")
    both = {0: "batch_size", 1: "sequence_length"}
    export(decoder, folder / "onnx/decoder_model_merged.onnx", inputs, outputs)
    export(embed, folder / "onnx/embed_tokens.onnx", {"input_ids": (torch.randint(5, 50, (2, 7)), both)}, {"inputs_embeds": both})
    export(
        eyes,
        folder / "onnx/vision_encoder.onnx",
        {"pixel_values": (torch.randn(3, 3, u.SIZE, u.SIZE), {0: "num_images"})},
        {"image_features": {0: "image_tokens"}},
    )
    total = {0: "batch_size", 1: "total_sequence_length"}
    export(
        head,
        folder / "onnx/embedding_head.onnx",
        {"hidden_states": (torch.randn(2, 7, config.hidden_size), total), "attention_mask": (torch.ones(2, 7, dtype=torch.long), total)},
        {"sentence_embedding": {0: "batch_size"}},
    )
    f.write_config(
        folder, config.to_dict(), model_type="tte_unified", architectures=["UnifiedCausal"], image_token_id=tokenizer.token_to_id(u.IMAGE)
    )
    f.write_json(folder / "generation_config.json", {"bos_token_id": config.bos_token_id, "eos_token_id": eos, "pad_token_id": eos})
    f.write_json(folder / "preprocessor_config.json", PREPROCESSOR)
    token_files(folder, tokenizer, CHAT)
    u.write(folder, kit, u.cases(reference, {"fp32": _sessions(folder)}, kit, thought), 0.9999)


def _parts(decoder, head, vision, embed) -> u.Parts:
    return u.Parts(decoder, head, vision, embed, lambda: empty_cache(2, 2, 16), lambda seen, prompt: lambda prefill: {}, ("hidden_states",))


def _sessions(folder: Path) -> u.Parts:
    return _parts(
        *(Session(folder / f"onnx/{n}.onnx") for n in ("decoder_model_merged", "embedding_head", "vision_encoder", "embed_tokens"))
    )


SEED = 2126
