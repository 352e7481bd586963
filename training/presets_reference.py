"""`python presets_reference.py HUB FOLDER/FILE OUT.json`: what Python makes of many texts with a preset's file; see README.md.

Token ids (tokenizers) and unit vectors (onnxruntime, one thread) of the texts in presets_texts.py, as query and as document, with which
`npm run eval:presets -- --parity OUT.json` compares the package. HUB and FILE are as for presets_measure.py.
"""

import argparse
import json
import tempfile
from pathlib import Path

from presets_measure import Encoder
from presets_texts import all_texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hub", type=Path)
    parser.add_argument("file")
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    name, graph = options.file.split("/")
    (folder,) = options.hub.glob(f"*/{name}/resolve/main")
    texts = all_texts()
    found: dict[str, object] = {"file": options.file, "texts": texts}
    with tempfile.TemporaryDirectory() as kept:
        encoder = Encoder(folder, graph, Path(kept))
        for role, prompt in (("query", encoder.query), ("document", encoder.document)):
            vectors = encoder.vectors(texts, prompt).round(7).tolist()
            encoder.tokenizer.no_padding()
            ids = [one.ids for one in encoder.tokenizer.encode_batch([prompt + text for text in texts])]
            encoder.tokenizer.enable_padding(pad_id=encoder.fill)
            found[role] = {"ids": ids, "vectors": vectors}
    options.out.write_text(json.dumps(found))
    print(f"{options.file}: {len(texts)} texts, {options.out}")


if __name__ == "__main__":
    main()
