"""`python run.py` runs every unfinished stage, from the data to the model folder; see README.md."""

import argparse
import importlib
import time
from pathlib import Path

import torch

from pico.loop import Options
from pico.paths import work

# Stage → module (and function, by default `run`); each writes its result into the working folder, and a marker file when it is done.
STAGES = {
    "data": "art",
    "made-up": "synthetic",
    "reasoner": "train_reasoner",
    "eyes": "train_vision",
    "gate": "vision_model",
    "bank": "feature_bank",
    "kinds": "train_reasoner:run_kinds",
    "pointer": "train_pointer",
    "head": "train_head:run_head",
    "embedder": "train_head:run_embedder",
    "direct": "train_head:run_direct",
    "detector": "export_detector",
    "sentences": "train_sentences",
    "evaluate": "evaluate",
    "export": "export",
    "photos": "train_photos",
    "refresh": "refresh",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stages", default=",".join(STAGES), help="comma-separated; default: all, finished ones are skipped")
    parser.add_argument("--again", action="store_true", help="run the named stages even if finished (their checkpoints still count)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on every stage's training minutes")
    parser.add_argument("--pause-file", type=Path, help="training waits while this file exists")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for stage in options.stages.split(","):
        mark = work(f"{stage}.done")
        if mark.exists() and not options.again:
            continue
        begun = time.monotonic()
        module, _, function = STAGES[stage].partition(":")
        run = getattr(importlib.import_module(f"pico.{module}"), function or "run")
        run(Options(options.pause_file, options.scale))
        mark.write_text(f"{time.monotonic() - begun:.0f} s\n")
        print(f"stage {stage}: {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
