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
    "Amur": "#0072B2",
    "Closed lakes": "#E69F00",
    "Sea of Japan": "#009E73",
    "Sea of Okhotsk": "#56B4E9",
    "Lena": "#CC79A7",
}
"""Where a basin drains to."""
COVER = {
    "needleleaf forest": "#1b5e3f",
    "broadleaf forest": "#4f9d5b",
    "mixed forest": "#87bf7a",
    "larch taiga and open forest": "#b5cf8f",
    "shrub and savanna": "#c9c27a",
    "grassland": "#e3d9a0",
    "cropland": "#e69f00",
    "wetland": "#56b4e9",
    "water": "#0072b2",
    "built-up": "#444444",
    "barren, snow": "#b8b0a8",
}
"""Groups of land cover."""
VERDICTS = {
    "reproduced": "#009E73",
    "reproduced under a stated reading": "#7CC8AE",
    "internally consistent only": "#E69F00",
    "contradicted": "#D55E00",
    "not testable here": "#A9B0B5",
    "untested": "#777777",
    "faulty row": "#333333",
}
