"""The colours of maps and charts: the same colour means the same thing in every report."""

from __future__ import annotations

import pandas as pd

from ahec_analysis import data

INK, SOFT, LINE = "#1d2429", "#5a6670", "#d9dedb"
"""Text, axes and rules; on a page they follow it into dark mode."""
PAPER = "#ffffff"
NEUTRAL = "#4a7a8c"
"""Bars that need no colour of their own."""
UNKNOWN = "#999999"
"""Where a year, category or level is not known."""
WATER, SHORE, RIVER, MAIN_RIVER = "#a9c6d6", "#7fa8bd", "#6f9fba", "#2c6f93"
PROVINCE, COUNTRY, TOWN, FOCUS = "#6b7680", "#4b555d", "#39434a", "#222222"
"""Borders and towns behind a map, and the focus regions of WWF."""
PROTECTED, PROTECTED_EDGE, HABITAT = "#009E73", "#00734f", "#b9c7bf"
RANGE, SITE, PASSAGE = "#7a1f5c", "#D55E00", "#8fb3c9"
BEYOND, POSSIBLE, BARRIER = "#999999", "#555555", "#c0392b"
"""What a map shows of a species: where it lives, sites, and what joins or parts them."""
LESS, MORE = "#0072B2", "#D55E00"
"""A parameter lowered or raised."""

GROUPS = {
    "strict_reserve": "#0072B2",
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
SYSTEMS = {
    "amur": "#0072B2",
    "closed": "#E69F00",
    "japan_sea": "#009E73",
    "okhotsk": "#56B4E9",
    "lena": "#CC79A7",
}
"""Where a basin drains to."""
STATES = {"free": "#0072B2", "dammed": "#D55E00", "closed": "#B88700", "leaves": "#A8558A"}
"""What lies between a river and the sea."""
COURSES = {"argun": "#D55E00", "onon": "#0072B2"}
"""The two longest courses that make the Amur."""
DAMS = {"built": INK, "under_construction": "#CC79A7", "proposed": "#7A2E8E", "shelved": "#6b7680"}
"""Dams, none of them orange: that is a river behind a dam."""
FISH_REACHES = {"free": "#0072B2", "dammed": "#CC79A7", "closed": "#8fb3c9"}
CORRIDOR = {
    "none": "#c9ced2",
    "quarter": "#c7e9c0",
    "half": "#74c476",
    "three_quarters": "#31a354",
    "more": "#00592d",
}
"""Protected share of a step of the corridor."""
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


_BY_COLUMN = {
    "country": COUNTRIES,
    "group": COVER,
    "state": STATES,
    "status_group": DAMS,
    "verdict": VERDICTS,
}


def of(column: str) -> dict[str, str]:
    """Return the colours of the keys of a column; designations, by key and by name for many, have those of groups."""
    if column != "designation":
        return _BY_COLUMN[column]
    classes = data.table("designation_classes")
    names = pd.concat([classes["designation"], classes["title_plural"]])
    return dict(zip(names, [GROUPS[group] for group in classes["group"]] * 2, strict=True))
