"""Stage export: all model folders, each checked against PyTorch, and the tables that the benchmark shares with training."""

from . import add_detector, encoders, folder, tables
from .loop import Options
from .paths import work


def run(options: Options) -> None:
    """public/models/pico; public/models/pico-s and eval/models/direct where they have been trained."""
    folder.run(options)
    add_detector.add(folder.OUT)
    for name, out in encoders.FOLDERS.items():
        if work(f"{name}.ckpt").exists():
            encoders.export(name, out)
        else:
            print(f"{out.name}: not trained, not exported", flush=True)
    tables.run()
