"""Sentences, figures and tables of the claims audit."""

from __future__ import annotations

import pandas as pd

from ahec_analysis import claims
from ahec_analysis.claims import scope
from ahec_analysis.show import charts, palette
from ahec_analysis.show.charts import Chart
from ahec_analysis.show.messages import name_of, number, say

_MARKS = dict(zip(claims.VERDICTS, ("✓", "(✓)", "≈", "✗", "?", "–", "!"), strict=True))


def key_figures(audited: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return how many claims of the page have each verdict, and what the verdict means."""
    counts = claims.of_page(audited)["verdict"].value_counts()
    return [
        (verdict.capitalize(), number(counts[verdict]), meaning)
        for verdict, meaning in claims.MEANINGS.items()
        if counts.get(verdict, 0)
    ]


def opening(audited: pd.DataFrame) -> str:
    """Return how many claims the page makes and when, each that is contradicted with what was found, and the base of its share."""
    page = claims.of_page(audited)
    if page.empty:
        return say("claims-none")
    parts = [say("claims-statements", count=len(page))]
    dates = [scope.when(scope.span({"as_of": d})) for d in page["as_of"].unique() if d]
    if dates:
        parts.append(say("claims-dates", dates=say("claims-dates.or").join(dates)))
    wrong = page[page["verdict"] == claims.CONTRADICTED]
    parts.append(say("claims-contradicted.none" if wrong.empty else "claims-contradicted", count=len(wrong)))
    listed = [
        "- " + say("claims-wrong", claim=_bare(r.claim_text), found=_found(r)) for r in wrong.itertuples()
    ]
    share = page[(page["metric"] == "coverage_percent") & (page["verdict"] == claims.CONSISTENT)]
    fits = [
        say("claims-fits", claim=_bare(r.claim_text), reading=r.reading, beside=r.information.split("; ")[0])
        for r in share.itertuples()
    ]
    return "\n\n".join([" ".join(parts), *(["\n".join(listed)] if listed else []), *fits])


def scoreboard(audited: pd.DataFrame) -> Chart | None:
    """Return the verdicts on the statements of the page by topic, as a chart; nothing where there is no statement."""
    page = claims.of_page(audited)
    if page.empty:
        return None
    page = page.assign(topic=[claims.topic_name(t) for t in page["topic"]])
    total = page["verdict"].value_counts()
    total = total[[verdict for verdict in palette.VERDICTS if verdict in total]]
    return charts.stacked(
        page.assign(claims=1),
        "claims/scoreboard",
        label="topic",
        part="verdict",
        value="claims",
        values=charts.told((name_of(verdict, "verdict") for verdict in total.index), map(str, total)),
        count=len(page),
        reproduced=total.get(claims.REPRODUCED, 0),
        contradicted=total.get(claims.CONTRADICTED, 0),
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
    beside = row.information.split("; ")[0] or row.evidence
    message = "claims-found.reading" if row.computed == "none" else "claims-found"
    return say(message, reading=row.reading, computed=row.computed, beside=beside)


def _bare(statement: str) -> str:
    return statement.replace("km2", "km²")
