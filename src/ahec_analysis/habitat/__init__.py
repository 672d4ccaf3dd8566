"""Species: ranges, the expert index, reaches of fish, counts."""

from ahec_analysis.habitat.extent import aoo, eoo
from ahec_analysis.habitat.suitability import (
    NEARBY,
    THRESHOLD,
    THRESHOLDS,
    amounts,
    area_of_habitat,
    inside_share,
    protected,
    representation,
    suitability,
    zonal,
)

__all__ = [
    "NEARBY",
    "THRESHOLD",
    "THRESHOLDS",
    "amounts",
    "aoo",
    "area_of_habitat",
    "eoo",
    "inside_share",
    "protected",
    "representation",
    "suitability",
    "zonal",
]
