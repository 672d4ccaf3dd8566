"""Finds the folder of the project."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ahec_analysis.errors import DataError


@lru_cache
def root() -> Path:
    """Return the folder of the project, found from the current directory upwards or from this file.

    Raises
    ------
    DataError
        If neither lies inside a checkout.
    """
    for folder in (Path.cwd(), *Path.cwd().parents, Path(__file__).resolve().parents[2]):
        if (folder / "data" / "datapackage.json").is_file():
            return folder
    raise DataError("data/datapackage.json was not found; run this inside a checkout of ahec-analysis")
