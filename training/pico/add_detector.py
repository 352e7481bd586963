"""`python -m pico.add_detector`: the object detector in public/models/pico, beside what is there.

The engine opens it for the first photograph that is thought about, and lists what it shows (`objects.json`) in the trace.
"""

import json
import shutil
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from . import objects
from .backbones import REGIONS
from .convert_detector import SIDE
from .folder import OUT, SUFFIX, files_of, weigh, write
from .labels import LABELS
from .paths import work

SESSION, DTYPE, OBJECTS = "object_detector", "q8", "objects.json"
LISTED = 0.35  # score from which an object is listed; the likeliest is listed in any case
SURE = 0.6  # probability of the likeliest name from which the reasoner's own words come before the list
# Scores from which objects are taken into account that a question names, that it does not name, and that are counted; and the share of
# their joint area from which two boxes count once.
ASKED = {"named": 0.1, "other": 0.15, "counted": 0.25, "overlap": 0.2}
PHOTO = "photo_probs"
SOURCE = ", object detector: NanoDet-g (RangiLyu/nanodet, Apache-2.0)"


def tells_photographs(path: Path) -> None:
    """The vision encoder as it is, which also gives how surely each region is a photograph."""
    model = onnx.load(path)
    if any(o.name == PHOTO for o in model.graph.output):
        return
    (other,) = (n for n in model.graph.node if n.op_type == "Sub" and n.input[1].startswith("where_"))
    model.graph.node.append(helper.make_node("Identity", [other.input[1]], [PHOTO]))
    model.graph.output.append(helper.make_tensor_value_info(PHOTO, TensorProto.FLOAT, ["num_images", REGIONS, 1]))
    onnx.save(model, path)


def tells_objects(folder: Path) -> None:
    """The names, how they are listed, and what questions about photographs call them."""
    write(folder / OBJECTS, {
        "side": SIDE, "listed": LISTED, "sure": SURE, "numbers": ["a", *objects.NUMBERS[1:]], "names": LABELS,
        "questions": {
            **ASKED, "synonyms": {label: words.split(",") for label, words in objects.WORDS.items()},
            "kinds": {label: objects.told_kinds(label) for label in LABELS},
        },
    })  # fmt: skip


def add(folder: Path) -> None:
    """Graph, names and their place in tte.json. Vectors without a trace stay as they are, and so does the revision."""
    path = f"onnx/{SESSION}{SUFFIX[DTYPE]}.onnx"
    shutil.copyfile(work(f"detector/{SESSION}{SUFFIX[DTYPE]}.onnx"), folder / path)
    tells_photographs(folder / "onnx" / f"vision_encoder{SUFFIX[DTYPE]}.onnx")
    tells_objects(folder)
    told = json.loads((folder / "tte.json").read_text())
    told["sessions"][SESSION] = {DTYPE: {"path": path}}
    told["prompts"]["think"]["objects"] = OBJECTS
    told["source"] = told["source"].removesuffix(SOURCE) + SOURCE
    told["files"] = files_of(folder)
    write(folder / "tte.json", told)
    weigh(folder)


if __name__ == "__main__":
    add(OUT)
