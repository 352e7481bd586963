"""Small tokenizers of real types, trained on a few sentences; unlike the library's trainers, ties are broken deterministically."""

from collections import Counter

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

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
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())

Pair = tuple[str, str]


def wordpiece() -> Tokenizer:
    """BERT: lower-cased WordPiece with [CLS] … [SEP]."""
    tok = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tok.normalizer = normalizers.BertNormalizer(lowercase=True)
    tok.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tok.decoder = decoders.WordPiece()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = {w: (w[0], *("##" + c for c in w[1:])) for w in _words(tok)}
    merges = _learn(Counter(words[w] for w in _words(tok)), 200)
    letters = sorted({s for word in words.values() for s in word})
    ids = _ids([*specials, *letters, *(_join(m) for m in merges)])
    tok.model = models.WordPiece(vocab=ids, unk_token="[UNK]")
    tok.add_special_tokens(specials)
    tok.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tok


def byte_bpe(specials: list[str], append: str | None = None) -> Tokenizer:
    """GPT-2, Llama 3, SmolLM, Qwen: byte-level BPE; `append` is added after every text (Qwen3-Embedding)."""
    tok = Tokenizer(models.BPE())
    tok.normalizer = normalizers.NFC()
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    merges = _learn(Counter(tuple(w) for w in _words(tok)), 150)
    ids = _ids([*specials, *BYTES, *(_join(m) for m in merges)])
    tok.model = models.BPE(vocab=ids, merges=merges)
    tok.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in specials])
    if append is not None:
        tok.post_processor = processors.TemplateProcessing(single=f"$A {append}", special_tokens=[(append, ids[append])])
    return tok


def clip_bpe() -> Tokenizer:
    """CLIP: lower-cased byte BPE with an end-of-word suffix, between start and end of text."""
    start, end = "<|startoftext|>", "<|endoftext|>"
    tok = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    pattern = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    tok.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tok.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    merges = _learn(Counter((*w[:-1], w[-1] + "</w>") for w in _words(tok)), 150)
    ids = _ids([*BYTES, *(b + "</w>" for b in BYTES), *(_join(m) for m in merges), start, end])
    tok.model = models.BPE(vocab=ids, merges=merges, end_of_word_suffix="</w>", unk_token=end)
    tok.add_special_tokens([start, end])
    tok.decoder = decoders.ByteLevel()
    tok.post_processor = processors.RobertaProcessing((end, ids[end]), (start, ids[start]), trim_offsets=False, add_prefix_space=False)
    return tok


def gemma_bpe(specials: list[str], prepend: str | None, append: str) -> Tokenizer:
    """Gemma and SigLIP 2: BPE over text whose spaces are ▁, with bytes for what the vocabulary lacks."""
    tok = Tokenizer(models.BPE())
    tok.normalizer = normalizers.Replace(" ", "▁")
    # As in the hub's file: spaces have been replaced by now, so a text is one piece.
    tok.pre_tokenizer = pre_tokenizers.Split(" ", behavior="merged_with_previous")
    texts = [tuple(w) for w in _words(tok, SENTENCES[:-1])]
    merges = _learn(Counter(texts), 150)
    letters = sorted({c for text in texts for c in text})
    ids = _ids([*specials, *(f"<0x{b:02X}>" for b in range(256)), *letters, *(_join(m) for m in merges)])
    tok.model = models.BPE(vocab=ids, merges=merges, byte_fallback=True, fuse_unk=True, unk_token="<unk>")
    tok.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in specials])
    tok.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    around = [t for t in (prepend, append) if t]
    tok.post_processor = processors.TemplateProcessing(
        single=" ".join([*([prepend] if prepend else []), "$A", append]), special_tokens=[(t, ids[t]) for t in around]
    )
    return tok


def _words(tok: Tokenizer, sentences: list[str] = SENTENCES) -> list[str]:
    normal = (tok.normalizer.normalize_str(s) for s in sentences)
    return [word for s in normal for word, _ in tok.pre_tokenizer.pre_tokenize_str(s)]


def _ids(tokens: list[str]) -> dict[str, int]:
    return {t: i for i, t in enumerate(dict.fromkeys(tokens))}


def _join(pair: Pair) -> str:
    return pair[0] + pair[1].removeprefix("##")


def _learn(words: Counter[tuple[str, ...]], count: int) -> list[Pair]:
    """Byte-pair merges, most frequent first; ties go to the pair that sorts first."""
    merges: list[Pair] = []
    while len(merges) < count:
        pairs: Counter[Pair] = Counter()
        for word, n in words.items():
            for pair in zip(word, word[1:], strict=False):
                pairs[pair] += n
        best = min(pairs, key=lambda p: (-pairs[p], p))
        if pairs[best] < 2:
            break
        merges.append(best)
        merged: Counter[tuple[str, ...]] = Counter()
        for word, n in words.items():
            merged[_apply(word, best)] += n
        words = merged
    return merges


def _apply(word: tuple[str, ...], pair: Pair) -> tuple[str, ...]:
    out: list[str] = []
    for symbol in word:
        if out and (out[-1], symbol) == pair:
            out[-1] = _join(pair)
        else:
            out.append(symbol)
    return tuple(out)
