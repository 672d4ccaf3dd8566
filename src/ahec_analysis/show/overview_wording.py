"""Sentences of the comparison of species: key figures, and what a comparison can say."""

from __future__ import annotations

import pandas as pd

from ahec_analysis.habitat.overview import Overview
from ahec_analysis.show.messages import figure, say
from ahec_analysis.show.species_wording import species_name
from ahec_analysis.show.tables import rough

_HALF = 50


def summary_figures(found: Overview) -> list[tuple[str, str, str]]:
    """Return the key figures of the summary."""
    known = found.compared[found.compared["kind"] != "none"]
    species = known["species_id"].str.split("|").explode().nunique()
    modelled, sited = len(found.modelled), len(found.birds)
    everyone = modelled + sited
    sites, national = found.birds["at_one_percent"].sum(), found.birds["of_them_national"].sum()
    return [
        figure("overview-figure-species", everyone=everyone, modelled=modelled, birds=sited),
        figure("overview-figure-compared", species=species, everyone=everyone),
        figure("overview-figure-sites", sites=sites, national=national),
        figure("overview-figure-fell", species=_fell(found.compared).nunique()),
    ]


def summary_opening(found: Overview) -> str:
    """Return the summary in a few sentences."""
    told = [say("overview-fell", species=", ".join(map(species_name, _fell(found.compared).unique())))]
    alone = found.compared.loc[found.compared["kind"] == "none", "species_id"]
    if none := ", ".join(map(species_name, alone)):
        told.append(say("overview-nothing-compares", species=none))
    most = found.birds.sort_values("at_one_percent", ascending=False).head(3)
    named = [
        say("overview-bird", species=r.species, sites=r.at_one_percent, known=r.sites)
        for r in most.itertuples()
    ]
    least, largest = (
        say("overview-share", species=r.species, share=rough(r.protected_percent, "x_percent"))
        for r in found.modelled.sort_values("protected_percent").iloc[[0, -1]].itertuples()
    )
    told += [
        say("overview-most-sites", birds=", ".join(named)),
        say("overview-held", least=least, most=largest),
    ]
    return " ".join(told)


def _fell(compared: pd.DataFrame) -> pd.Series:
    """Return the species of the rows whose change is a fall by half or more."""
    falls = compared["kind"].isin(["percent", "published"]) & (compared["change"].round() <= -_HALF)
    return compared.loc[falls, "species_id"]


def summary_caveats(found: Overview) -> str:
    """Return what a comparison of species can and cannot say."""
    return say("overview-caveats", birds=", ".join(found.birds["species"]))
