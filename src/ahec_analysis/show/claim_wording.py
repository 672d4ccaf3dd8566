"""The audit of statements in words, its key figures, sentences and chart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from babel.dates import format_date

from ahec_analysis import claims, data, territory
from ahec_analysis.claims import Note, Reading
from ahec_analysis.coverage import downloads
from ahec_analysis.errors import ParameterError
from ahec_analysis.show import charts, palette
from ahec_analysis.show.charts import Chart
from ahec_analysis.show.messages import LANGUAGE, listed, name_of, number, say
from ahec_analysis.values import shown

_SIGNS = {">=": "least", "<=": "most"}
_KEYS = ("name", "definition", "status", "doubt", "counted_in")
"""Facts of a note that are keys, or names."""
_TOLD = [
    *("claim", "claimed", "computed", "reading", "primary", "admitted", "information", "beside"),
    *("evidence", "needs", "names"),
]


def told(audited: pd.DataFrame) -> pd.DataFrame:
    """Return an audit in words, as its tables show it, with the columns of ``_TOLD``.

    ``reading`` is the one that decided; ``primary``, ``admitted`` and ``information`` are all readings;
    ``beside`` is the first that decides nothing, else the evidence.
    """
    names = _names()
    rows = [_told(row, names) for row in audited.to_dict("records")]
    return audited.assign(**pd.DataFrame(rows, index=audited.index, columns=_TOLD, dtype="str"))


def _told(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    answer, decided, unit = row["answer"], row["decided"], str(row["unit"])

    def reading(one: Reading) -> str:
        return say("claims-reading", name=_said(one.name), value=_value(one.value, names, unit))

    chosen = claims.admitted(row)
    admitted = [reading(one) for key, one in answer.others.items() if key in chosen]
    information = [reading(one) for key, one in answer.others.items() if key not in chosen]
    evidence = "; ".join(map(_said, answer.evidence))
    return {
        "claim": row["claim_text"].replace("km2", "km²"),
        "claimed": _claimed(row, names),
        "computed": _value(decided.value, names, unit) if decided else "",
        "reading": _said(decided.name) if decided else "",
        "primary": reading(answer.primary) if answer.primary else "",
        "admitted": "; ".join(admitted),
        "information": "; ".join(information),
        "beside": (information or [evidence])[0],
        "evidence": evidence,
        "needs": _said(row["needs"]),
        "names": "; ".join(map(_said, answer.names)),
    }


def _said(what: Note | str) -> str:
    """Return a note as text, and so what it is made of: notes, keys, and dates."""
    if isinstance(what, str):
        return what
    return say(what.message, **{key: _fact(key, value) for key, value in what.facts.items()})


def _fact(key: str, value: Any) -> Any:
    if isinstance(value, Note):
        return _said(value)
    if isinstance(value, tuple):
        return ", ".join(map(_said, value))
    if isinstance(value, date):
        return format_date(value, "d MMMM y", locale=LANGUAGE)
    return name_of(value, key) if key in _KEYS else value


def _claimed(claim: Mapping[str, Any], names: Mapping[str, str]) -> str:
    try:
        stated = claims.number(claim)
    except ParameterError:
        value = str(claim["value"])
        parts = ", ".join(_named(part, names) for part in value.split("|"))
        what = shown(value == "true") if value in ("true", "false") else parts
    else:
        text = shown(int(stated)) if stated.is_integer() else f"{stated:g}"
        what = say("claims-measured", text=text, count=stated, unit=str(claim["unit"]))
    sign = _SIGNS.get(claim["operator"])
    return say(f"claims-measured.{sign}", what=what) if sign else what


def _value(value: Any, names: Mapping[str, str], unit: str) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(_named(part, names) for part in value)) or say("claims-measured.none")
    if isinstance(value, str | bool):
        return names.get(str(value), shown(value))
    text = shown(value)
    if value is None or pd.isna(value):
        return text
    if isinstance(value, float):
        text = f"{value:.1f}" if abs(value) < 100 else shown(float(f"{value:.4g}"))
    return say("claims-measured", text=text, count=value, unit=unit)


def _named(part: str, names: Mapping[str, str]) -> str:
    return names.get(part) or name_of(part, "name")


def _names() -> dict[str, str]:
    """Return what the data call the identifiers that claims use: sites, provinces, species, basins."""
    leaves = territory.basins()
    named = [
        (territory.provinces(), "province_code", "name"),
        (data.table("protected_areas"), "site_id", "name_en"),
        (data.table("designations"), "designation_id", "name_en"),
        (data.table("species"), "species_id", "common_name_en"),
        (leaves, "basin_id", "name"),
        (leaves, "parent", "parent_name"),
    ]
    found = {key: name for table, *columns in named for key, name in table[columns].to_numpy()}
    for name, (column, key) in claims.basins().items():
        found[name] = name_of(key, column) if column == "system" else found[key]
    return found


def key_figures(audited: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return how many claims of the page have each verdict, and what the verdict means."""
    counts = claims.of_page(audited)["verdict"].value_counts()
    names = {verdict: f"value-verdict-{verdict}" for verdict in claims.VERDICTS if verdict in counts}
    return [
        (say(f"{name}.name").capitalize(), number(counts[verdict]), say(f"{name}.means"))
        for verdict, name in names.items()
    ]


def opening(audited: pd.DataFrame) -> str:
    """Return how many claims the page of an audit in words makes, each that is contradicted, and the base of its share."""
    page = claims.of_page(audited)
    if page.empty:
        return say("claims-none")
    parts = [say("claims-statements", count=len(page))]
    dates = [_said(claims.when(claims.span(d))) for d in page["as_of"].unique() if d]
    if dates:
        parts.append(say("claims-dates", dates=say("claims-dates.or").join(dates)))
    wrong = page[page["verdict"] == claims.CONTRADICTED]
    parts.append(say("claims-contradicted.none" if wrong.empty else "claims-contradicted", count=len(wrong)))
    told = [f"- {say('claims-wrong', claim=r.claim, found=_found(r))}" for r in wrong.itertuples()]
    share = page[(page["metric"] == "coverage_percent") & (page["verdict"] == claims.CONSISTENT)]
    fits = [say("claims-fits", claim=r.claim, reading=r.reading, beside=r.beside) for r in share.itertuples()]
    return "\n\n".join([" ".join(parts), *(["\n".join(told)] if told else []), *fits])


def used() -> str:
    """Return which sites the statements are compared with, and which downloads lie unused in data/external."""
    names = [one.file for one in downloads.files() if one.use == "protected_areas"]
    return say("claims-used", count=len(names), files=listed(names))


def _found(row: Any) -> str:
    """Return what contradicts a claim; where nothing was found the reading says it all."""
    message = "claims-found.nothing" if row.decided.value == frozenset() else "claims-found"
    return say(message, reading=row.reading, computed=row.computed, beside=row.beside)


def scoreboard(audited: pd.DataFrame) -> Chart | None:
    """Return the verdicts by topic as a chart; nothing where there is no statement."""
    page = claims.of_page(audited)
    if page.empty:
        return None
    total = page["verdict"].value_counts()
    total = total[[verdict for verdict in palette.VERDICTS if verdict in total]]
    return charts.stacked(
        page.assign(claims=1),
        "claims/scoreboard",
        label="topic",
        part="verdict",
        value="claims",
        values=charts.told((charts.short(verdict, "verdict") for verdict in total.index), map(str, total)),
        count=len(page),
        reproduced=total.get(claims.REPRODUCED, 0),
        contradicted=total.get(claims.CONTRADICTED, 0),
    )
