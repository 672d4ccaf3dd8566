"""Networks: protected areas, rivers with their dams, the corridor along a river."""

from ahec_analysis.connectivity.areas import (
    DENSE,
    corridor_profile,
    drop_one,
    free_flowing,
    gaps,
    main_stem,
    protconn,
)

__all__ = [
    "DENSE",
    "corridor_profile",
    "drop_one",
    "free_flowing",
    "gaps",
    "main_stem",
    "protconn",
]
