"""Sentences and key figures of the report on rivers and wetlands, computed from results."""

from __future__ import annotations

import re

import pandas as pd

from ahec_analysis.connectivity.dams import BASIS, Rivers, standing
from ahec_analysis.coverage import places
from ahec_analysis.coverage.sums import rounded
from ahec_analysis.data.tables import COUNTRY_NAMES
from ahec_analysis.show import tables
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
    return frame.assign(**{c: frame[c].astype(object).mask(nothing, "no listed area") for c in columns})


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
    dams = int(now["dams_on_stem"])
    costly = _first_built(ranked)
    rough = f"; the costliest, {costly['name']}, stands at a {_position(costly)}" if costly["rough"] else ""
    gauge = _main_gauge(regulated)
    return [
        (
            f"Dams across the {now['stem']}",
            "none" if dams == 0 else shown(dams),
            f"of {int(today['dams'])} listed dams that bar a river, on {_km(now['length_km'])} km",
        ),
        (
            "Open to the sea today",
            _range(today, "free"),
            f"of {_km(today['length_km'])} km of rivers that reach the sea; main dams only{rough}",
        ),
        (
            "With the proposed dams",
            _range(proposed, "free"),
            f"{int(proposed['dams'] - today['dams'])} more dams, {int(proposed['listed_only'] - today['listed_only'])} "
            "of them on no mapped river and not counted",
        ),
        (
            "Degree of regulation",
            _degree(gauge),
            f"storage of the reservoirs above the {gauge['place']} over a year's flow there",
        ),
        (
            "Corridor protected",
            "–".join(dict.fromkeys(tables.rough(float(value), "percent") for value in (given, share))) + " %",
            f"of the land within {width_km:g} km of either bank: by the sites whose ground is known, and by all",
        ),
    ]


def opening(
    stems: pd.DataFrame, compared: pd.DataFrame, ranked: pd.DataFrame, regulated: pd.DataFrame
) -> str:
    """Return the first paragraph: main stem, network, what proposed and shelved dams would take, the costliest."""
    by = compared.set_index("scenario")
    now = stems[stems["scenario"] == "today"]
    free = now[now["dams_on_stem"] == 0]["stem"].tolist()
    built = _first_built(ranked)
    gauge = _main_gauge(regulated)
    text = ""
    if free:
        heads = list(dict.fromkeys(f"the {name.split(' – ')[0]}" for name in free))
        text += (
            f"No listed dam stands today across the main stem, whether it begins with {_listed(heads, 'or')}. In that "
            f"sense, and in no other, it flows freely: the reservoirs above the {gauge['place']} can hold {_degree(gauge)} of a "
            "year's flow there. "
        )
    dammed = now[now["dams_on_stem"] > 0]
    text += "".join(f"{int(r.dams_on_stem)} stand on {r.stem}. " for r in dammed.itertuples())
    today = by.loc["today"]
    lost = _between(100 - float(today["free_max_percent"]), 100 - float(today["free_min_percent"]))
    at = f" (it stands at a {_position(built)})" if built["rough"] else ""
    text += (
        f"The tributaries are another matter: dams on them close **{lost}** of the kilometres that reach the sea. "
        f"The costliest built dam is {built['name']} on the {_plain(built['river'])}: without it "
        f"{_kilometres(built)} km more would be open{at}. "
        f"With the dams proposed or under construction {_range(by.loc['proposed'], 'free')} would stay open"
    )
    if "shelved" in by.index:
        text += f", with the shelved plans for the main stem {_range(by.loc['shelved'], 'free')}"
    return text + "; a range stands for dams whose place is not known or rough."


def main_dams(rivers: Rivers, hydrology: pd.DataFrame) -> str:
    """Return how few barriers the results know of, beside official counts and the assessments of others."""
    located = rivers.located
    placed = int((located.loc[standing(located, "today"), "on_map"] == "placed").sum())
    count = _row(hydrology, _COUNT, "reservoir_count")
    assessed = _row(hydrology, _ASSESSED, "site_count")
    unclear = located[located["bars"] & located["blocks_river_today"].isna()]["name_en"].tolist()
    plans = located["bars"] & (located["status_group"] != "built") & ~standing(located, "today")
    russian = int((plans & located["country"].str.contains("RUS")).sum())
    more = "more than " if count["bound"] == "at_least" else ""
    text = (
        f"**This is an index of the main dams, not of all barriers**: {placed} dams of today are placed, of "
        f"{more}{shown(float(count['value']), 'count')} reservoirs that official counts give for the Chinese part of the "
        f"Amur basin alone ({count['note'].rstrip('.').lower()}; {str(count['alternatives']).replace('km3', 'km³')}; source {count['source_ids']}). "
        "Weirs, sluices and small reservoirs are missing; each could only lower the figures."
    )
    if unclear:
        text += f" Whether {_listed(unclear)} bars the river is unclear; it is not counted."
    return (
        f"{text} The strategic assessment of WWF and En+ ({assessed['period']}) weighed "
        f"{shown(float(assessed['value']), 'count')} possible sites beside the plants on the Zeya and the Bureya; this table "
        f"has {russian} on Russian and border rivers. Simonov, Nikitina and Egidarev (2019) assess the dams of the whole "
        "basin; only their abstract, which has no figures, was at hand, so nothing is compared here."
    )


def lengths(compared: pd.DataFrame, shares: pd.DataFrame) -> str:
    """Return how short the drawn rivers are, which lengths were corrected, and what hangs on it."""
    same = compared[compared["factor"].notna()]
    other = compared.loc[compared["factor"].isna(), "name"].tolist()
    least, most = same["difference_percent"].max(), same["difference_percent"].min()
    drawn, used, median = (f"{v:.0f} %" for v in shares["free_percent"])
    dci = [f"{v:.0f}" for v in shares["dci_potamodromous_percent"]]
    return (
        f"Along the grid the {len(same)} rivers with a published length are **{-same['difference_percent'].median():.0f} % "
        f"short in the middle** ({-least:.0f} to {-most:.0f} %): it cuts bends, and rivers begin only where they drain 300 km². "
        "Wherever this report gives kilometres, shares of them or an index, each of these rivers counts with its published "
        f"length. {_listed(other)} {'keep' if len(other) > 1 else 'keeps'} the drawn length: the published one is that of another "
        f"course. So do rivers without a name here, {shares['unnamed_percent'].iloc[0]:.0f} % of all drawn kilometres. Of the rivers "
        f"to the sea {used} are open today, {drawn} as drawn, and {median} if every other river were short by the median; the "
        f"index for river fish is {dci[1]}, {dci[0]} and {dci[2]}."
    )


def regulation(regulated: pd.DataFrame, hydrology: pd.DataFrame) -> str:
    """Return the degree of regulation from the strongest to the mouth, and what it leaves out."""
    known = regulated[regulated["regulation_percent"].notna()]
    most = known.loc[known["regulation_percent"].idxmax()]
    mouth = known.iloc[0]
    china = _row(hydrology, _COUNT, "storage")
    lacking = len(regulated) - len(known)
    return (
        f"{most['place']}: {_degree(most)}, the highest; {mouth['place']}: {_degree(mouth)}. Total storage counts, not the useful "
        "part. Small reservoirs are missing, so below Chinese dams every value is a least one: the Chinese reservoirs "
        f"together hold more than {china['value']:g} km³, {china['note'].rstrip('.')[0].lower()}{china['note'].rstrip('.')[1:]}. "
        f"For {lacking} places or rivers it is not computable; the table says which figure lacks."
    )


def transfers(dams: pd.DataFrame) -> str:
    """Return where water is led out of its river, and how much where that is known."""
    rows = dams[dams["type"] == "inter_basin_transfer"]
    known = rows[rows["transfer_km3"].notna()].sort_values("transfer_km3")
    told = ". ".join(
        f"{r.name_en} ({r.status.replace('_', ' ')}) takes {'up to ' if 'up to' in r.note else ''}{r.transfer_km3:g} km³ a year from the "
        f"{_plain(r.river)}, for {r.transfer_to}"
        for r in known.itertuples()
    )
    rest = rows.loc[rows["transfer_km3"].isna(), "name_en"].tolist()
    return f"Water transfers are no barriers here, but they take flow. {told}. Planned, without a figure: {_listed(rest)}."


def snapping(rivers: Rivers) -> str:
    """Return how the dams came onto the network and how far that moved them."""
    located = rivers.located
    counts = located["on_map"].value_counts()
    moved = located.loc[located["on_map"] == "placed"].sort_values("moved_km")
    far = moved.iloc[-1]
    listed = located.loc[located["on_map"] == "listed only", "name_en"].tolist()
    rough = [
        f"{_plain(r.name_en)} ({BASIS[r.location_basis]}, {r.location_precision_km:g} km)"
        for r in located[located["rough"]].itertuples()
    ]
    vague = (
        f" The points of {_listed(rough)} are not the dam's own: their effects are ranges over all places within that "
        "distance on the river, however little these differ."
        if rough
        else ""
    )
    return (
        f"{int(counts.get('placed', 0))} dams have a point and stand on the network, moved by {moved['moved_km'].median():.0f} "
        f"km in the middle and {far['moved_km']:.0f} km at most ({_plain(far['name_en'])}).{vague} {int(counts.get('slides', 0))} have none "
        f"and slide along their river. {len(listed)} stand on a river that the network does not name and are only listed: "
        f"{_listed(listed)}. {int(counts.get('no barrier', 0))} rows are no dam across a river (pumped storage off the "
        "stream, water transfers, a plan without sites)."
    )


def passability(rivers: Rivers) -> str:
    """Return what the passability of the dams rests on."""
    bars = rivers.located[rivers.located["bars"]]
    passable = bars[bars["passability"] > 0]
    named = "; ".join(f"{r.name_en} {r.passability:g}, {r.passability_note}" for r in passable.itertuples())
    return (
        f"Passability is the share of fish that pass up and down. {int((bars['passability'] == 0).sum())} dams are taken as "
        f"0 because no fish pass is known, not because one was looked for and found absent. {named}"
    )


def stretch(gaps: pd.DataFrame, *, longer_than_km: float) -> str:
    """Return how many gaps the corridor has on both banks at once, and the longest."""
    if "withheld" in gaps.attrs:
        return ""
    both = gaps[gaps["bank"] == "both"]
    if both.empty:
        return f"Nowhere are both banks without protection for more than {longer_than_km:g} km."
    first = both.sort_values("length_km", ascending=False).iloc[0]
    return (
        f"Both banks at once lack protection on {len(both)} stretches of more than {longer_than_km:g} km, together "
        f"{_km(both['length_km'].sum())} km. The longest has {_km(first['length_km'])} km on the {first['river']}{_near(first)}."
    )


def positions(areas: pd.DataFrame, *, exact: bool) -> str:
    """Return how much of the protected area has a place at all, and how much a place of its own."""
    total = float(areas["area_km2"].sum())
    placed = areas.geometry.notna() & areas["area_km2"].notna()
    own = placed & areas["own_ground"]
    text = (
        f"{int(placed.sum())} of {len(areas)} sites can be drawn; they hold "
        f"{100 * areas.loc[placed, 'area_km2'].sum() / total:.0f} % of the known area. {int(own.sum())} of them "
        f"({100 * areas.loc[own, 'area_km2'].sum() / total:.0f} %) have an outline, printed limits, a lake, or a point as good "
        "as their size, the others the point of a town, a river or a district, or a recalled one."
    )
    if exact:
        return text
    return text + (
        " None has an outline: a reserve that lines a bank is drawn as a circle, or as an ellipse within its limits, across it."
    )


def connected(united: pd.DataFrame, distance_km: float, *, exact: bool) -> str:
    """Return ProtConn of the whole complex and its countries at a distance."""
    at = united[united["distance_km"] == distance_km].set_index("region")
    whole = at[at["kind"] == "complex"].iloc[0]
    parts = ", ".join(
        f"{name} {row.connected_percent:.0f} %" for name, row in at[at["kind"] == "country"].iterrows()
    )
    return (
        f"Of the complex {whole.protected_percent:.0f} % lies in a drawn site and **{whole.connected_percent:.0f} %** is protected "
        f"and connected at {distance_km:g} km ({parts}). {ground(exact=exact)}"
    )


def ground(*, exact: bool) -> str:
    """Return which ground the shares of the network count, and why they differ from the other report's."""
    if exact:
        return (
            "Only sites with an outline count here, simplified by some hundred metres, and ground under several of them "
            "once: shares may differ a little from those of the report on protected areas."
        )
    return (
        "Only sites that can be drawn count here, and ground under crossing circles once: shares are lower than in the "
        "report on protected areas, which sums the reported area of each site and cuts no crossings."
    )


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
        return (
            "The outlines are those of the download, overlaps merged; whether two sites touch depends on how exactly "
            "each was drawn. Differences between distances and between countries are safer than single links."
        )
    return (
        "Limits filled, lakes with their shore and circles about points stand for the sites: real neighbours along a river "
        "stand apart, and large circles overlap neighbours they never meet. The edge of a site is off by "
        f"{places.edge_km(areas):.0f} km or more for half of them, so links over less are not counted. {places.REMEDY}"
    )


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
    text = (
        f"**{tables.rough(float(total['protected_percent']), 'percent')} %** of {shown(float(total['lowland_km2']), 'area_km2')} km² of "
        "lowland beside rivers and lakes is protected"
    )
    large = parts[parts["lowland_km2"] >= 0.01 * total["lowland_km2"]].sort_values("protected_percent")
    if large.empty:
        return f"{text}."
    best, worst = (
        f"{row['name']} ({tables.rough(float(row['protected_percent']), 'percent')} %)"
        for row in (large.iloc[-1], large.iloc[0])
    )
    return f"{text}: of the basins shown, with at least a hundredth of this lowland, most in {best}, least in {worst}."


def uncovered(sites: pd.DataFrame) -> str:
    """Return which international sites have no national protection in the tables, or less than their size."""
    none = sites[sites["protection"] == "none known"]["name"].tolist()
    less = int((sites["protection"] == "smaller than the site").sum())
    text = f"Of {len(sites)} sites {less} are larger than the national areas known beneath them"
    return text + (f"; for {_listed(none)} the tables know none." if none else ".")


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
    names = frame[column].map(COUNTRY_NAMES).fillna(frame[column]).replace("", "sea or border")
    return frame.assign(**{column: names.mask(frame.iloc[:, 0] == "All", "")})


def _near(gap: pd.Series) -> str:
    ends = (("begins", gap["from_place"]), ("ends", gap["to_place"]))
    known = " and ".join(f"{verb} near {place}" for verb, place in ends if place)
    return f"; it {known}" if known else ""


def _first_built(ranked: pd.DataFrame) -> pd.Series:
    return ranked[ranked["status_group"] == "built"].iloc[0]


def _position(dam: pd.Series) -> str:
    """Return the basis and precision of a rough position, from what bounds the places of the dam."""
    basis, _, precision = str(dam["within"]).partition(", within ")
    return f"{basis}, good to {precision.removesuffix(' of it')}"


def _kilometres(dam: pd.Series) -> str:
    return "–".join(dict.fromkeys(_km(dam[f"loss_free_{bound}_km"]) for bound in ("min", "max")))


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


def _listed(names: list[str], last: str = "and") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def _plain(name: str) -> str:
    """Return a name without what stands in parentheses."""
    return name.split("(")[0].strip()
