"""Photographs with captions and boxes by people (../shared/data/captioned, COCO's format): for evaluation, never for training."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from PIL import Image

from .labels import LABELS, Object
from .paths import SHARED


@dataclass
class Photo:
    path: Path
    size: tuple[int, int]
    captions: list[str] = field(default_factory=list)
    objects: list[Object] = field(default_factory=list)  # annotated boxes, score 1; without crowds

    def image(self) -> Image.Image:
        return Image.open(self.path).convert("RGB")


@cache
def photos(folder: Path = SHARED / "data" / "captioned") -> list[Photo]:
    captions, instances = (json.loads((folder / f"{n}.json").read_text()) for n in ("captions", "instances"))
    made = {i["id"]: Photo(folder / i["file_name"], (i["width"], i["height"])) for i in sorted(captions["images"], key=lambda i: i["id"])}
    for a in captions["annotations"]:
        made[a["image_id"]].captions.append(a["caption"].strip())
    label = {c["id"]: LABELS.index(c["name"]) for c in instances["categories"]}
    for a in instances["annotations"]:
        photo = made[a["image_id"]]
        if not a.get("iscrowd"):
            w, h = photo.size
            x, y, width, height = a["bbox"]
            photo.objects.append(Object(label[a["category_id"]], 1.0, (x / w, y / h, width / w, height / h)))
    return list(made.values())
