"""Llama with a cache: shared wrappers, and tiny-llama."""

from collections.abc import Iterator

import torch
from tokenizers import Tokenizer
from transformers import DynamicCache, LlamaConfig, LlamaForCausalLM

from . import folder as f
from .decode import Generation, Graph, empty_cache, fit, generate, named, settle
from .export import Inputs, Session, export, quantise, seed_weights
from .vocab import byte_bpe

START, END = "<|im_start|>", "<|im_end|>"
SPECIALS = ["<|endoftext|>", START, END]
THINK = ["<think>", "</think>"]
CHAT = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


class CachedDecoder(torch.nn.Module):
    """
    (ids or embeddings, attention_mask, position_ids, *past) → logits, [hidden_states,] *present.
    `hidden_layer` is the index of the states to output, or None.
    """

    def __init__(self, model: torch.nn.Module, embeds: bool, hidden_layer: int | None = None) -> None:
        super().__init__()
        self.model, self.embeds, self.hidden_layer = model, embeds, hidden_layer

    def forward(
        self, tokens: torch.Tensor, attention_mask: torch.Tensor, position_ids: torch.Tensor, *past: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        cache = DynamicCache()
        for layer in range(len(past) // 2):
            cache.update(past[2 * layer], past[2 * layer + 1], layer)
        out = self.model(
            **{"inputs_embeds" if self.embeds else "input_ids": tokens},
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=cache,
            use_cache=True,
            output_hidden_states=self.hidden_layer is not None,
        )
        states = () if self.hidden_layer is None else (out.hidden_states[self.hidden_layer],)
        return (out.logits, *states, *(t for layer in cache.layers for t in (layer.keys, layer.values)))


def decoder_io(config: LlamaConfig, embeds: bool, hidden: bool, mrope: bool = False) -> tuple[Inputs, dict]:
    """Example inputs with symbolic axes, and the outputs' axes, of a `CachedDecoder`."""
    batch, sequence, past = 2, 3, 5
    both = {0: "batch_size", 1: "sequence_length"}
    tokens = torch.randn(batch, sequence, config.hidden_size) if embeds else torch.randint(5, 50, (batch, sequence))
    positions = torch.arange(past, past + sequence).expand(batch, -1)
    inputs: Inputs = {
        "inputs_embeds" if embeds else "input_ids": (tokens, both),
        "attention_mask": (torch.ones(batch, past + sequence, dtype=torch.long), {0: "batch_size", 1: "total_sequence_length"}),
        "position_ids": (
            (positions.expand(3, -1, -1).contiguous(), {1: "batch_size", 2: "sequence_length"}) if mrope else (positions.contiguous(), both)
        ),
    }
    outputs = {"logits": both, **({"hidden_states": both} if hidden else {})}
    for layer in range(config.num_hidden_layers):
        for kind in ("key", "value"):
            shape = (batch, config.num_key_value_heads, past, config.hidden_size // config.num_attention_heads)
            inputs[f"past_key_values.{layer}.{kind}"] = (torch.randn(shape), {0: "batch_size", 2: "past_sequence_length"})
            outputs[f"present.{layer}.{kind}"] = {0: "batch_size", 2: "total_sequence_length"}
    return inputs, outputs


def speakable(tokenizer: Tokenizer) -> list[int]:
    """Ids a reasoner may write: learned pieces of ASCII letters."""
    return [
        i
        for t, i in tokenizer.get_vocab().items()
        if len(t.removeprefix("##")) > 1
        and t.removeprefix("##").replace("Ġ", "").isascii()
        and t.removeprefix("##").replace("Ġ", "").isalpha()
    ]


def mute(head: torch.nn.Linear, keep: list[int], gain: float = 1) -> None:
    """Zero the rows of all other tokens, so that their logit is 0 and never the largest; `gain` widens the margins."""
    rows = torch.ones(head.weight.shape[0], dtype=torch.bool)
    rows[keep] = False
    with torch.no_grad():
        head.weight.mul_(gain)
        head.weight[rows] = 0


def chat_prompt(prompt: f.Json, given: f.Json, image_token: str = "", images: int = 0) -> str:
    """System and user message in the template CHAT, with the generation prompt."""
    fields = {k: given.get(k, "") for k in ("text", "instruction")}
    user = f.render(prompt["user"], image_token, images, **fields)
    return f.chat(CHAT, [{"role": "system", "content": prompt["system"]}, {"role": "user", "content": user}])


def token_files(folder, tokenizer: Tokenizer, template: str, **more: object) -> None:
    f.write_tokenizer(
        folder,
        tokenizer,
        {
            "tokenizer_class": "GPT2Tokenizer",
            "model_max_length": 512,
            "bos_token": START,
            "eos_token": END,
            "pad_token": END,
            "unk_token": "<|endoftext|>",
            "chat_template": template,
            **more,
        },
    )


def reasoner_fields(tokenizer: Tokenizer, result: Generation) -> f.Json:
    return {
        "tokens": result.tokens,
        "generated": tokenizer.decode(result.tokens, skip_special_tokens=True),
        "stopped": result.stopped,
        "margin": float(f"{result.margin:.4g}"),
    }


SYSTEM = "You answer in one short sentence."
USER = "{image}[[{instruction}\n]]{text}"
PROMPTS = {
    "chat": True,
    "answer": {"system": SYSTEM, "user": USER, "start": ""},
    "full": {"system": SYSTEM, "user": USER, "start": "<think>"},
    "maxTokens": {"answer": 12, "full": 16},
}
CASES = {
    "text": ("answer", {"text": "What kind of animal sits under the tree?"}),
    "text-full": ("full", {"text": "What kind of animal sits under the tree?"}),
    "instruction": ("answer", {"text": "the cat on the roof", "instruction": "Describe what is left of the house."}),
    "non-ascii": ("answer", {"text": "Ein Fuchs überquert die Straße, 夜の駅 🦊"}),
    "short": ("full", {"text": "cat"}),
    "long": ("answer", {"text": f.LONG_TEXT[:400]}),
}


def llama() -> None:
    tokenizer = byte_bpe(SPECIALS)
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
    inputs, outputs = decoder_io(config, embeds=False, hidden=False)
    prompts = {key: chat_prompt(PROMPTS[mode], given) for key, (mode, given) in CASES.items()}

    def token_ids(key: str) -> list[int]:
        return tokenizer.encode(prompts[key]).ids + tokenizer.encode(PROMPTS[CASES[key][0]]["start"]).ids

    def runs(graph: Graph) -> Iterator[tuple[str, Generation]]:
        for key, (mode, _) in CASES.items():
            yield key, generate(graph, token_ids(key), empty_cache(2, 2, 16), PROMPTS["maxTokens"][mode], eos)

    def attempt(seed: int) -> tuple[torch.nn.Module, dict[str, Generation]]:
        model = seed_weights(LlamaForCausalLM._from_config(config, attn_implementation="eager"), seed)
        mute(model.lm_head, [*speakable(tokenizer), eos])
        module = CachedDecoder(model, embeds=False)
        return module, fit(runs(named(module, list(inputs), list(outputs))))

    module, reference = settle(attempt, 1146)
    folder = f.start("tiny-llama")
    export(module, folder / "onnx/model.onnx", inputs, outputs)
    quantised = quantise(folder / "onnx/model.onnx")
    f.write_config(folder, config.to_dict(), architectures=["LlamaForCausalLM"])
    f.write_json(folder / "generation_config.json", {"bos_token_id": config.bos_token_id, "eos_token_id": eos, "pad_token_id": eos})
    token_files(folder, tokenizer, CHAT)
    same(reference, dict(runs(Session(folder / "onnx/model.onnx"))))
    q4 = dict(runs(Session(quantised)))
    f.write_reference(
        folder,
        [
            f.case(
                key,
                **given,
                think=mode,
                prompt=prompts[key],
                start=PROMPTS[mode]["start"] or None,
                inputIds=token_ids(key),
                **reasoner_fields(tokenizer, reference[key]),
                q4=reasoner_fields(tokenizer, q4[key]),
            )
            for key, (mode, given) in CASES.items()
        ],
    )
    f.write_descriptor(folder, "reasoner", "causal-lm", text={"maxTokens": 256}, prompts={"think": PROMPTS})


def same(reference: dict[str, Generation], runs: dict[str, Generation]) -> None:
    """Check that the graph decodes the same tokens as torch."""
    for key, run in runs.items():
        assert (run.tokens, run.stopped) == (reference[key].tokens, reference[key].stopped), key
