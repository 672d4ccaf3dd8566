"""Sentences, figures and tables of the claims audit."""

from __future__ import annotations

import pandas as pd

from ahec_analysis import claims
from ahec_analysis.claims import scope
from ahec_analysis.show import charts, palette
from ahec_analysis.show.charts import Chart
from ahec_analysis.values import shown

_SHORT = {
    claims.UNDER_A_READING: "under a reading",
    claims.CONSISTENT: "consistent only",
    claims.NOT_TESTABLE: "not testable",
}
"""Verdicts as the legend of a chart has room for them."""
_MARKS = dict(zip(claims.VERDICTS, ("✓", "(✓)", "≈", "✗", "?", "–", "!"), strict=True))


def key_figures(audited: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return how many claims of the page have each verdict, and what the verdict means."""
    counts = claims.of_page(audited)["verdict"].value_counts()
    return [
        (verdict.capitalize(), shown(int(counts[verdict])), meaning)
        for verdict, meaning in claims.MEANINGS.items()
        if counts.get(verdict, 0)
    ]


def opening(audited: pd.DataFrame) -> str:
    """Return how many claims the page makes and when, each that is contradicted with what was found, and the base of its share."""
    page = claims.of_page(audited)
    if page.empty:
        return "There is no statement to audit."
    text = f"The page makes {len(page)} statements that can be looked at one by one. "
    dates = [scope.when(scope.span({"as_of": d})) for d in page["as_of"].unique() if d]
    if dates:
        text += f"It is compared with what existed {' or '.join(dates)}. "
    wrong = page[page["verdict"] == claims.CONTRADICTED]
    if wrong.empty:
        text += "None is contradicted by what was found."
    else:
        text += f"What was found contradicts {len(wrong)} of them:\n"
        text += "".join(f"\n- *{_bare(r.claim_text)}* Found: {_found(r)}." for r in wrong.itertuples())
    share = page[(page["metric"] == "coverage_percent") & (page["verdict"] == claims.CONSISTENT)]
    for row in share.itertuples():
        text += (
            f"\n\n*{_bare(row.claim_text)}* That is {row.reading}. This shows which ground fits, not that the share "
            f"is right. Beside it: {row.information.split('; ')[0]}."
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
    parts = ", ".join(f"{v} {total[v]}" for v in claims.VERDICTS if v in total)
    return charts.stacked(
        counts,
        label="topic",
        part="verdict",
        value="claims",
        colours=palette.VERDICTS,
        names=_SHORT,
        title=f"Of {len(page)} statements of the page {total.get(claims.REPRODUCED, 0)} are reproduced, "
        f"{total.get(claims.CONTRADICTED, 0)} contradicted",
        axis="statements",
        alt=f"Verdicts by topic: {parts}.",
        source="Computed from the tables and the territory of this project.",
    )


def shown_rows(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the audit as a reader sees it: the verdict with its mark, empty cells where nothing is to say."""
    verdict = audited["verdict"].map(_MARKS) + " " + audited["verdict"]
    rows = audited.assign(claim=audited["claim_text"].map(_bare), verdict=verdict)
    return rows[
        ["claim_id", "claim", "verdict", "claimed", "computed", "reading", "evidence", "report", "needs"]
    ]


def of_readings(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims that have several readings, with the part that each plays."""
    several = audited[(audited["admitted"] != "") | (audited["information"] != "")]
    columns = ["claim", "claimed", "primary", "admitted", "information"]
    return several.assign(claim=several["claim_text"].map(_bare))[columns].reset_index(drop=True)


def of_names(audited: pd.DataFrame) -> pd.DataFrame:
    """Return the claims whose value is made up of named sites or provinces, with the names."""
    named = audited[audited["names"] != ""]
    return named.assign(claim=named["claim_text"].map(_bare))[["claim", "computed", "names"]].reset_index(
        drop=True
    )


def _found(row: pd.Series) -> str:
    """Return what contradicts a claim, with the first reading beside it where there is one."""
    # Where nothing was found the reading says it all: "84 % of it inside" needs no "none".
    text = row.reading if row.computed == "none" else f"{row.reading}: {row.computed}"
    beside = row.information.split("; ")[0] or row.evidence
    return f"{text} ({beside})"


def _bare(statement: str) -> str:
    return statement.replace("km2", "km²")
