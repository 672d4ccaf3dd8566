"""The ledger of what was dropped or changed on the way: rows in plus all changes are rows out."""

from __future__ import annotations

import pandas as pd

COLUMNS = ["rule", "effect", "rows", "change", "area_km2", "site_ids"]


class Ledger:
    """Entries in the order they are made; a rule that touches no row leaves none."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, str, int, int, float, str]] = []

    def enter(
        self, rule: str, effect: str, rows: pd.DataFrame, change: int = 0, *, area_km2: float = float("nan")
    ) -> None:
        """Enter what a rule does to rows: ``change`` of their number; identifiers are joined by ``|``."""
        if len(rows):
            ids = "|".join(rows["site_id"].astype("str"))
            self._entries.append((rule, effect, len(rows), change, float(area_km2), ids))

    def table(self) -> pd.DataFrame:
        """Return the entries as a table."""
        return pd.DataFrame(self._entries, columns=COLUMNS)
