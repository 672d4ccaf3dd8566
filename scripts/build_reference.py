"""Rebuild data/reference from the pinned packages: ``python scripts/build_reference.py``."""

from __future__ import annotations

import time

import grids
import layers


def main() -> None:
    """Run every step and say how long each took and how large its files are."""
    for step in (layers, grids):
        start = time.perf_counter()
        files = step.build()
        print(f"{step.__name__}: {time.perf_counter() - start:.0f} s")
        for path in files:
            print(f"  {path.name:22} {path.stat().st_size / 1e6:6.2f} MB")


if __name__ == "__main__":
    main()
