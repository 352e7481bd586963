"""STS-B: Spearman correlation of cosines with human scores. The dev split is used only once, at the end."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr


def pairs(path: Path) -> list[tuple[float, str, str]]:
    rows = (line.split("\t") for line in path.read_text().splitlines())
    return [(float(r[4]), r[5], r[6]) for r in rows]


def spearman(path: Path, embed: Callable[[list[str]], np.ndarray]) -> float:
    """`embed` returns unit vectors [n, d] for texts."""
    scores, first, second = zip(*pairs(path), strict=True)
    a, b = embed(list(first)), embed(list(second))
    return 100 * float(spearmanr((a * b).sum(1), scores).statistic)
