"""How much of a species' habitat should be protected, and how far away that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

TARGET_SHARE = 0.3
FULL_TARGET_KM2, FULL_SHARE = 1_000.0, 1.0
LOW_TARGET_KM2, LOW_SHARE = 250_000.0, 0.1


def target_share(habitat_km2: pd.Series) -> pd.Series:
    """Return the share of the habitat that should be protected: all up to 1,000 km², a tenth from 250,000 km².

    Between them the share falls in a straight line with the logarithm of the area.

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


def with_targets(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of habitat and protected habitat with share, target and gap.

    Parameters
    ----------
    rows : DataFrame
        ``habitat_km2`` and ``protected_km2``, or ``habitat_km`` and ``protected_km`` for rivers.

    Returns
    -------
    DataFrame
        Also ``protected_percent``, ``unprotected_…``, ``target_30_…`` and ``gap_30_…`` (30 % of the habitat); for
        areas also ``target_percent``, ``target_km2`` and ``gap_km2`` (the log-linear target, which is one of areas).
        Gaps are 0 where the target is met; shares are missing without habitat.

    References
    ----------
    Kunming-Montreal Global Biodiversity Framework (2022), Target 3; Rodrigues et al. (2004), BioScience 54.

    Examples
    --------
    >>> rows = with_targets(pd.DataFrame({"habitat_km2": [10_000.0], "protected_km2": [2_000.0]}))
    >>> rows[["protected_percent", "gap_30_km2", "target_percent", "gap_km2"]].round(1).values.tolist()
    [[20.0, 1000.0, 62.5, 4246.8]]
    """
    unit = "km2" if "habitat_km2" in rows else "km"
    out = rows.copy()
    whole, held = out[f"habitat_{unit}"], out[f"protected_{unit}"]
    out["protected_percent"] = 100 * held / whole.where(whole > 0)
    out[f"unprotected_{unit}"] = whole - held
    out[f"target_30_{unit}"] = TARGET_SHARE * whole
    out[f"gap_30_{unit}"] = (out[f"target_30_{unit}"] - held).clip(lower=0)
    if unit == "km2":
        share = target_share(whole)
        out["target_percent"] = 100 * share
        out["target_km2"] = share * whole
        out["gap_km2"] = (out["target_km2"] - held).clip(lower=0)
    return out


def summed(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the sums of habitat and protected habitat over the rows of each group, with targets, largest first."""
    unit = "km2" if "habitat_km2" in rows else "km"
    columns = [f"habitat_{unit}", f"protected_{unit}"]
    groups = rows.groupby(list(keys), sort=False, as_index=False)[columns].sum()
    groups = groups[groups[columns[0]] > 0]
    return with_targets(groups.sort_values(columns[0], ascending=False, ignore_index=True))
