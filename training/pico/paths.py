"""Paths. Everything that can be regenerated lives in one working folder outside version control."""

import os
from pathlib import Path

TRAINING = Path(__file__).resolve().parent.parent
NODE_MODULES = Path(os.environ.get("PICO_NODE_MODULES", TRAINING / "node_modules"))
SHARED = Path(os.environ.get("PICO_SHARED", TRAINING.parent.parent / "shared"))
WORK = Path(os.environ.get("PICO_WORK", TRAINING / ".work"))


def work(name: str) -> Path:
    """Path of a working file; its folder is created."""
    path = WORK / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
