"""The colours of maps and charts: the same colour means the same thing in every report."""

from __future__ import annotations

GROUPS = {
    "strict reserve": "#0072B2",
    "park": "#009E73",
    "reserve": "#D55E00",
    "refuge": "#E69F00",
    "corridor": "#CC79A7",
    "wetland": "#56B4E9",
    "monument": "#8C6D5A",
    "local": "#7A8B2A",
    "garden": "#999999",
    "international": "#5B3A8E",
    "unknown": "#888888",
}
"""Okabe-Ito colours by group of designations (``group`` in designation_classes.csv), with three neutral ones."""

COUNTRIES = {"RUS": "#0072B2", "CHN": "#D55E00", "MNG": "#009E73"}
LEVELS = {"national": "#0072B2", "subnational": "#E69F00", "local": "#7A8B2A"}

INK = "#1d2429"
SOFT = "#5a6670"
LINE = "#d9dedb"
WATER = "#a9c6d6"
SEA = "#dbe7ec"
NEUTRAL = "#4a7a8c"
"""Bars that need no colour of their own."""
UNKNOWN = "#999999"
"""Where a year, category or level is not known."""
SYSTEMS = {
    "amur": "#0072B2",
    "closed": "#E69F00",
    "japan_sea": "#009E73",
    "okhotsk": "#56B4E9",
    "lena": "#CC79A7",
}
"""Where a basin drains to."""
COVER = {
    "needleleaf_forest": "#1b5e3f",
    "broadleaf_forest": "#4f9d5b",
    "mixed_forest": "#87bf7a",
    "larch_taiga_and_open_forest": "#b5cf8f",
    "shrub_and_savanna": "#c9c27a",
    "grassland": "#e3d9a0",
    "cropland": "#e69f00",
    "wetland": "#56b4e9",
    "water": "#0072b2",
    "built_up": "#444444",
    "barren_snow": "#b8b0a8",
}
"""Groups of land cover."""
VERDICTS = {
    "reproduced": "#009E73",
    "under_reading": "#7CC8AE",
    "consistent_only": "#E69F00",
    "contradicted": "#D55E00",
    "not_testable": "#A9B0B5",
    "untested": "#777777",
    "faulty_row": "#333333",
}
