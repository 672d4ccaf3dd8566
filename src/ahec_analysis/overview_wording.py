"""Sentences of the comparison of species: key figures, and what a comparison can say."""

from __future__ import annotations

import pandas as pd

from ahec_analysis import trends
from ahec_analysis.tables import rough


def summary_figures(
    overview: pd.DataFrame, birds: pd.DataFrame, compared: pd.DataFrame
) -> list[tuple[str, str, str]]:
    """Return the key figures of the summary."""
    known = compared[compared["counted"] != trends.NONE]
    species = known["species"].str.split(" and ").explode().nunique()
    everyone = len(overview) + len(birds)
    least = overview.loc[overview["protected_percent"].idxmin()]
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
            "Least protected",
            f"{rough(least['protected_percent'], 'x_percent')} %",
            f"{least['species']}, of its ground or reaches",
        ),
    ]


def summary_opening(overview: pd.DataFrame, birds: pd.DataFrame, compared: pd.DataFrame) -> str:
    """Return the summary in a few sentences."""
    known = overview.sort_values("protected_percent")
    low = ", ".join(
        f"{r.species} ({rough(r.protected_percent, 'x_percent')} %)" for r in known.head(3).itertuples()
    )
    change = compared["change"].str.replace("−", "-")
    fell = compared[change.str.startswith("-") & (pd.to_numeric(change.str.extract(r"(-\d+)")[0]) <= -50)]
    names = ", ".join(dict.fromkeys(fell["species"]))
    none = ", ".join(compared.loc[compared["counted"] == trends.NONE, "species"])
    sites = birds.sort_values("at_one_percent", ascending=False)
    most = ", ".join(f"{r.species} ({r.at_one_percent} of {r.sites})" for r in sites.head(3).itertuples())
    text = f"Known protected areas hold least of what suits {low}. "
    text += f"By figures that compare, numbers somewhere fell by half or more for {names}. "
    if none:
        text += f"Nothing can be compared over time for {none}. "
    return text + f"Most sites known to hold 1 % of a bird's population: {most}."


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
