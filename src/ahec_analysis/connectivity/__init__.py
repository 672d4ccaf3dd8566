"""Networks: protected areas (`areas`, `reserves`), rivers with their dams (`dams`, `scenarios`), the corridor."""

from ahec_analysis.connectivity.areas import drop_one, protconn
from ahec_analysis.connectivity.corridor import corridor_profile, gaps
from ahec_analysis.connectivity.dci import dci, free_flowing
from ahec_analysis.connectivity.tree import main_stem

__all__ = [
    "corridor_profile",
    "dci",
    "drop_one",
    "free_flowing",
    "gaps",
    "main_stem",
    "protconn",
]
