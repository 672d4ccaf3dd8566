"""Finds the folder of the project."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from ahec_analysis.errors import DataError


@lru_cache
def root() -> Path:
    """Return the folder of the project: what ``AHEC_ROOT`` names, else found from the current directory or this file.

    Raises
    ------
    DataError
        If there is no data in it.
    """
    named = os.environ.get("AHEC_ROOT")
    upwards = (Path.cwd(), *Path.cwd().parents, Path(__file__).resolve().parents[2])
    for folder in [Path(named).expanduser().resolve()] if named else upwards:
        if (folder / "data" / "datapackage.json").is_file():
            return folder
    where = (
        f"AHEC_ROOT is {named}, where there is no"
        if named
        else "outside a checkout of ahec-analysis there is no"
    )
    raise DataError(
        f"{where} data/datapackage.json; run this inside a checkout, or set the environment variable AHEC_ROOT to one"
    )
