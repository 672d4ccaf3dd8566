"""Sentences and key figures of the report on rivers and wetlands, and the cells of its tables that need facts."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ahec_analysis.connectivity.corridor import Corridor
from ahec_analysis.connectivity.dams import Rivers, standing
from ahec_analysis.coverage import places
from ahec_analysis.coverage.sums import rounded
from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.show import tables
from ahec_analysis.show.messages import figure, listed, name_of, say, span

_COUNT = ("amur-basin-reservoirs-china", "reservoir_count")
_STORAGE = ("amur-basin-reservoirs-china", "storage")
"""Rows of the table of hydrology (unit, metric) with the official count of reservoirs and what they store."""
_ASSESSED = ("amur-basin-assessed-sites", "site_count")
"""The number of possible sites in the strategic assessment."""

_FIGURES = ("river-stem-dams", "river-open-today", "river-open-proposed", "river-regulated", "river-corridor")


def as_known(frame: pd.DataFrame, *, digits: int = 2) -> pd.DataFrame:
    """Return a table with no more digits than are known: shares whole, amounts to a few significant digits.

    Examples
    --------
    >>> as_known(pd.DataFrame({"a_km": [81_107.4], "b_percent": [54.6]})).to_numpy().tolist()
    [[81000, 55]]
    """
    out = frame.copy()
    for column in out.select_dtypes("number"):
        share = column.endswith(("percent", "points"))
        if share or column.endswith(("_km", "_km2", "_km3")):
            known = rounded(out[column].astype(float), **({} if share else {"digits": digits}))
            out[column] = known if column.endswith("_km3") else known.round().astype("Int64")
    return out


def no_listed(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return the frame with "no listed area" in `columns` where sites exist but none of known area protects."""
    nothing = (frame[columns[0]].fillna(0) == 0) & (frame["without_area"] > 0)
    words = say("river-no-listed-area")
    return frame.assign(**{c: frame[c].astype(object).mask(nothing, words) for c in columns})


def facts(
    stems: pd.DataFrame,
    compared: pd.DataFrame,
    ranked: pd.DataFrame,
    regulated: pd.DataFrame,
    corridor: Corridor,
    *,
    width_km: float,
) -> dict[str, Any]:
    """Return what the first screen and the opening say: scenarios, the costliest dam, main stem, gauge, the corridor."""
    now, by = stems[stems["scenario"] == "today"], compared.set_index("scenario")
    found = {f"{name}_{column}": row[column] for name, row in by.iterrows() for column in by}
    found |= ranked[ranked["status_group"] == "built"].iloc[0].to_dict()
    found |= now.iloc[0].add_prefix("stem_").to_dict()
    precision = f"{found['location_precision_km']:g}"
    on_river = regulated[regulated["river"] == regulated["river"].iloc[0]]
    gauge = on_river[on_river["regulation_percent"].notna()].iloc[-1]
    found |= {
        "width": f"{width_km:g}",
        "position": say("river-position", basis=found["within"], precision=precision),
        "plain_river": _plain(found["river"]),
        "more": by["dams"]["proposed"] - by["dams"]["today"],
        "more_listed_only": by["listed_only"]["proposed"] - by["listed_only"]["today"],
        "lost_min_percent": 100 - found["today_free_max_percent"],
        "lost_max_percent": 100 - found["today_free_min_percent"],
        "gauge": gauge["place"],
        "degree": _degree(gauge),
    }
    crossed = now["dams_on_stem"] > 0
    stems_free = now.loc[~crossed, ["stem"]].assign(river=now["stem"].str.split(" – ").str[0])
    free = _each("river-the", stems_free.drop_duplicates("river"))
    heads = {"count": len(free), "heads": ", ".join(free[:-1]), "last": "".join(free[-1:])}
    told = [say("river-free-stem", **heads, **found)] if free else []
    told += _each("river-dams-on-stem", now[crossed])
    shares = (tables.rough(share, "percent") for share in corridor.percents)
    return found | {"told": " ".join(told), "corridor": span(*shares)}


def key_figures(facts: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the answers of the first screen, from :func:`facts`."""
    return [figure(message, **facts) for message in _FIGURES]


def main_dams(rivers: Rivers, hydrology: pd.DataFrame) -> str:
    """Return how few barriers the results know of, beside official counts and the assessments of others."""
    located, (count, assessed) = rivers.located, (_row(hydrology, *key) for key in (_COUNT, _ASSESSED))
    today = standing(located, "today")
    unclear = located.loc[located["bars"] & located["blocks_river_today"].isna(), "name_en"]
    plans = located["bars"] & (located["status_group"] != "built") & ~today
    return say(
        "river-main-dams",
        placed=(today & (located["on_map"] == "placed")).sum(),
        reservoirs=count["value"],
        bound=count["bound"],
        note=count["note"].rstrip(".").lower(),
        alternatives=str(count["alternatives"]).replace("km3", "km³"),
        source=count["source_ids"],
        unclear=listed(unclear),
        count=len(unclear),
        russian=(plans & located["country"].str.contains("RUS")).sum(),
        period=assessed["period"],
        assessed=assessed["value"],
    )


def lengths(compared: pd.DataFrame, shares: pd.DataFrame) -> str:
    """Return how short the drawn rivers are, which lengths were corrected, and what hangs on it."""
    same = compared["factor"].notna()
    short = -compared.loc[same, "difference_percent"]
    measures = {"free": "free_percent", "dci": "dci_potamodromous_percent"}
    return say(
        "river-lengths",
        rivers=same.sum(),
        median=short.median(),
        least=short.min(),
        most=short.max(),
        others=listed(compared.loc[~same, "name"]),
        other_count=(~same).sum(),
        unnamed=shares["unnamed_percent"].iloc[0],
        **{
            f"{key}_{r['lengths']}": r[column]
            for _, r in shares.iterrows()
            for key, column in measures.items()
        },
    )


def regulation(regulated: pd.DataFrame, hydrology: pd.DataFrame) -> str:
    """Return the degree of regulation from the strongest to the mouth, and what it leaves out."""
    known = regulated[regulated["regulation_percent"].notna()]
    most = known.loc[known["regulation_percent"].idxmax()]
    mouth = known.iloc[0]
    china = _row(hydrology, *_STORAGE)
    note = china["note"].rstrip(".")
    return say(
        "river-regulation",
        highest=most["place"],
        highest_degree=_degree(most),
        mouth=mouth["place"],
        mouth_degree=_degree(mouth),
        china=f"{china['value']:g}",
        note=note[0].lower() + note[1:],
        lacking=len(regulated) - len(known),
    )


def transfers(dams: pd.DataFrame) -> str:
    """Return where water is led out of its river, and how much where that is known."""
    rows = dams[dams["type"] == "inter_basin_transfer"]
    rest = rows.loc[rows["transfer_km3"].isna(), "name_en"]
    rows = rows.dropna(subset="transfer_km3").sort_values("transfer_km3")
    rows = rows.assign(river=rows["river"].map(_plain), at_most=rows["note"].str.contains("up to"))
    rows["status"] = [name_of(key, "status") for key in rows["status"]]
    return say("river-transfers", told=". ".join(_each("river-transfer", rows)), rest=listed(rest))


def snapping(rivers: Rivers) -> str:
    """Return how the dams came onto the network and how far that moved them."""
    located = rivers.located
    counts = located["on_map"].value_counts()
    moved = located.loc[located["on_map"] == "placed"].sort_values("moved_km")
    unplaced = located.loc[located["on_map"] == "listed_only", "name_en"]
    rough = _each("river-rough-dam", located[located["rough"]].assign(name=located["name_en"].map(_plain)))
    return say(
        "river-snapped",
        placed=len(moved),
        median=moved["moved_km"].median(),
        farthest=moved["moved_km"].iloc[-1],
        far=_plain(moved["name_en"].iloc[-1]),
        rough=listed(rough),
        count=len(rough),
        slides=counts.get("slides", 0),
        no_barrier=counts.get("no_barrier", 0),
        listed_only=len(unplaced),
        dams=listed(unplaced),
    )


def passability(rivers: Rivers) -> str:
    """Return what the passability of the dams rests on."""
    bars = rivers.located[rivers.located["bars"]]
    told = "; ".join(_each("river-passable", bars[bars["passability"] > 0]))
    return say("river-passability", barred=(bars["passability"] == 0).sum(), passable=told)


def stretch(gaps: pd.DataFrame, *, longer_than_km: float) -> str:
    """Return how many gaps the corridor has on both banks at once, and the longest."""
    if "withheld" in gaps.attrs:
        return ""
    both = gaps[gaps["bank"] == "both"]
    least = f"{longer_than_km:g}"
    if both.empty:
        return say("river-no-stretch", least=least)
    first = both.sort_values("length_km", ascending=False).iloc[0]
    ends = {"begins": first["from_place"], "ends": first["to_place"]}
    return say(
        "river-stretches",
        stretches=len(both),
        least=least,
        together=both["length_km"].sum(),
        longest=first["length_km"],
        river=first["river"],
        known="_".join(end for end, place in ends.items() if place),
        **ends,
    )


def positions(areas: pd.DataFrame, *, basis: str) -> str:
    """Return how much of the protected area has a place at all, and how much a place of its own."""
    placed = areas.geometry.notna() & areas["area_km2"].notna()
    own = placed & areas["own_ground"]
    placed_percent, own_percent = (
        100 * areas.loc[which, "area_km2"].sum() / areas["area_km2"].sum() for which in (placed, own)
    )
    held = {"placed": areas[placed], "own": areas[own], "sites": areas}
    facts = {name: rows["site_id"].nunique() for name, rows in held.items()} | {"basis": basis}
    return say("river-positions", placed_percent=placed_percent, own_percent=own_percent, **facts)


def connected(across: pd.DataFrame, distance_km: float, *, basis: str) -> str:
    """Return ProtConn of the whole complex and its countries at a distance, and which ground it counts."""
    at = across[across["distance_km"] == distance_km]
    whole = at[at["kind"] == "complex"].iloc[0]
    parts = at[at["kind"] == "country"]
    told = (f"{name_of(r.region, 'region')} {r.connected_percent:.0f} %" for r in parts.itertuples())
    shares = {"protected": whole["protected_percent"], "connected": whole["connected_percent"]}
    return say(
        "river-connected", distance=f"{distance_km:g}", countries=", ".join(told), basis=basis, **shares
    )


def outlines(areas: pd.DataFrame, *, basis: str) -> str:
    """Return what the shapes of the sites do to the links between them."""
    edge = 0.0 if basis == "download" else places.edge_km(areas)
    return say("river-outlines", basis=basis, edge=edge, used=basis != "inventory")


def lowlands(table: pd.DataFrame) -> str:
    """Return how much lowland beside water is protected, and where most and least of the large ones."""
    if table.empty or table["name"].iloc[-1] != "total":
        return ""
    total, parts = table.iloc[-1], table.iloc[:-1]
    large = parts[parts["lowland_km2"] >= 0.01 * total["lowland_km2"]].sort_values("protected_percent")
    facts = {"share": tables.rough(float(total["protected_percent"]), "percent")}
    for key, row in (("best", large.tail(1)), ("worst", large.head(1))):
        share = tables.rough(float(row["protected_percent"].sum()), "percent")
        facts |= {key: "".join(row["name"]), f"{key}_share": share}
    return say("river-lowlands", lowland_km2=total["lowland_km2"], compared=len(large), **facts)


def uncovered(sites: pd.DataFrame, *, basis: str = "inventory") -> str:
    """Return which international sites have no national protection in the tables, or less than their size."""
    none = sites[sites["protection"] == "none_known"]["name"].tolist()
    less = int((sites["protection"] == "smaller").sum())
    facts = {"smaller": less, "none": len(none), "names": listed(none), "basis": basis}
    return say("river-uncovered", sites=len(sites), **facts)


def fish_table(found: pd.DataFrame) -> pd.DataFrame:
    """Return one row per fish: its reaches and the share of them open to the sea in each scenario."""
    values = ["free_min_percent", "free_max_percent"]
    wide = found.pivot_table(index="species", columns="scenario", values=values)
    wide.columns = [f"{scenario}_{measure.removeprefix('free_')}" for measure, scenario in wide.columns]
    table = found[found["scenario"] == "today"].rename(columns={"free_max_km": "open_today_km"})
    return table[["species", "once_km", "length_km", "open_today_km"]].join(wide, on="species")


def country_names(frame: pd.DataFrame, column: str = "country") -> pd.DataFrame:
    """Return the frame with countries by name; what lies in none is "sea or border", the sum has none."""
    names = frame[column].map(COUNTRY_NAMES).fillna(say("river-sea-or-border"))
    return frame.assign(**{column: names.mask(frame.iloc[:, 0] == "total", "")})


def outlets_told(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table of outlets with a name for each."""
    return frame.assign(outlet=_each("river-outlet", frame))


def dams_told(ranked: pd.DataFrame, rivers: Rivers) -> pd.DataFrame:
    """Return the ranking of dams with the words for what bounds each."""
    names = rivers.located.set_index("dam_id")["name_en"]

    def within(dam: Any) -> str:
        facts = {"above": names.get(dam.downstream_of, ""), "precision": f"{dam.location_precision_km:g}"}
        return ", ".join(say("river-within", bound=key, **facts) for key in dam.within.split("|") if key)

    return ranked.assign(within=list(map(within, ranked.itertuples())))


def places_told(regulated: pd.DataFrame) -> pd.DataFrame:
    """Return the degrees of regulation with a name for each place, and what lacks there."""
    rows = regulated.replace({"place": r"\|", "unknown": r"\|"}, ", ", regex=True)
    rows = rows.assign(river=rows["river"].map(_plain))
    missing = pd.Series(_each("river-missing", rows), rows.index).where(rows["missing"] != "", "")
    return regulated.assign(place=_each("river-gauge", rows), missing=missing)


def _each(message: str, rows: pd.DataFrame) -> list[str]:
    """Return a message for each row, its columns as facts."""
    return [say(message, **row) for row in rows.rename(columns=str).to_dict("records")]


def _degree(row: pd.Series) -> str:
    return say("river-degree", bound=row["bound"], degree=row["regulation_percent"])


def _row(hydrology: pd.DataFrame, unit: str, metric: str) -> pd.Series:
    return hydrology[(hydrology["unit_id"] == unit) & (hydrology["metric"] == metric)].iloc[0]


def _plain(name: str) -> str:
    """Return a name without what stands in parentheses."""
    return name.split("(")[0].strip()
