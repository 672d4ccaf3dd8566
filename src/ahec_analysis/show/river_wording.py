"""Sentences and key figures of the report on rivers and wetlands, computed from results."""

from __future__ import annotations

import re

import pandas as pd

from ahec_analysis.connectivity.dams import BASIS, Rivers, standing
from ahec_analysis.coverage import places
from ahec_analysis.coverage.sums import rounded
from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.show import tables
from ahec_analysis.show.messages import listed, say
from ahec_analysis.values import shown

_COUNT = "amur-basin-reservoirs-china"
"""Unit of the table of hydrology that holds the official count of reservoirs and what they store."""
_ASSESSED = "amur-basin-assessed-sites"
"""Unit that holds the number of possible sites in the strategic assessment."""


def as_known(frame: pd.DataFrame, *, digits: int = 2) -> pd.DataFrame:
    """Return a table with no more digits than are known: shares whole, amounts to a few significant digits.

    Examples
    --------
    >>> as_known(pd.DataFrame({"a_km": [81_107.4], "b_percent": [54.6]})).to_numpy().tolist()
    [[81000, 55]]
    """
    out = frame.copy()
    for column in out.select_dtypes("number"):
        if column.endswith(("percent", "points")):
            out[column] = rounded(out[column].astype(float)).round().astype("Int64")
        elif column.endswith(("_km", "_km2")):
            out[column] = rounded(out[column].astype(float), digits=digits).round().astype("Int64")
        elif column.endswith("_km3"):
            out[column] = rounded(out[column].astype(float), digits=digits)
    return out


def no_listed(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return the frame with "no listed area" in `columns` where sites exist but none of known area protects."""
    nothing = (frame[columns[0]].fillna(0) == 0) & (frame["without_area"] > 0)
    words = say("river-no-listed-area")
    return frame.assign(**{c: frame[c].astype(object).mask(nothing, words) for c in columns})


def key_figures(
    stems: pd.DataFrame,
    compared: pd.DataFrame,
    ranked: pd.DataFrame,
    regulated: pd.DataFrame,
    corridor: pd.DataFrame,
    corridor_given: pd.DataFrame,
    *,
    width_km: float,
) -> list[tuple[str, str, str]]:
    """Return the answers of the first screen."""
    now = stems[stems["scenario"] == "today"].iloc[0]
    by = compared.set_index("scenario")
    today, proposed = by.loc["today"], by.loc["proposed"]
    share, given = corridor["protected_percent"].iloc[-1], corridor_given["protected_percent"].iloc[-1]
    dams = {"on_stem": now["dams_on_stem"], "dams": today["dams"], "length": _km(now["length_km"])}
    more = {key: proposed[of] - today[of] for key, of in (("more", "dams"), ("listed_only", "listed_only"))}
    gauge = _main_gauge(regulated)
    width = f"{width_km:g}"
    ends = dict.fromkeys(tables.rough(float(value), "percent") for value in (given, share))
    return [
        (
            say("river-stem-dams", stem=now["stem"]),
            say("river-stem-dams.value", **dams),
            say("river-stem-dams.note", **dams),
        ),
        (
            say("river-open-today"),
            _range(today, "free"),
            say("river-open-today.note", length=_km(today["length_km"]), **_costliest(ranked)),
        ),
        (say("river-open-proposed"), _range(proposed, "free"), say("river-open-proposed.note", **more)),
        (say("river-regulated"), _degree(gauge), say("river-regulated.note", gauge=gauge["place"])),
        (say("river-corridor"), "–".join(ends) + " %", say("river-corridor.note", width=width)),
    ]


def opening(
    stems: pd.DataFrame, compared: pd.DataFrame, ranked: pd.DataFrame, regulated: pd.DataFrame
) -> str:
    """Return the first paragraph: main stem, network, what proposed and shelved dams would take, the costliest."""
    by = compared.set_index("scenario")
    now = stems[stems["scenario"] == "today"]
    free = now[now["dams_on_stem"] == 0]["stem"]
    gauge = _main_gauge(regulated)
    told = []
    if len(free):
        heads = [say("river-the", river=name) for name in dict.fromkeys(free.str.split(" – ").str[0])]
        heads_told = {"count": len(heads), "heads": ", ".join(heads[:-1]), "last": heads[-1]}
        told.append(say("river-free-stem", **heads_told, gauge=gauge["place"], degree=_degree(gauge)))
    dammed = now[now["dams_on_stem"] > 0]
    told += [say("river-dams-on-stem", dams=r.dams_on_stem, stem=r.stem) for r in dammed.itertuples()]
    today, shelved = by.loc["today"], "shelved" in by.index
    facts = {
        "lost": _between(100 - float(today["free_max_percent"]), 100 - float(today["free_min_percent"])),
        "proposed": _range(by.loc["proposed"], "free"),
        "with_shelved": shelved,
        "shelved": _range(by.loc["shelved"], "free") if shelved else "",
    }
    return " ".join([*told, say("river-opening", **facts, **_costliest(ranked))])


def main_dams(rivers: Rivers, hydrology: pd.DataFrame) -> str:
    """Return how few barriers the results know of, beside official counts and the assessments of others."""
    located = rivers.located
    placed = int((located.loc[standing(located, "today"), "on_map"] == "placed").sum())
    count = _row(hydrology, _COUNT, "reservoir_count")
    assessed = _row(hydrology, _ASSESSED, "site_count")
    unclear = located[located["bars"] & located["blocks_river_today"].isna()]["name_en"].tolist()
    plans = located["bars"] & (located["status_group"] != "built") & ~standing(located, "today")
    russian = int((plans & located["country"].str.contains("RUS")).sum())
    facts = {
        "reservoirs": count["value"],
        "bound": count["bound"],
        "note": count["note"].rstrip(".").lower(),
        "alternatives": str(count["alternatives"]).replace("km3", "km³"),
        "source": count["source_ids"],
    }
    told = [say("river-main-dams", placed=placed, **facts)]
    if unclear:
        told.append(say("river-unclear-dams", dams=listed(unclear), count=len(unclear)))
    weighed = {"period": assessed["period"], "assessed": assessed["value"]}
    return " ".join([*told, say("river-assessed-dams", russian=russian, **weighed)])


def lengths(compared: pd.DataFrame, shares: pd.DataFrame) -> str:
    """Return how short the drawn rivers are, which lengths were corrected, and what hangs on it."""
    same = compared[compared["factor"].notna()]
    other = compared.loc[compared["factor"].isna(), "name"].tolist()
    short = -same["difference_percent"]
    kinds = ("drawn", "used", "median")
    return say(
        "river-lengths",
        rivers=len(same),
        median=short.median(),
        least=short.min(),
        most=short.max(),
        others=listed(other),
        other_count=len(other),
        unnamed=shares["unnamed_percent"].iloc[0],
        **{f"free_{kind}": share for kind, share in zip(kinds, shares["free_percent"], strict=True)},
        **{f"dci_{k}": share for k, share in zip(kinds, shares["dci_potamodromous_percent"], strict=True)},
    )


def regulation(regulated: pd.DataFrame, hydrology: pd.DataFrame) -> str:
    """Return the degree of regulation from the strongest to the mouth, and what it leaves out."""
    known = regulated[regulated["regulation_percent"].notna()]
    most = known.loc[known["regulation_percent"].idxmax()]
    mouth = known.iloc[0]
    china = _row(hydrology, _COUNT, "storage")
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
    told = [
        say(
            "river-transfer",
            name=r.name_en,
            status=r.status.replace("_", " "),
            at_most="up to" in r.note,
            amount=f"{r.transfer_km3:g}",
            river=_plain(r.river),
            to=r.transfer_to,
        )
        for r in rows[rows["transfer_km3"].notna()].sort_values("transfer_km3").itertuples()
    ]
    rest = rows.loc[rows["transfer_km3"].isna(), "name_en"]
    return say("river-transfers", told=". ".join(told), rest=listed(rest))


def snapping(rivers: Rivers) -> str:
    """Return how the dams came onto the network and how far that moved them."""
    located = rivers.located
    counts = located["on_map"].value_counts()
    moved = located.loc[located["on_map"] == "placed"].sort_values("moved_km")
    far = moved.iloc[-1]
    unplaced = located.loc[located["on_map"] == "listed only", "name_en"]
    rough = [
        say(
            "river-rough-dam",
            name=_plain(r.name_en),
            basis=BASIS[r.location_basis],
            precision=f"{r.location_precision_km:g}",
        )
        for r in located[located["rough"]].itertuples()
    ]
    way = {"median": moved["moved_km"].median(), "farthest": far["moved_km"], "far": _plain(far["name_en"])}
    told = [say("river-snapped", placed=len(moved), **way)]
    if rough:
        told.append(say("river-rough-dams", dams=listed(rough), count=len(rough)))
    rest = {"slides": counts.get("slides", 0), "no_barrier": counts.get("no barrier", 0)}
    dams = {"listed_only": len(unplaced), "dams": listed(unplaced)}
    return " ".join([*told, say("river-not-snapped", **rest, **dams)])


def passability(rivers: Rivers) -> str:
    """Return what the passability of the dams rests on."""
    bars = rivers.located[rivers.located["bars"]]
    passable = bars[bars["passability"] > 0]
    named = "; ".join(f"{r.name_en} {r.passability:g}, {r.passability_note}" for r in passable.itertuples())
    return say("river-passability", barred=(bars["passability"] == 0).sum(), passable=named)


def stretch(gaps: pd.DataFrame, *, longer_than_km: float) -> str:
    """Return how many gaps the corridor has on both banks at once, and the longest."""
    if "withheld" in gaps.attrs:
        return ""
    both = gaps[gaps["bank"] == "both"]
    least = f"{longer_than_km:g}"
    if both.empty:
        return say("river-no-stretch", least=least)
    first = both.sort_values("length_km", ascending=False).iloc[0]
    begins = [say("river-begins", place=first["from_place"])] if first["from_place"] else []
    ends = [*begins, *([say("river-ends", place=first["to_place"])] if first["to_place"] else [])]
    return say(
        "river-stretches",
        stretches=len(both),
        least=least,
        together=_km(both["length_km"].sum()),
        longest=_km(first["length_km"]),
        river=first["river"],
        known_ends=len(ends),
        ends=listed(ends),
    )


def positions(areas: pd.DataFrame, *, exact: bool) -> str:
    """Return how much of the protected area has a place at all, and how much a place of its own."""
    total = float(areas["area_km2"].sum())
    placed = areas.geometry.notna() & areas["area_km2"].notna()
    own = placed & areas["own_ground"]
    shares = {
        f"{key}_percent": 100 * areas.loc[which, "area_km2"].sum() / total
        for key, which in (("placed", placed), ("own", own))
    }
    text = say("river-positions", placed=placed.sum(), sites=len(areas), own=own.sum(), **shares)
    return text if exact else " ".join([text, say("river-no-outlines")])


def connected(united: pd.DataFrame, distance_km: float, *, exact: bool) -> str:
    """Return ProtConn of the whole complex and its countries at a distance."""
    at = united[united["distance_km"] == distance_km].set_index("region")
    whole = at[at["kind"] == "complex"].iloc[0]
    parts = ", ".join(
        f"{name} {row.connected_percent:.0f} %" for name, row in at[at["kind"] == "country"].iterrows()
    )
    shares = {"protected": whole.protected_percent, "connected": whole.connected_percent}
    text = say("river-connected", distance=f"{distance_km:g}", countries=parts, **shares)
    return f"{text} {ground(exact=exact)}"


def ground(*, exact: bool) -> str:
    """Return which ground the shares of the network count, and why they differ from the other report's."""
    return say("river-ground", exact=exact)


def outlines(areas: pd.DataFrame, *, exact: bool) -> str:
    """Return what the shapes of the sites do to the links between them.

    Parameters
    ----------
    areas : DataFrame
        The common table of protected areas.
    exact : bool
        Whether outlines are known, as of a download.
    """
    if exact:
        return say("river-outlines")
    return " ".join([say("river-shapes", edge=places.edge_km(areas)), say("withheld-remedy")])


def in_words(frame: pd.DataFrame, *columns: str, names: pd.Series | None = None) -> pd.DataFrame:
    """Return the frame with keys of the tables as a reader says them, and `names` in place of identifiers."""
    out = frame.copy()
    for column in columns:
        words = out[column].astype("string").fillna("")
        for key, name in ({} if names is None else dict(names)).items():
            words = words.str.replace(rf"{re.escape(str(key))}(?![\w-])", str(name), regex=True)
        out[column] = words.str.replace("_", " ").str.replace("|", ", ").astype(object)
    return out


def lowlands(table: pd.DataFrame) -> str:
    """Return how much lowland beside water is protected, and where most and least of the large ones."""
    whole, parts = table[table["name"] == "All"], table[table["name"] != "All"]
    if whole.empty:
        return ""
    total = whole.iloc[0]
    large = parts[parts["lowland_km2"] >= 0.01 * total["lowland_km2"]].sort_values("protected_percent")
    facts = {"share": total["protected_percent"]}
    for key, row in (("best", large.tail(1)), ("worst", large.head(1))):
        facts |= {key: "".join(row["name"]), f"{key}_share": row["protected_percent"].sum()}
    shown = {k: tables.rough(float(v), "percent") if k.endswith("share") else v for k, v in facts.items()}
    return say("river-lowlands", lowland_km2=total["lowland_km2"], compared=len(large), **shown)


def uncovered(sites: pd.DataFrame) -> str:
    """Return which international sites have no national protection in the tables, or less than their size."""
    none = sites[sites["protection"] == "none known"]["name"].tolist()
    less = int((sites["protection"] == "smaller than the site").sum())
    return say("river-uncovered", sites=len(sites), smaller=less, none=len(none), names=listed(none))


def costliest(ranked: pd.DataFrame) -> str:
    """Return the dam_id of the built dam with a point that costs most."""
    placed = ranked[(ranked["status_group"] == "built") & (ranked["on_map"] == "placed")]
    return str(placed["dam_id"].iloc[0])


def fish_table(found: pd.DataFrame) -> pd.DataFrame:
    """Return one row per fish: its reaches and the share of them open to the sea in each scenario."""
    wide = found.pivot_table(
        index="species", columns="scenario", values=["free_min_percent", "free_max_percent"]
    )
    wide.columns = [f"{scenario}_{measure.removeprefix('free_')}" for measure, scenario in wide.columns]
    today = found[found["scenario"] == "today"].set_index("species")
    table = today[["once_km", "length_km"]].assign(open_today_km=today["free_max_km"])
    return table.join(wide).reset_index()


def country_names(frame: pd.DataFrame, column: str = "country") -> pd.DataFrame:
    """Return the frame with countries by name; what lies in none is "sea or border", the sum has none."""
    names = frame[column].map(COUNTRY_NAMES).fillna(frame[column]).replace("", say("river-sea-or-border"))
    return frame.assign(**{column: names.mask(frame.iloc[:, 0] == "All", "")})


def _costliest(ranked: pd.DataFrame) -> dict[str, object]:
    """Return the facts on the built dam that costs most, with basis and precision of its place if rough."""
    dam = ranked[ranked["status_group"] == "built"].iloc[0]
    basis, _, precision = str(dam["within"]).partition(", within ")
    return {
        "name": dam["name"],
        "river": _plain(dam["river"]),
        "loss": "–".join(dict.fromkeys(_km(dam[f"loss_free_{bound}_km"]) for bound in ("min", "max"))),
        "rough": dam["rough"],
        "position": say("river-position", basis=basis, precision=precision.removesuffix(" of it")),
    }


def _range(row: pd.Series, measure: str) -> str:
    return _between(float(row[f"{measure}_min_percent"]), float(row[f"{measure}_max_percent"]))


def _between(low: float, high: float) -> str:
    return "–".join(dict.fromkeys(f"{end:.0f}" for end in (low, high))) + " %"


def _km(value: float) -> str:
    """Return an amount to two significant digits."""
    return shown(int(rounded(pd.Series([float(value)])).iloc[0]))


def _degree(row: pd.Series) -> str:
    return f"{row['bound']} {_km(row['regulation_percent'])} %".strip()


def _main_gauge(regulated: pd.DataFrame) -> pd.Series:
    """Return the gauge of the main stem that lies farthest up below the large dams: the least flow on its river."""
    stem = regulated[
        (regulated["river"] == regulated["river"].iloc[0]) & regulated["regulation_percent"].notna()
    ]
    return stem.iloc[-1]


def _row(hydrology: pd.DataFrame, unit: str, metric: str) -> pd.Series:
    return hydrology[(hydrology["unit_id"] == unit) & (hydrology["metric"] == metric)].iloc[0]


def _plain(name: str) -> str:
    """Return a name without what stands in parentheses."""
    return name.split("(")[0].strip()
