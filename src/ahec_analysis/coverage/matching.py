"""Which rows of two tables of protected areas are the same site: by identifier, by name in any script, by place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Set

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ahec_analysis import data
from ahec_analysis.territory.ahec import EQUAL_AREA

NEAR_KM = 5.0
"""Within this distance sites of like area are the same place."""
FAR_KM = 100.0
"""Beyond this distance a name is another site's."""
LIKE = 2.0
"""Areas differ by no more than this factor where only the place speaks for one site."""
_CHINESE = re.compile(
    r"(国家级|省级|自治区级|市级|县级)|(自然保护区|国家公园|湿地公园|森林公园|地质公园|保护区)"
)
_LATIN = str.maketrans(
    "абвгдеёзийклмнопрстуфхцыэөү",
    "abvgdeeziiklmnoprstufhcieou",
    "ъь",
) | {ord(a): b for a, b in (("ж", "zh"), ("ч", "ch"), ("ш", "sh"), ("щ", "sh"), ("ю", "iu"), ("я", "ia"))}
_SPELLINGS = (("kh", "h"), ("ts", "c"), ("shch", "sh"), ("y", "i"), ("j", "i"), ("'", ""))
_NAMED_AFTER = re.compile(r"\b(?:им|имени)\b.*")
_SMALL = ("of", "the", "and", "state", "lake", "river")


def paired(one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
    """Return the sites of two tables side by side, each once: matched by identifier, else by name, else by place.

    Rows of one ``site_id`` (a site split by country) are one site. Names are compared in any script, without the words
    of a designation, in one country and not over :data:`FAR_KM` apart; places where geometry (or ``lon`` and ``lat``)
    is known: within :data:`NEAR_KM`, with areas that differ by no more than a factor :data:`LIKE`.

    Returns
    -------
    DataFrame
        ``by`` (id, name, place, "" where a site is in one table only), ``name`` and ``country``, ``one_id`` and
        ``two_id`` (missing where there is none), ``one_km2`` and ``two_km2``.

    Examples
    --------
    >>> ours = pd.DataFrame({"site_id": ["ru-bolon"], "name": "Bolonsky Nature Reserve", "area_km2": 1036.0})
    >>> theirs = pd.DataFrame({"site_id": ["7"], "name": "Болоньский заповедник", "area_km2": 1000.0})
    >>> paired(ours, theirs)[["by", "one_id", "two_id"]].values.tolist()
    [['name', 'ru-bolon', '7']]
    """
    dropped = designation_words()
    left, right = _sites(one, dropped), _sites(two, dropped)
    same = left.index.intersection(right.index)
    found = [pd.DataFrame({"one": same, "two": same, "by": "id"})]
    for by, candidates in (("name", _by_name), ("place", _by_place)):
        rest = [side.drop(pd.concat(found)[column]) for side, column in ((left, "one"), (right, "two"))]
        if len(rest[0]) and len(rest[1]):
            found.append(_best(candidates(*rest)).assign(by=by))
    pairs = pd.concat(found, ignore_index=True)
    alone = {"one": left.index.difference(pairs["one"]), "two": right.index.difference(pairs["two"])}
    rows = pd.concat([pairs, *(pd.DataFrame({side: ids, "by": ""}) for side, ids in alone.items())])
    rows = rows.reset_index(drop=True)
    first, second = (
        side.reindex(rows[name]).reset_index(drop=True) for side, name in ((left, "one"), (right, "two"))
    )
    return pd.DataFrame(
        {
            "by": rows["by"],
            "name": first["name"].fillna(second["name"]),
            "country": first["country"].fillna(second["country"]),
            "one_id": rows["one"],
            "two_id": rows["two"],
            "one_km2": first["area_km2"],
            "two_km2": second["area_km2"],
        }
    )


def key(name: str, dropped: Set[str]) -> str:
    """Return what is left of a name in any script, without ``dropped`` words and endings, to compare it by.

    >>> words = designation_words()
    >>> key("Khingansky State Nature Reserve", words), key("Государственный заповедник «Хинганский»", words)
    ('hingan', 'hingan')
    >>> key("南瓮河国家级自然保护区", words), key("Wetland reserve", words)
    ('南瓮河', 'reserve wetland')
    """
    roots = _roots(_NAMED_AFTER.sub("", unicodedata.normalize("NFKC", name).casefold()))
    return " ".join(sorted(set(roots) - dropped or roots))


def designation_words() -> Set[str]:
    """Return the roots of the words that designations are made of."""
    classes = data.table("designation_classes")
    texts = [*classes["title"], *classes["title_plural"], *classes["wdpa_desig_eng"]]
    texts += [*data.table("protected_areas")["designation_local"].unique(), *_SMALL]
    return {root for text in texts for root in _roots(text.casefold())}


def _roots(text: str) -> list[str]:
    text = (_CHINESE.sub(" ", text).strip() or text).translate(_LATIN)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    for spelling, plain in _SPELLINGS:
        text = text.replace(spelling, plain)
    words = [re.sub(r"(.)\1+", r"\1", word) for word in re.findall(r"[^\W_]+", text)]
    return [re.sub(r"(?<=\w{3})i?(sk)?(i|oe|aia|oi|ogo|ie)?$", "", word) for word in words]


def _sites(table: pd.DataFrame, dropped: Set[str]) -> pd.DataFrame:
    """Return one row for each ``site_id``: ``name``, ``area_km2``, ``country``, ``designation``, ``keys``, ``shape``."""
    names = [column for column in ("name", "name_en", "name_local") if column in table]
    shapes = np.full(len(table), None, dtype=object)
    if isinstance(table, gpd.GeoDataFrame):
        shapes = np.asarray(table.geometry.to_crs(EQUAL_AREA))
    elif {"lon", "lat"} <= set(table):
        points = gpd.points_from_xy(pd.to_numeric(table["lon"]), pd.to_numeric(table["lat"]), crs=4326)
        shapes = np.asarray(points.to_crs(EQUAL_AREA))
        shapes[table["lon"].isna()] = None
    rows = pd.DataFrame(
        {
            "site_id": table["site_id"].astype("str"),
            "name": table["name"],
            "area_km2": pd.to_numeric(table["area_km2"]).astype(float),
            "country": table["country"].astype("str") if "country" in table else "",
            "designation": table["designation"].astype("str") if "designation" in table else "",
            "shape": shapes,
        }
    )
    rows["text"] = ["\n".join(map(str, cells)) for cells in table[names].to_numpy()]
    grouped = rows.groupby("site_id", sort=False)
    out = grouped[["name", "designation"]].first()
    out["area_km2"] = grouped["area_km2"].sum(min_count=1)
    out["country"] = grouped["country"].agg(
        lambda codes: "|".join(sorted({c for cell in codes for c in cell.split("|")}))
    )
    known: dict[str, str] = {}
    out["keys"] = [
        {known.setdefault(name, key(name, dropped)) for cell in texts for name in cell.split("\n") if name}
        - {""}
        for _, texts in grouped["text"]
    ]
    out["shape"] = [_united(shapes) for _, shapes in grouped["shape"]]
    return out


def _united(shapes: Iterable[shapely.Geometry | None]) -> shapely.Geometry | None:
    present = [shape for shape in shapes if shape is not None and not shape.is_empty]
    return present[0] if len(present) == 1 else shapely.GeometryCollection(present) if present else None


def _by_name(one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
    sides = [
        side["keys"].explode().dropna().rename("key").rename_axis(name).reset_index()
        for side, name in ((one, "one"), (two, "two"))
    ]
    pairs = sides[0].merge(sides[1], on="key")[["one", "two"]].drop_duplicates()
    pairs = _measured(pairs, one, two)
    return pairs[~(pairs["km"] > FAR_KM)]


def _by_place(one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
    shapes = [side["shape"].to_numpy() for side in (one, two)]
    first, second = shapely.STRtree(shapes[1]).query(shapes[0], predicate="dwithin", distance=NEAR_KM * 1e3)
    pairs = pd.DataFrame({"one": one.index[first], "two": two.index[second]})
    pairs = _measured(pairs, one, two)
    return pairs[pairs["factor"] <= LIKE]


def _measured(pairs: pd.DataFrame, one: pd.DataFrame, two: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of one country with what speaks against them: ``other`` class, ``km`` apart, ``factor`` of areas."""
    first, second = one.loc[pairs["one"]], two.loc[pairs["two"]]
    codes = zip(first["country"], second["country"], strict=True)
    areas = np.log(first["area_km2"].to_numpy()) - np.log(second["area_km2"].to_numpy())
    pairs = pairs.assign(
        other=first["designation"].to_numpy() != second["designation"].to_numpy(),
        km=shapely.distance(first["shape"].to_numpy(), second["shape"].to_numpy()) / 1e3,
        factor=np.exp(np.abs(areas)),
    )
    near = [not a or not b or bool({*a.split("|")} & {*b.split("|")}) for a, b in codes]
    return pairs[np.array(near, dtype=bool)]


def _best(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs in which each site stands once, the best first."""
    pairs = pairs.sort_values(["other", "km", "factor", "one", "two"], na_position="last")
    taken: tuple[set[str], set[str]] = set(), set()
    chosen = []
    for pair in pairs[["one", "two"]].itertuples(index=False):
        if pair.one not in taken[0] and pair.two not in taken[1]:
            chosen.append(pair)
            taken[0].add(pair.one)
            taken[1].add(pair.two)
    return pd.DataFrame(chosen, columns=["one", "two"])
