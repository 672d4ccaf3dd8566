"""Sentences and key figures of the report on rivers and wetlands, computed from results."""

from __future__ import annotations

import re

import pandas as pd

from ahec_analysis import places, tables
from ahec_analysis.dams import BASIS, Rivers, standing
from ahec_analysis.data import COUNTRY_NAMES
from ahec_analysis.tables import shown

_COUNT = "amur-basin-reservoirs-china"
"""Unit of the table of hydrology that holds the official count of reservoirs."""


def key_figures(
    stems: pd.DataFrame,
    compared: pd.DataFrame,
    ranked: pd.DataFrame,
    corridor: pd.DataFrame,
    corridor_given: pd.DataFrame,
    *,
    width_km: float,
) -> list[tuple[str, str, str]]:
    """Return the four answers of the first screen.

    Parameters
    ----------
    stems : DataFrame
        :func:`ahec_analysis.scenarios.stems`, the first stem being the main one.
    compared : DataFrame
        :func:`ahec_analysis.scenarios.compare`.
    ranked : DataFrame
        :func:`ahec_analysis.scenarios.ranking`.
    corridor, corridor_given : DataFrame
        :func:`ahec_analysis.corridor.corridor_summary`, of all sites and of those with a position of their own.
    width_km : float
        Width of the corridor on each bank.
    """
    now = stems[stems["scenario"] == "today"].iloc[0]
    by = compared.set_index("scenario")
    today, proposed = by.loc["today"], by.loc["proposed"]
    share, given = corridor["protected_percent"].iloc[-1], corridor_given["protected_percent"].iloc[-1]
    dams = int(now["dams_on_stem"])
    costly = _first_built(ranked)
    rough = (
        f"; the costliest dam, {costly['name']}, stands at a {_position(costly)}" if costly["rough"] else ""
    )
    return [
        (
            f"Dams on the {now['stem']}",
            "none" if dams == 0 else shown(dams),
            f"of {int(today['dams'])} listed dams that bar a river, on {shown(float(now['length_km']), 'length_km')} km",
        ),
        (
            "Open to the sea today",
            _range(today, "free"),
            f"of {shown(float(today['length_km']), 'length_km')} km of rivers that reach the sea; an upper bound{rough}",
        ),
        (
            "With the proposed dams",
            _range(proposed, "free"),
            f"{int(proposed['dams'] - today['dams'])} more dams, {int(proposed['listed_only'] - today['listed_only'])} "
            "of them on no mapped river and not counted",
        ),
        (
            "Corridor protected",
            "–".join(dict.fromkeys(tables.rough(float(value), "percent") for value in (given, share))) + " %",
            f"of the land within {width_km:g} km of either bank: by the sites whose ground is known, and by all",
        ),
    ]


def opening(stems: pd.DataFrame, compared: pd.DataFrame, ranked: pd.DataFrame) -> str:
    """Return the first paragraph: main stem, network, what proposed and shelved dams would take, the costliest."""
    by = compared.set_index("scenario")
    now = stems[stems["scenario"] == "today"]
    free = now[now["dams_on_stem"] == 0]["stem"].tolist()
    built = _first_built(ranked)
    text = ""
    if free:
        heads = list(dict.fromkeys(f"the {name.split(' – ')[0]}" for name in free))
        text += (
            f"No listed dam stands today on the main stem, whether it begins with {_listed(heads, 'or')}. "
        )
    dammed = now[now["dams_on_stem"] > 0]
    text += "".join(f"{int(r.dams_on_stem)} stand on {r.stem}. " for r in dammed.itertuples())
    today = by.loc["today"]
    lost = _between(100 - float(today["free_max_percent"]), 100 - float(today["free_min_percent"]))
    at = f" (it stands at a {_position(built)})" if built["rough"] else ""
    text += (
        f"The tributaries are another matter: dams on them close **{lost}** of the kilometres that reach the sea. "
        f"The costliest built dam is {built['name']} on the {_river(built['river'])}: without it "
        f"{_kilometres(built)} km more would be open{at}. "
        f"With the dams proposed or under construction {_range(by.loc['proposed'], 'free')} would stay open"
    )
    if "shelved" in by.index:
        text += f", with the shelved plans for the main stem {_range(by.loc['shelved'], 'free')}"
    return text + "; a range stands for dams whose place is not known or rough."


def upper_bound(rivers: Rivers, hydrology: pd.DataFrame) -> str:
    """Return how few barriers the results know of, beside official counts.

    Parameters
    ----------
    rivers : Rivers
        From :func:`ahec_analysis.dams.on_network`.
    hydrology : DataFrame
        The table ``hydrology``.
    """
    today = rivers.located[standing(rivers.located, "today")]
    placed = int((today["on_map"] == "placed").sum())
    count = hydrology[hydrology["unit_id"] == _COUNT].iloc[0]
    unclear = rivers.located[rivers.located["bars"] & rivers.located["blocks_river_today"].isna()][
        "name_en"
    ].tolist()
    more = "more than " if count["bound"] == "at_least" else ""
    text = (
        f"**Every figure with dams is an upper bound of what is open**: {placed} barriers of today are placed, of "
        f"{more}{shown(float(count['value']), 'count')} reservoirs that official counts give for the Chinese part of the "
        f"Amur basin alone ({count['note'].rstrip('.').lower()}; {str(count['alternatives']).replace('km3', 'km³')}; source {count['source_ids']}). "
        "Weirs, sluices and small reservoirs are missing."
    )
    if unclear:
        text += f" Whether {_listed(unclear)} bars the river is unclear; it is not counted."
    return text


def snapping(rivers: Rivers) -> str:
    """Return how the dams came onto the network and how far that moved them."""
    located = rivers.located
    counts = located["on_map"].value_counts()
    moved = located.loc[located["on_map"] == "placed"].sort_values("moved_km")
    far = moved.iloc[-1]
    listed = located.loc[located["on_map"] == "listed only", "name_en"].tolist()
    rough = [
        f"{r.name_en} ({BASIS[r.location_basis]}, {r.location_precision_km:g} km)"
        for r in located[located["rough"]].itertuples()
    ]
    vague = (
        f" The points of {_listed(rough)} are not the dam's own: their effects are ranges over all places within that "
        "distance on the river, however little these differ."
        if rough
        else ""
    )
    return (
        f"{int(counts.get('placed', 0))} dams have a point and stand on the network, moved by {moved['moved_km'].median():.1f} "
        f"km in the middle and {far['moved_km']:.1f} km at most ({far['name_en']}).{vague} {int(counts.get('slides', 0))} have none "
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
        f"{shown(float(both['length_km'].sum()), 'length_km')} km. The longest has "
        f"{shown(float(first['length_km']), 'length_km')} km on the {first['river']}, from km "
        f"{shown(float(first['from_km']), 'from_km')} to km {shown(float(first['to_km']), 'to_km')}{_near(first)}."
    )


def positions(areas: pd.DataFrame, *, exact: bool) -> str:
    """Return how much of the protected area has a place at all, and how much a place of its own.

    Parameters
    ----------
    areas : GeoDataFrame
        The common table of protected areas with ``own_ground``.
    exact : bool
        Whether outlines are known, as of a download.
    """
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


def connected(united: pd.DataFrame, borders: pd.DataFrame, distance_km: float, *, exact: bool) -> str:
    """Return ProtConn of the whole complex and its countries, and what borders take away.

    Parameters
    ----------
    united, borders : DataFrame
        :func:`ahec_analysis.reserve_network.by_region` and :func:`ahec_analysis.reserve_network.across_borders`.
    distance_km : float
        Distance of which to tell.
    exact : bool
        Whether outlines are known, as of a download.
    """
    at = united[united["distance_km"] == distance_km].set_index("region")
    whole = at[at["kind"] == "complex"].iloc[0]
    parts = ", ".join(
        f"{name} {row.connected_percent:.1f} %" for name, row in at[at["kind"] == "country"].iterrows()
    )
    line = borders[(borders["distance_km"] == distance_km) & (borders["kind"] == "basin")]
    text = (
        f"Of the complex {whole.protected_percent:.1f} % lies in a drawn site and **{whole.connected_percent:.1f} %** is protected "
        f"and connected at {distance_km:g} km ({parts}). "
    )
    if len(line):
        most = line.loc[line["border_points"].idxmax()]
        text += (
            f"Of the basins shown, links across state borders matter most in {most['region']}: "
            f"{most['border_points']:.1f} percentage points of {most['connected_percent']:.1f}. "
        )
    return text + ground(exact=exact)


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


def over_time(*, exact: bool) -> str:
    """Return which ground the shares over time count."""
    drawn = "with an outline" if exact else "that can be drawn"
    shared = "" if exact else " under crossing circles"
    return (
        f"These shares count only sites {drawn} and of known year, and ground{shared} once: the report on protected areas "
        "counts other sites and ground, so its shares differ."
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


def sea_fish(compared: pd.DataFrame) -> str:
    """Return how the index of fish from the sea relates to the open share, which it may repeat."""
    apart = max(
        float((compared[f"dci_diadromous_{b}_percent"] - compared[f"free_{b}_percent"]).abs().max())
        for b in ("min", "max")
    )
    if apart < 0.05:
        return (
            "The index for fish from the sea (below, by outlet) equals the open share in every scenario, because no dam "
            "that is passable in part is the only one on the way to the sea; the table does not repeat it."
        )
    return (
        f"The index for fish from the sea (below, by outlet) differs from the open share by up to {apart:.1f} points: "
        "it lets fish pass dams in part."
    )


def in_words(frame: pd.DataFrame, *columns: str, names: pd.Series | None = None) -> pd.DataFrame:
    """Return the frame with keys of the tables as a reader says them.

    Parameters
    ----------
    frame : DataFrame
        Any table.
    columns : str
        Its columns of keys; "_" becomes a space, "|" a comma.
    names : Series of str, optional
        Names by identifier, such as of dams, to put in place of the identifiers.
    """
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


def fish_table(found: pd.DataFrame, species: pd.DataFrame) -> pd.DataFrame:
    """Return one row per fish: its reaches and the share of them open to the sea in each scenario.

    Parameters
    ----------
    found : DataFrame
        :func:`ahec_analysis.scenarios.fish`.
    species : DataFrame
        The table ``species``.

    Returns
    -------
    DataFrame
        ``species``, ``length_km``, ``open_today_km``, and ``<scenario>_min_percent`` and ``_max_percent``.
    """
    names = species.set_index("species_id")["common_name_en"]
    wide = found.pivot_table(
        index="species_id", columns="scenario", values=["free_min_percent", "free_max_percent"]
    )
    wide.columns = [f"{scenario}_{measure.removeprefix('free_')}" for measure, scenario in wide.columns]
    today = found[found["scenario"] == "today"].set_index("species_id")
    table = pd.DataFrame({"species": names.reindex(today.index), "length_km": today["length_km"]})
    return table.assign(open_today_km=today["free_max_km"]).join(wide).reset_index(drop=True)


def fish_names(frame: pd.DataFrame, species: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with ``species``, the English name of each species_id."""
    return frame.assign(species=frame["species_id"].map(species.set_index("species_id")["common_name_en"]))


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
    ends = [shown(float(dam[f"loss_free_{bound}_km"]), "free_km") for bound in ("min", "max")]
    return "–".join(dict.fromkeys(ends))


def _range(row: pd.Series, measure: str) -> str:
    return _between(float(row[f"{measure}_min_percent"]), float(row[f"{measure}_max_percent"]))


def _between(low: float, high: float) -> str:
    return "–".join(dict.fromkeys(shown(end, "share_percent") for end in (low, high))) + " %"


def _listed(names: list[str], last: str = "and") -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def _river(name: str) -> str:
    return name.split("(")[0].strip()
