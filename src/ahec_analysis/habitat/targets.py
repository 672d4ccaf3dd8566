"""How much of a species' habitat is protected, and how much should be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

FULL_TARGET_KM2, FULL_SHARE = 1_000.0, 1.0
LOW_TARGET_KM2, LOW_SHARE = 250_000.0, 0.1


def target_share(habitat_km2: pd.Series) -> pd.Series:
    """Return the share of the habitat that should be protected: all up to 1,000 km², a tenth from 250,000 km².

    Between them the share falls in a straight line with the logarithm of the area. It is a target for all the ground
    of a species, not for a part of it.

    References
    ----------
    Rodrigues, A. S. L. et al. (2004), Global gap analysis, BioScience 54, 1092-1100.

    Examples
    --------
    >>> (100 * target_share(pd.Series([500.0, 10_000.0, 50_000.0, 1e6]))).round(1).tolist()
    [100.0, 62.5, 36.2, 10.0]
    """
    ends = np.log10([FULL_TARGET_KM2, LOW_TARGET_KM2])
    logs = np.log10(np.maximum(habitat_km2.to_numpy(dtype=float), 1e-9))
    return pd.Series(np.interp(logs, ends, [FULL_SHARE, LOW_SHARE]), habitat_km2.index, name="target_share")


def with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of habitat and protected habitat, in km² or km, with ``protected_percent``, missing without habitat.

    Examples
    --------
    >>> with_shares(pd.DataFrame({"habitat_km": [10.0, 0.0], "protected_km": [2.0, 0.0]}))["protected_percent"].tolist()
    [20.0, nan]
    """
    unit = "km2" if "habitat_km2" in rows else "km"
    whole = rows[f"habitat_{unit}"]
    return rows.assign(protected_percent=100 * rows[f"protected_{unit}"] / whole.where(whole > 0))


def summed(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the sums of the amounts (``…_km2`` or ``…_km``) of each group, with shares, largest habitat first."""
    columns = [c for c in rows.columns if c.endswith(("_km2", "_km"))]
    groups = rows.groupby(list(keys), sort=False, as_index=False)[columns].sum()
    groups = groups[groups[columns].sum(axis=1) > 0]
    first = "habitat_km2" if "habitat_km2" in rows else "habitat_km"
    return with_shares(groups.sort_values(first, ascending=False, ignore_index=True))
