"""`python -m smollm [--scale N] [--threads N]`: tunes the model and measures it before and after."""

import argparse

import torch

from pico.loop import Options

from .tune import run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the minutes")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    run(Options(scale=options.scale))
