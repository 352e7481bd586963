"""python -m tiny [name …]: export all tiny models, or the named ones, into e2e/fixtures."""

import logging
import sys

import torch

from . import causal, dual, gemma, text, unified_causal, unified_prefix, vision_families
from .folder import FIXTURES, IMAGES
from .images import draw

MODELS = {
    "tiny-clip": dual.clip,
    "tiny-siglip": dual.siglip,
    "tiny-bert-cls": text.bert_cls,
    "tiny-bert-mean": text.bert_mean,
    "tiny-qwen3-embed": text.qwen3_embed,
    "tiny-unified-causal": unified_causal.build,
    "tiny-unified-prefix": unified_prefix.build,
    "tiny-embeddinggemma2": gemma.build,
    "tiny-llama": causal.llama,
    "tiny-smolvlm": vision_families.smolvlm,
    "tiny-llava": vision_families.llava,
    "tiny-qwen2-vl": vision_families.qwen2_vl,
}


def main(names: list[str]) -> None:
    logging.disable(logging.WARNING)
    torch.set_num_threads(2)
    draw(IMAGES)
    for name in names or MODELS:
        torch.manual_seed(0)
        MODELS[name]()
        size = sum(p.stat().st_size for p in (FIXTURES / "models" / name).rglob("*") if p.is_file())
        print(f"{name}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
