"""Protected areas: from the tables or a download to ground that counts once."""

from ahec_analysis.coverage.partition import (
    by_unit,
    depth,
    footprint,
    growth,
    interval,
    partition,
)

__all__ = [
    "by_unit",
    "depth",
    "footprint",
    "growth",
    "interval",
    "partition",
]
