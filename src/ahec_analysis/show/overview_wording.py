"""Sentences of the comparison of species: key figures, and what a comparison can say."""

from __future__ import annotations

import pandas as pd

from ahec_analysis.habitat import trends
from ahec_analysis.show.tables import rough

_HALF = 50


def summary_figures(
    overview: pd.DataFrame, birds: pd.DataFrame, compared: pd.DataFrame
) -> list[tuple[str, str, str]]:
    """Return the key figures of the summary."""
    known = compared[compared["counted"] != trends.NONE]
    species = known["species"].str.split(" and ").explode().nunique()
    everyone = len(overview) + len(birds)
    return [
        (
            "Focal species",
            str(everyone),
            f"{len(overview)} with ground or reaches, {len(birds)} by sites and counts",
        ),
        ("Numbers that compare", f"{species} of {everyone}", "species with two figures of one kind"),
        (
            "Sites of 1 % or more",
            str(int(birds["at_one_percent"].sum())),
            f"bird by bird, {int(birds['of_them_national'].sum())} of them protected at national level",
        ),
        (
            "Fell by half or more",
            str(_fell(compared)["species"].nunique()),
            "species, somewhere, by figures that compare",
        ),
    ]


def summary_opening(overview: pd.DataFrame, birds: pd.DataFrame, compared: pd.DataFrame) -> str:
    """Return the summary in a few sentences."""
    names = ", ".join(dict.fromkeys(_fell(compared)["species"]))
    none = ", ".join(compared.loc[compared["counted"] == trends.NONE, "species"])
    sites = birds.sort_values("at_one_percent", ascending=False)
    most = ", ".join(f"{r.species} ({r.at_one_percent} of {r.sites})" for r in sites.head(3).itertuples())
    text = f"By figures that compare, numbers somewhere fell by half or more for {names}. "
    if none:
        text += f"Nothing can be compared over time for {none}. "
    text += f"Most sites known to hold 1 % of a bird's population: {most}. "
    held = overview.sort_values("protected_percent")
    ends = ", ".join(
        f"{r.species} {rough(r.protected_percent, 'x_percent')} %" for r in held.iloc[[0, -1]].itertuples()
    )
    return (
        text
        + f"Of the ground or reaches that suit them known protected areas hold from {ends.replace(', ', ' to ')}."
    )


def _fell(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose change is a fall by half or more."""
    falls = compared["change"].str.extract(r"^−(\d+) %")[0].astype(float)
    return compared[falls >= _HALF]


def summary_caveats(birds: pd.DataFrame) -> str:
    """Return what a comparison of species can and cannot say."""
    points = [
        "Ground is where an expert index of published statements is high within the listed range: where conditions look "
        "better, not where the species lives. Its size follows the threshold; the table gives both ends.",
        "Ground in units where a species is only possible stands apart and is in no share.",
        f"No ground is shown for {', '.join(birds['species'])}: land cover at 5 km does not see what they need. Their sites are those "
        "of our tables, not all there are.",
        "Reaches of fish are those of a fit size and fall in basins where the fish is listed; where it once was stands beside.",
        "Protected areas are those of the named source; circles about points in the inventory, and an incomplete list for "
        "China and the Russian provinces.",
        "Figures are compared over time only if their sources count the same thing, in the same place and the same way.",
    ]
    return "\n".join(f"- {point}" for point in points)
