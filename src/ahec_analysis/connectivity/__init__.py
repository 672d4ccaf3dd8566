"""Networks: protected areas, rivers with their dams, the corridor along a river."""

from ahec_analysis.connectivity.areas import DENSE, drop_one, protconn
from ahec_analysis.connectivity.corridor import corridor_profile, gaps
from ahec_analysis.connectivity.dci import dci, free_flowing
from ahec_analysis.connectivity.tree import main_stem

__all__ = [
    "DENSE",
    "corridor_profile",
    "dci",
    "drop_one",
    "free_flowing",
    "gaps",
    "main_stem",
    "protconn",
]
