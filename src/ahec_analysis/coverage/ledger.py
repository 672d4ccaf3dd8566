"""The ledger of what was dropped or changed on the way: rows in plus all changes are rows out."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

COLUMNS = ["rule", "effect", "rows", "change", "area_km2", "site_ids"]


class Ledger:
    """Entries in the order they are made; a rule that touches no row leaves none."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, str, int, int, float, str]] = []

    def enter(self, rule: str, effect: str, rows: gpd.GeoDataFrame, change: int = 0) -> None:
        """Enter what a rule does to rows: ``change`` of their number; identifiers are joined by ``|``."""
        if len(rows):
            ids = "|".join(rows["site_id"].astype("str"))
            self._entries.append((rule, effect, len(rows), change, self.area_km2(rows), ids))

    def drop(self, table: gpd.GeoDataFrame, rule: str, out: Any) -> gpd.GeoDataFrame:
        """Return the table without the rows that a rule drops."""
        out = np.asarray(out, dtype=bool)
        self.enter(rule, "dropped", table[out], -int(out.sum()))
        return table[~out]

    def area_km2(self, rows: gpd.GeoDataFrame) -> float:
        """Return the area of the rows that a rule touches."""
        return float(rows["area_km2"].sum())

    def table(self) -> pd.DataFrame:
        """Return the entries as a table."""
        return pd.DataFrame(self._entries, columns=COLUMNS)
