"""`python -m pico.checkpoint`: packs trained layers that are not yet part of a model folder into one file under version control.

Matrices are stored in 16 bits, the precision in which training's autocast reads them. `python -m pico.restore` restores the stages'
checkpoints from it, to continue training with a new optimizer: `python run.py --again --stages photos,sentences --scale 2`.
"""

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from .paths import TRAINING, work

FILE = TRAINING / "checkpoints" / "photos.safetensors"
STAGES = ("photos", "sentences")


def packed(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.to(torch.bfloat16 if tensor.is_floating_point() and tensor.ndim > 1 else tensor.dtype).contiguous()


def pack() -> None:
    tensors, told = {}, {}
    for stage in STAGES:
        state = torch.load(work(f"{stage}.ckpt"), weights_only=True)
        tensors |= {f"{stage}.{k}": packed(v) for k, v in state["model"].items()}
        told |= {f"{stage}.used": str(state["used"]), f"{stage}.steps": str(state["steps"])}
    FILE.parent.mkdir(exist_ok=True)
    save_file(tensors, FILE, told)


def unpack() -> None:
    """Writes the stages' checkpoints into the working folder, unless they exist."""
    with safe_open(FILE, "pt") as file:
        told, keys = file.metadata(), list(file.keys())
        for stage in STAGES:
            if work(f"{stage}.ckpt").exists():
                continue
            tensors = {k.removeprefix(f"{stage}."): file.get_tensor(k) for k in keys if k.startswith(f"{stage}.")}
            model = {k: v.float() if v.is_floating_point() else v for k, v in tensors.items()}
            state = {"model": model, "used": float(told[f"{stage}.used"]), "steps": int(told[f"{stage}.steps"])}
            torch.save(state, work(f"{stage}.ckpt"))


if __name__ == "__main__":
    pack()
