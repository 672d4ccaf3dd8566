"""Maps of a species: the index or the reaches, protected areas, and the sites where it is recorded."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import matplotlib as mpl
import rioxarray  # noqa: F401  adds .rio
import shapely
from matplotlib.colors import ListedColormap

from ahec_analysis import territory
from ahec_analysis.habitat import movement
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.assessment import LandAssessment, RiverAssessment
from ahec_analysis.habitat.distribution import LIKELY
from ahec_analysis.show import palette
from ahec_analysis.show.map_spec import Bounds, Layer, Lines, MapSpec, Points, Raster, Shapes, Style, crs_of
from ahec_analysis.show.relief import light
from ahec_analysis.show.species_records import Records
from ahec_analysis.show.tables import rough

RAMP = mpl.colormaps["viridis"]
_TOLERANCE_M = 2_000
_BIRDS: Bounds = (107.5, 41.2, 142.0, 55.5)
_RECORDED = ("status", "abundance", "year", "position", "source_ids")


def habitat_map(found: LandAssessment | RiverAssessment, *, records: Records | None = None) -> MapSpec:
    """Return the map of a species: where conditions look better, what is protected, where it is recorded.

    Cleaned occurrence ``records`` and the model fitted to them are layers to switch on.
    """
    total = found.total().iloc[0]
    sites = _sites("sites", taxa.sites(found.taxon.species_id), palette.SITE)
    facts: dict[str, Any] = {"name": found.taxon.name}
    if isinstance(found, LandAssessment):
        facts |= {end: rough(float(total[f"habitat_{end}_km2"]), "x") for end in ("low", "high")}
        facts["threshold"] = f"{found.threshold:g}"
        index = Raster("index", found.suitable, ramp=RAMP, threshold=found.threshold)
        layers = [index, _areas(found.protection.pieces), *_limits(found), sites, *_fitted(records)]
        return MapSpec("map-habitat", layers, _ground(found), facts)
    facts["km"] = rough(float(total["habitat_km"]), "x")
    facts["percent"] = rough(float(total["protected_percent"]), "x_percent")
    layers = [*_reaches(found.found), _areas(found.protection.pieces), sites, *_fitted(records)]
    lines = found.found[found.found["is_habitat"] | found.found["was_habitat"]]
    return MapSpec("map-reaches", layers, _beyond((lines if len(lines) else found.found).total_bounds), facts)


def sites_map(places: gpd.GeoDataFrame, taxon: taxa.Species, pieces: gpd.GeoDataFrame, title: str) -> MapSpec:
    """Return the map of a bird: units where it is listed, protected areas, and the sites where it is recorded.

    ``places`` is what :func:`ahec_analysis.habitat.bird_sites.located` returns; ``title`` is the finding.
    """
    layers: list[Layer] = []
    present, passage = ("present", taxa.HERE, palette.NEUTRAL), ("passage", ("passage",), palette.PASSAGE)
    for key, presence, colour in (present, passage):
        area = light(taxa.range_area(taxon.species_id, presence), _TOLERANCE_M)
        style = Style(colour, fill=colour, weight=1, opacity=0.25)
        layers.append(Shapes(key, area, style, counted=False))
    layers += [
        _areas(pieces),
        _sites("important", places[places["important"]], palette.RANGE, size=6),
        _sites("other", places[~places["important"]], palette.SITE, size=4),
    ]
    return MapSpec("map-sites", layers, _BIRDS, {"title": title})


def _areas(pieces: gpd.GeoDataFrame) -> Shapes:
    areas = pieces.set_geometry(pieces.geometry.simplify(500)).assign(founded=pieces["year"])
    style = Style(palette.RANGE, fill=palette.RANGE, weight=1, opacity=0.06)
    return Shapes("areas", areas, style, heading="name", popup=("founded", "area_km2", "iucn_category"))


def _sites(key: str, places: gpd.GeoDataFrame, colour: str, *, size: float = 5) -> Points:
    frame = places.assign(position=places["location_basis"].replace("none", ""))
    return Points(key, frame, Style(colour, size=size), heading="site", popup=_RECORDED)


def _limits(found: LandAssessment) -> list[Layer]:
    """Return the outline of where the species is only possible, and barriers imposed."""
    possible = taxa.range_units(found.taxon.species_id, ["possible"])
    outline = gpd.GeoSeries([shapely.union_all(possible.geometry.to_numpy()).boundary], crs=possible.crs)
    barriers = movement.lines(found.taxon.species_id)
    return [
        Lines("possible", light(outline, _TOLERANCE_M), Style(palette.POSSIBLE, dash="6 5")),
        Lines("barriers", barriers, Style(palette.BARRIER, dash="6 5")),
    ]


def _fitted(records: Records | None) -> list[Layer]:
    """Return cleaned records and the model fitted to them, to be switched on."""
    layers: list[Layer] = []
    if records is None:
        return layers
    if (model := records.model) is not None:
        likely, beyond = model.suitability.where(model.suitability >= LIKELY), model.extrapolates
        grey = ListedColormap([palette.BEYOND])
        layers.append(Raster("fitted", likely, ramp=RAMP, shown=False))
        layers.append(Raster("beyond", beyond.astype("float32"), ramp=grey, shown=False))
    if records.points is not None:
        layers.append(Points("records", records.points, Style(palette.INK, size=2.5), shown=False))
    return layers


def _reaches(found: gpd.GeoDataFrame) -> list[Layer]:
    """Return the reaches where a fish was and is, by what lies below them."""
    today = found[found["is_habitat"]]
    state = today["state"].where(today["state"].isin(["free", "dammed"]), "closed")
    gone = found[found["was_habitat"] & ~found["is_habitat"]]
    parts = {"gone": (gone, palette.BEYOND, 2.0)}
    parts |= {key: (today[state == key], colour, 2.6) for key, colour in palette.FISH_REACHES.items()}
    told = ("basin", "length_km")
    return [
        Lines(key, _by_river(rows), Style(colour, weight=weight), heading="river", popup=told)
        for key, (rows, colour, weight) in parts.items()
    ]


def _by_river(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the lines merged by basin and name, light enough for a page."""
    lines = lines.set_geometry(lines.geometry.simplify(0.005))
    merged = lines.dissolve(["basin_id", "name"], aggfunc={"length_km": "sum"}, sort=False).reset_index()
    basin = merged["basin_id"].map(territory.basins().set_index("basin_id")["name"])
    river = merged["name"].mask(merged["name"] == "", basin)
    return merged.set_geometry(merged.geometry.line_merge()).assign(basin=basin, river=river)


def _ground(found: LandAssessment) -> Bounds:
    """Return the bounds of the habitat, or of the range where there is none."""
    inside = found.suitable["in_range"]
    ground = inside & (found.suitable > 0)
    cells = found.suitable.where(ground if ground.any() else inside, drop=True)
    return _beyond(cells.rio.write_crs(crs_of(found.suitable)).rio.transform_bounds("EPSG:4326"))


def _beyond(box: Any) -> Bounds:
    """Return bounds in degrees with a margin."""
    west, south, east, north = map(float, box)
    return west - 0.6, south - 0.4, east + 0.6, north + 0.4
