"""Sentences and figures of the claims audit and of the brief."""

from __future__ import annotations

import pandas as pd

from ahec_analysis import charts, claims, palette, territory
from ahec_analysis.charts import Chart
from ahec_analysis.tables import shown


def key_figures(audited: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return how many claims have each verdict."""
    counts = audited["verdict"].value_counts()
    total = len(audited)
    return [
        (verdict.capitalize(), shown(int(counts[verdict])), f"of {total} statements")
        for verdict in claims.VERDICTS
        if counts.get(verdict, 0)
    ]


def opening(audited: pd.DataFrame) -> str:
    """Return what the audit finds on the whole, and on the percentage that is quoted most."""
    own = audited[audited["variant_of"] == ""] if "variant_of" in audited else audited
    good = own["verdict"].isin([claims.REPRODUCED, claims.UNDER_A_READING])
    wrong = own[own["verdict"] == claims.CONTRADICTED]
    text = (
        f"Of {len(own)} statements {int(good.sum())} are reproduced, plainly or under a stated reading; "
        f"{len(wrong)} are contradicted by what was found"
    )
    text += ": " + "; ".join(f"*{t.rstrip('.')}*" for t in wrong["claim_text"]) + "." if len(wrong) else "."
    share = audited[
        (audited["metric"] == "coverage_percent") & (audited["verdict"] == claims.UNDER_A_READING)
    ]
    if len(share):
        first = share.iloc[0]
        russian = territory.definitions().set_index("definition").loc["russia", "area_km2"]
        text += (
            f' The statement "{first["claim_text"]}" holds if it means {first["reading"]}: the Russian part, derived '
            f"here without the page, has {russian / 1e6:.3f} million km²."
        )
    return text


def scoreboard(audited: pd.DataFrame) -> Chart:
    """Return the verdicts by topic as a chart."""
    counts = audited.groupby(["topic", "verdict"], sort=False).size().rename("claims").reset_index()
    counts["topic"] = counts["topic"].str.replace("_", " ").str.capitalize()
    total = audited["verdict"].value_counts()
    parts = ", ".join(f"{v} {total[v]}" for v in claims.VERDICTS if v in total)
    return charts.stacked(
        counts,
        label="topic",
        part="verdict",
        value="claims",
        colours=palette.VERDICTS,
        names={},
        title=f"{total.get(claims.CONTRADICTED, 0)} of {len(audited)} statements are contradicted",
        axis="statements",
        alt=f"Verdicts by topic: {parts}.",
        source="Computed from the tables and the territory of this project.",
    )
