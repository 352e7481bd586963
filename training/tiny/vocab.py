"""Small tokenizers of the real kinds, trained on a few sentences."""

import json

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SENTENCES = [
    "A small red boat rests on the quiet river in the morning.",
    "Two dogs run along the beach while a child throws a ball.",
    "The old bridge crosses the valley where the train goes north.",
    "What kind of animal sits under the green tree?",
    "Find the picture that shows a yellow bird on a wire.",
    "Describe the image and name what stands left of the house.",
    "Retrieve passages that answer the question about the weather.",
    "The cat watches the window; rain falls on the street and the roof.",
    "Bread, apples and cheese lie on the wooden table near the lamp.",
    "First look at the colours, then say the answer in one short sentence.",
    "Ein Fuchs überquert die Straße, und der Schnee fällt leise.",
    "Le café est fermé; où est la clé de la maison à côté?",
    "夜の駅に電車が来る。 Небо над городом синее. 🦊",
]


def wordpiece(vocab_size: int = 400) -> Tokenizer:
    """BERT: lower-cased WordPiece with [CLS] … [SEP]."""
    tok = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tok.normalizer = normalizers.BertNormalizer(lowercase=True)
    tok.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tok.decoder = decoders.WordPiece()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tok.train_from_iterator(SENTENCES, trainers.WordPieceTrainer(vocab_size=vocab_size, special_tokens=specials))
    tok.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tok


def byte_bpe(specials: list[str], vocab_size: int = 420, append: str | None = None) -> Tokenizer:
    """GPT-2, Llama 3, SmolLM, Qwen: byte-level BPE; `append` is put behind every text (Qwen3-Embedding)."""
    tok = Tokenizer(models.BPE())
    tok.normalizer = normalizers.NFC()
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, special_tokens=specials, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())
    )
    tok.train_from_iterator(SENTENCES, trainer)
    if append is not None:
        tok.post_processor = processors.TemplateProcessing(
            single=f"$A {append}", special_tokens=[(append, tok.token_to_id(append))]
        )
    return tok


def clip_bpe() -> Tokenizer:
    """CLIP: lower-cased byte BPE with an end-of-word suffix, between start and end of text."""
    start, end = "<|startoftext|>", "<|endoftext|>"
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tok = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    tok.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tok.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tok.train_from_iterator(SENTENCES, trainers.BpeTrainer(vocab_size=420, end_of_word_suffix="</w>"))
    learnt = [tuple(m.split(" ")) if isinstance(m, str) else tuple(m) for m in _model(tok)["merges"]]
    tokens = [*alphabet, *(a + "</w>" for a in alphabet), *(a + b for a, b in learnt), start, end]
    ids = {t: i for i, t in enumerate(dict.fromkeys(tokens))}
    tok.model = models.BPE(vocab=ids, merges=learnt, end_of_word_suffix="</w>", unk_token=end)
    tok.add_special_tokens([start, end])
    tok.decoder = decoders.ByteLevel()
    tok.post_processor = processors.RobertaProcessing(
        sep=(end, ids[end]), cls_token=(start, ids[start]), trim_offsets=False, add_prefix_space=False
    )
    return tok


def gemma_bpe(specials: list[str], prepend: str | None, append: str) -> Tokenizer:
    """Gemma and SigLIP 2: BPE over text whose spaces are ▁, with bytes for what the vocabulary lacks."""
    tok = Tokenizer(models.BPE(byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tok.normalizer = normalizers.Replace(" ", "▁")
    tok.pre_tokenizer = pre_tokenizers.Split(" ", behavior="merged_with_previous")
    tok.train_from_iterator(SENTENCES[:-1], trainers.BpeTrainer(vocab_size=180))
    merges = [tuple(m) for m in _model(tok)["merges"]]
    tokens = [*specials, *(f"<0x{b:02X}>" for b in range(256)), *_model(tok)["vocab"]]
    ids = {t: i for i, t in enumerate(dict.fromkeys(tokens))}
    tok.model = models.BPE(vocab=ids, merges=merges, byte_fallback=True, fuse_unk=True, unk_token="<unk>")
    tok.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in specials])
    tok.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    around = [t for t in (prepend, append) if t]
    tok.post_processor = processors.TemplateProcessing(
        single=" ".join([*([prepend] if prepend else []), "$A", append]), special_tokens=[(t, ids[t]) for t in around]
    )
    return tok


def _model(tok: Tokenizer) -> dict:
    return json.loads(tok.to_str())["model"]
