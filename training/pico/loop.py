"""A resumable, pausable training loop with a budget in minutes of processor time divided by threads, so that on a busy machine it
takes longer instead of training less."""

import math
import time
from collections.abc import Callable
from pathlib import Path

import torch

from .paths import work

SAVE_EVERY = 60.0  # seconds


class Options:
    """Command-line options of every stage."""

    def __init__(self, pause_file: Path | None = None, scale: float = 1.0) -> None:
        self.pause_file = pause_file
        self.scale = scale  # factor on every stage's minutes


def cosine(done: float, peak: float, warm: float = 0.03) -> float:
    """Learning rate after `done` (0–1) of the budget."""
    return peak * (done / warm if done < warm else 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (done - warm) / (1 - warm))))


def train(
    name: str,
    modules: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    minutes: float,
    step: Callable[[float], dict[str, torch.Tensor]],
    options: Options,
    report: Callable[[], str] | None = None,
) -> None:
    """Runs `step(done)` → losses by name ('loss' is minimised) until the minutes are used up.

    Paused time does not count. The state is saved every minute to `name.ckpt`, from which training resumes; it includes only
    parameters with gradients and buffers. Restored checkpoints lack the optimizer's state, which then starts anew.
    Gradients are clipped at 1.
    """
    path = work(f"{name}.ckpt")
    used, steps = 0.0, 0
    budget = 60 * minutes * options.scale
    if path.exists():
        state = torch.load(path, weights_only=True)
        modules.load_state_dict(state["model"], strict=False)
        if "optimizer" in state:
            optimizer.load_state_dict(state["optimizer"])
        used, steps = state.get("used", 0.0), state.get("steps", 0)
        print(f"{name}: resumed at {used:.0f} s, step {steps}", flush=True)
    frozen = {k for k, p in modules.named_parameters() if not p.requires_grad}

    def save() -> None:
        model = {k: v for k, v in modules.state_dict().items() if k not in frozen}
        torch.save({"model": model, "optimizer": optimizer.state_dict(), "used": used, "steps": steps}, path.with_suffix(".tmp"))
        path.with_suffix(".tmp").rename(path)

    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    peaks = [g.setdefault("peak", g["lr"]) for g in optimizer.param_groups]
    saved, means, counted = used, {}, 0
    while used < budget:
        if options.pause_file and options.pause_file.exists():
            save()
            saved = used
            while options.pause_file.exists():
                time.sleep(1)
        begun = time.process_time()
        done = used / budget
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = cosine(done, peak)
        losses = step(done)
        optimizer.zero_grad(set_to_none=True)
        losses["loss"].backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        used += (time.process_time() - begun) / torch.get_num_threads()
        steps += 1
        counted += 1
        for key, value in losses.items():
            means[key] = means.get(key, 0.0) + float(value.detach())
        if counted == 25:
            shown = " ".join(f"{k} {v / counted:.3f}" for k, v in means.items())
            print(f"{name} {used:5.0f}s step {steps} {shown}", flush=True)
            means, counted = {}, 0
        if used - saved > SAVE_EVERY:
            save()
            saved = used
            if report:
                print(f"{name} {used:5.0f}s {report()}", flush=True)
    save()
    print(f"{name}: {steps} steps in {used:.0f} s", flush=True)
