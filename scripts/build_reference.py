"""Rebuild data/reference from the pinned packages: ``python scripts/build_reference.py``."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import basins
import flow
import grids
import layers
import pieces
import rivers


def hydrography() -> list[Path]:
    """Write basins and rivers; they rest on the layers and grids written before."""
    grid = flow.derive()
    paths = basins.courses(grid)
    cells, names = basins.label(grid, paths)
    return [*basins.build(grid, paths, cells, names), *rivers.build(grid, paths, cells, names)]


def main() -> None:
    """Run every step and say how long each took and how large its files are."""
    steps: dict[str, Callable[[], list[Path]]] = {
        "layers": layers.build,
        "grids": grids.build,
        "hydrography": hydrography,
        "pieces": pieces.build,
    }
    for name, step in steps.items():
        start = time.perf_counter()
        files = step()
        print(f"{name}: {time.perf_counter() - start:.0f} s")
        for path in files:
            print(f"  {path.name:22} {path.stat().st_size / 1e6:6.2f} MB")


if __name__ == "__main__":
    main()
