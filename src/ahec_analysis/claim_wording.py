"""Sentences and figures of the claims audit and of the brief."""

from __future__ import annotations

import pandas as pd

from ahec_analysis import charts, claims, palette, territory
from ahec_analysis.charts import Chart
from ahec_analysis.tables import shown

_SHORT = {
    claims.UNDER_A_READING: "under a reading",
    claims.CONSISTENT: "consistent only",
    claims.NOT_TESTABLE: "not testable",
}
"""Verdicts as the legend of a chart has room for them."""


def key_figures(audited: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return how many claims of the page have each verdict."""
    page = claims.of_page(audited)
    counts = page["verdict"].value_counts()
    return [
        (verdict.capitalize(), shown(int(counts[verdict])), f"of {len(page)} statements of the page")
        for verdict in claims.VERDICTS
        if counts.get(verdict, 0)
    ]


def opening(audited: pd.DataFrame) -> str:
    """Return what the audit finds on the whole, and on the percentage where the Russian part explains it."""
    page = claims.of_page(audited)
    if page.empty:
        return "There is no statement to audit."
    good = page["verdict"].isin([claims.REPRODUCED, claims.UNDER_A_READING])
    wrong = page[page["verdict"] == claims.CONTRADICTED]
    text = (
        f"Of {len(page)} statements of the page {int(good.sum())} are reproduced, plainly or under a stated "
        f"reading; {len(wrong) or 'none'} {'is' if len(wrong) == 1 else 'are'} contradicted by what was found"
    )
    text += (": " + "; ".join(f"*{_bare(t)}*" for t in wrong["claim_text"]) if len(wrong) else "") + "."
    russian = territory.definitions().set_index("definition").loc["russia"]
    share = page[
        (page["metric"] == "coverage_percent")
        & (page["verdict"] == claims.UNDER_A_READING)
        & page["reading"].str.contains(russian["name"], regex=False)
    ]
    if len(share):
        first = share.iloc[0]
        text += (
            f' The statement "{_bare(first["claim_text"])}" holds if it means {first["reading"]}: the Russian '
            f"part, derived here without the page, has {russian['area_km2'] / 1e6:.3f} million km²."
        )
    return text


def scoreboard(audited: pd.DataFrame) -> Chart | None:
    """Return the verdicts on the statements of the page by topic, as a chart; nothing where there is no statement."""
    page = claims.of_page(audited)
    if page.empty:
        return None
    page = page.assign(topic=[claims.topic_name(t) for t in page["topic"]])
    counts = page.groupby(["topic", "verdict"], sort=False).size().rename("claims").reset_index()
    total = page["verdict"].value_counts()
    parts = ", ".join(f"{v} {total[v]}" for v in claims.VERDICTS if v in total) or "no statement"
    return charts.stacked(
        counts,
        label="topic",
        part="verdict",
        value="claims",
        colours=palette.VERDICTS,
        names=_SHORT,
        title=f"{total.get(claims.CONTRADICTED, 0)} of {len(page)} statements of the page are contradicted",
        axis="statements",
        alt=f"Verdicts by topic: {parts}.",
        source="Computed from the tables and the territory of this project.",
    )


def _bare(statement: str) -> str:
    return statement.rstrip(".").replace("km2", "km²")
