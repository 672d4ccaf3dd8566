"""Maps of a species: the index or the reaches, protected areas, and the sites where it is recorded."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import folium
import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import rasterio.warp
import shapely
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray
from PIL import Image
from rasterio.enums import Resampling

from ahec_analysis import territory
from ahec_analysis.habitat import covariates as grids
from ahec_analysis.habitat import movement
from ahec_analysis.habitat import species as taxa
from ahec_analysis.habitat.assessment import LandAssessment, RiverAssessment
from ahec_analysis.habitat.distribution import LIKELY
from ahec_analysis.show import charts, palette
from ahec_analysis.show.maps import OfflineMap, details
from ahec_analysis.show.species_records import Records
from ahec_analysis.show.tables import rough
from ahec_analysis.values import shown

RAMP = "viridis"
AREA = "#7a1f5c"
SITE = "#D55E00"
POINT = "#1d2429"
BEYOND = "#999999"
GONE = "Once: gone, unconfirmed or behind a dam"
POSSIBLE, PASSAGE, BARRIER = "#555555", "#8fb3c9", "#c0392b"
REACH, DAMMED, OTHER_REACH = "#0072B2", "#CC79A7", "#8fb3c9"
_MERCATOR = "EPSG:3857"
_OPAQUE, _PALE = 225, 95


def habitat_map(found: LandAssessment | RiverAssessment, *, records: Records | None = None) -> OfflineMap:
    """Return the map of a species: where conditions look better, what is protected, where it is recorded.

    Parameters
    ----------
    found : LandAssessment or RiverAssessment
        What :func:`ahec_analysis.habitat.assessment.assess` returns.
    records : Records, optional
        Cleaned occurrence records and the model fitted to them, as layers to switch on.
    """
    title = headline(found)
    out = OfflineMap(title, bounds=extent(found), picture=picture(found))
    if isinstance(found, LandAssessment):
        _add_suitability(out, found)
    else:
        _add_reaches(out, found)
    _add_areas(out, found.protection.pieces)
    if isinstance(found, LandAssessment):
        for shapes, colour, name in _lines(found):
            out.add_shapes(shapes, line=colour, name=name, weight=2.0, dash="6 5")
    recorded = taxa.sites(found.taxon.species_id)
    out.add_points(recorded, colour=SITE, name="Sites where it is recorded", popup=_site_popup)
    if records is not None:
        _add_records(out, records)
    out.add_towns()
    out.add_switches()
    return out


def _add_records(out: OfflineMap, records: Records) -> None:
    if records.model is not None:
        likely = records.model.suitability.where(records.model.suitability >= LIKELY)
        image, box = coloured(likely, LIKELY, _MERCATOR)
        _overlay(out, image, box, "Fitted model: presence likelier than background", show=False)
        beyond = records.model.extrapolates.astype("float32")
        image, box = _counted(beyond, [mpl.colors.to_rgba(BEYOND)], _MERCATOR)
        key = f'<i style="background:{BEYOND}"></i>'
        _overlay(out, image, box, f"{key}Fitted model extrapolates", show=False)
    if records.points is not None and len(records.points):
        out.add_points(
            records.points[["geometry"]], colour=POINT, name="Occurrence records", radius=2.5, show=False
        )


def _lines(found: LandAssessment) -> list[tuple[gpd.GeoDataFrame, str, str]]:
    """Return what is drawn as lines: the outline of where the species is only possible, and barriers imposed."""
    out = []
    possible = taxa.range_units(found.taxon.species_id, ["possible"])
    if len(possible):
        outline = gpd.GeoSeries([shapely.union_all(possible.geometry.to_numpy()).boundary], crs=possible.crs)
        outline = outline.to_crs(territory.EQUAL_AREA).simplify(2_000).to_crs("EPSG:4326")
        out.append((gpd.GeoDataFrame(geometry=outline), POSSIBLE, "Listed as possible only"))
    barriers = movement.lines(found.taxon.species_id)
    if len(barriers):
        out.append((barriers[["geometry"]], BARRIER, "Barrier of publications, imposed"))
    return out


def headline(found: LandAssessment | RiverAssessment) -> str:
    """Return the finding that the map shows."""
    total = found.total().iloc[0]
    if isinstance(found, RiverAssessment):
        share = rough(float(total["protected_percent"]), "x_percent")
        return f"{found.taxon.name}: {rough(float(total['habitat_km']), 'x')} km of river today, {share} % of it protected"
    ends = [rough(float(total[f"habitat_{end}_km2"]), "x") for end in ("low", "high")]
    return f"{found.taxon.name}: conditions look better on {ends[0]} to {ends[1]} km² of the listed range"


def extent(found: LandAssessment | RiverAssessment) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the habitat with a margin, in degrees."""
    if isinstance(found, LandAssessment):
        inside = found.suitable["in_range"].to_numpy() & (found.suitable.to_numpy() > 0)
        if not inside.any():
            inside = found.suitable["in_range"].to_numpy()
        lat = grids.position(found.suitable, "latitude").to_numpy()[inside]
        lon = grids.position(found.suitable, "longitude").to_numpy()[inside]
        box = (lon.min(), lat.min(), lon.max(), lat.max())
    else:
        lines = found.found[found.found["is_habitat"] | found.found["was_habitat"]]
        box = tuple((lines if len(lines) else found.found).total_bounds)
    west, south, east, north = (float(v) for v in box)
    return west - 0.6, south - 0.4, east + 0.6, north + 0.4


def _add_suitability(out: OfflineMap, found: LandAssessment) -> None:
    stops = ", ".join(mpl.colors.to_hex(mpl.colormaps[RAMP](v)) for v in (0.0, 0.25, 0.5, 0.75, 1.0))
    ramp = f'<i style="width:4em;background:linear-gradient(90deg, {stops})"></i>'
    image, box = coloured(found.suitable, found.threshold, _MERCATOR)
    _overlay(out, image, box, f"{ramp}Index 0 to 1 (pale below {found.threshold:g})")


def _overlay(
    out: OfflineMap,
    image: NDArray[np.uint8],
    box: tuple[float, float, float, float],
    name: str,
    *,
    show: bool = True,
) -> None:
    """Add an image in the Mercator projection as a switchable layer; ``name`` is markup."""
    west, south, east, north = box
    corners = gpd.GeoSeries.from_xy([west, east], [south, north], crs=_MERCATOR).to_crs("EPSG:4326")
    folium.raster_layers.ImageOverlay(
        _url(image),
        bounds=[[corners[0].y, corners[0].x], [corners[1].y, corners[1].x]],
        name=name,
        alt="Habitat",
        show=show,
    ).add_to(out)


def _add_reaches(out: OfflineMap, found: RiverAssessment) -> None:
    gone = found.found[found.found["was_habitat"] & ~found.found["is_habitat"]]
    if len(gone):
        out.add_shapes(_by_river(gone), line=BEYOND, name=GONE, weight=2.0, popup=_reach_popup)
    lines = found.found[found.found["is_habitat"]]
    for state, colour, name in (
        ("free", REACH, "Reaches, no standing dam below"),
        ("dammed", DAMMED, "Reaches above a standing dam"),
    ):
        part = lines[lines["state"] == state]
        if len(part):
            out.add_shapes(_by_river(part), line=colour, name=name, weight=2.6, popup=_reach_popup)
    rest = lines[~lines["state"].isin(["free", "dammed"])]
    if len(rest):
        out.add_shapes(
            _by_river(rest), line=OTHER_REACH, name="Reaches of closed basins", weight=2.6, popup=_reach_popup
        )


def _by_river(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the lines merged by basin and name, light enough for a page."""
    groups = lines.groupby(["basin_id", "name"], sort=False)
    shapes = [
        shapely.line_merge(shapely.union_all(shapely.simplify(g.geometry.to_numpy(), 0.005)))
        for _, g in groups
    ]
    basins = territory.basins().set_index("basin_id")["name"]
    frame = groups["length_km"].sum().reset_index()
    frame["basin"] = frame["basin_id"].map(basins)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=lines.crs)


def coloured(
    suitable: xr.DataArray, threshold: float, crs: str
) -> tuple[NDArray[np.uint8], tuple[float, float, float, float]]:
    """Return suitability as an RGBA image in a CRS, clear where it is 0, pale below the threshold.

    Returns
    -------
    array of uint8, shape (rows, columns, 4), and (west, south, east, north) in the units of the CRS.
    """
    values, box = _warped(suitable, crs)
    image = (mpl.colormaps[RAMP](values) * 255).astype("uint8")
    image[..., 3] = np.where(values >= threshold, _OPAQUE, np.where(values > 0, _PALE, 0))
    image[values == 0] = 0
    return image, box


def _warped(grid: xr.DataArray, crs: str) -> tuple[NDArray[np.float32], tuple[float, float, float, float]]:
    """Return a grid in another CRS by nearest neighbour, unknown as 0, and its bounds."""
    transform = grids.transform_of(grid)
    rows, columns = grid.shape
    bounds = rasterio.transform.array_bounds(rows, columns, transform)
    target, width, height = rasterio.warp.calculate_default_transform(
        grid.attrs["crs"], crs, columns, rows, *bounds
    )
    values = np.full((height, width), np.nan, dtype="float32")
    rasterio.warp.reproject(
        grid.to_numpy().astype("float32"),
        values,
        src_transform=transform,
        src_crs=grid.attrs["crs"],
        src_nodata=np.nan,
        dst_transform=target,
        dst_crs=rasterio.crs.CRS.from_string(crs),
        dst_nodata=np.nan,
        resampling=Resampling.nearest,
    )
    west, south, east, north = rasterio.transform.array_bounds(height, width, target)
    return np.nan_to_num(values), (west, south, east, north)


def sites_map(
    places: gpd.GeoDataFrame, taxon: taxa.Species, pieces: gpd.GeoDataFrame, title: str
) -> OfflineMap:
    """Return the map of a bird: units where it is listed, protected areas, and the sites where it is recorded.

    Parameters
    ----------
    places : GeoDataFrame
        What :func:`ahec_analysis.habitat.species.sites` returns, with ``important`` (bool).
    taxon : Species
        The bird.
    pieces : GeoDataFrame
        Protected land, outlined.
    title : str
        The finding.
    """
    box = (107.5, 41.2, 142.0, 55.5)
    layers = []
    for presence, colour, name in (
        (taxa.HERE, palette.NEUTRAL, "Units where it is listed as present"),
        (("passage",), PASSAGE, "Units where it passes"),
    ):
        area = taxa.range_area(taxon.species_id, presence).to_crs(territory.EQUAL_AREA).simplify(2_000)
        if not area.is_empty.all():
            layers.append((gpd.GeoDataFrame(geometry=area.to_crs("EPSG:4326")), colour, name))
    groups = (
        (True, AREA, "Sites of 1 % of the population or more"),
        (False, SITE, "Other sites where it is recorded"),
    )
    figure, axes = _sheet(title, box)
    handles: list[Any] = []
    for shapes, colour, name in layers:
        shapes.to_crs(territory.EQUAL_AREA).plot(ax=axes, color=colour, alpha=0.25, zorder=2, aspect=None)
        handles.append(Patch(color=colour, alpha=0.25, label=name))
    pieces.boundary.plot(ax=axes, color=AREA, linewidth=0.5, zorder=3, aspect=None)
    handles.append(Line2D([], [], color=AREA, linewidth=0.7, label="Protected areas"))
    for important, colour, name in groups:
        part = places[(places["important"] == important) & places.geometry.notna()]
        at = part.to_crs(territory.EQUAL_AREA).geometry
        size = 40 if important else 22
        handles.append(
            axes.scatter(at.x, at.y, s=size, color=colour, edgecolor="white", zorder=4, label=name)
        )
    _framed(axes, handles)
    out = OfflineMap(title, bounds=box, picture=figure)
    for shapes, colour, name in layers:
        out.add_shapes(shapes, fill=colour, line=colour, name=name, opacity=0.25)
    _add_areas(out, pieces)
    for important, colour, name in groups:
        part = places[places["important"] == important]
        if len(part):
            out.add_points(part, colour=colour, name=name, popup=_site_popup, radius=6 if important else 4)
    out.add_towns()
    out.add_switches()
    return out


def _counted(
    count: xr.DataArray, colours: list[Any], crs: str
) -> tuple[NDArray[np.uint8], tuple[float, float, float, float]]:
    values, box = _warped(count, crs)
    table = (np.array([(0, 0, 0, 0), *colours]) * 255).astype("uint8")
    image = table[values.astype(int)]
    image[..., 3] = np.where(values > 0, _OPAQUE, 0)
    return image, box


def _add_areas(out: OfflineMap, pieces: gpd.GeoDataFrame) -> None:
    out.add_shapes(
        gpd.GeoDataFrame(pieces, geometry=pieces.geometry.simplify(500), crs=pieces.crs),
        fill=AREA,
        line=AREA,
        name="Protected areas",
        opacity=0.06,
        popup=_area_popup,
    )


def _url(image: NDArray[np.uint8]) -> str:
    buffer = BytesIO()
    Image.fromarray(image).quantize(96, method=Image.Quantize.FASTOCTREE).save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def picture(found: LandAssessment | RiverAssessment) -> Picture:
    """Return the same map as a static figure, in the equal-area projection."""
    figure, axes = _sheet(headline(found), extent(found))
    where = territory.EQUAL_AREA
    handles: list[Any] = []
    if isinstance(found, LandAssessment):
        image, (west, south, east, north) = coloured(found.suitable, found.threshold, where.to_wkt())
        axes.imshow(image, extent=(west, east, south, north), interpolation="nearest", zorder=2)
        handles += [
            Patch(color=mpl.colormaps[RAMP](found.threshold), label=f"Index {found.threshold:g} and above"),
            Patch(color=mpl.colormaps[RAMP](found.threshold / 2), alpha=0.4, label="Lower index"),
        ]
    else:
        gone = found.found[found.found["was_habitat"] & ~found.found["is_habitat"]].to_crs(where)
        if len(gone):
            gone.plot(ax=axes, color=BEYOND, linewidth=1.2, zorder=2, aspect=None)
            handles.append(Line2D([], [], color=BEYOND, linewidth=1.2, label=GONE))
        lines = found.found[found.found["is_habitat"]].to_crs(where)
        for states, colour, name in (
            (("free",), REACH, "Reaches today"),
            (("dammed",), DAMMED, "Reaches above a dam"),
            (("closed", "leaves"), OTHER_REACH, "Reaches of closed basins"),
        ):
            part = lines[lines["state"].isin(states)]
            if len(part):
                part.plot(ax=axes, color=colour, linewidth=1.6, zorder=2, aspect=None)
                handles.append(Line2D([], [], color=colour, linewidth=1.6, label=name))
    found.protection.pieces.boundary.plot(ax=axes, color=AREA, linewidth=0.7, zorder=3, aspect=None)
    handles.append(Line2D([], [], color=AREA, linewidth=0.7, label="Protected areas"))
    if isinstance(found, LandAssessment):
        for shapes, colour, name in _lines(found):
            shapes.to_crs(where).plot(
                ax=axes, color=colour, linewidth=1.2, linestyle="--", zorder=4, aspect=None
            )
            handles.append(Line2D([], [], color=colour, linestyle="--", linewidth=1.2, label=name))
    recorded = taxa.sites(found.taxon.species_id)
    recorded = recorded[recorded.geometry.notna()].to_crs(where)
    if len(recorded):
        at = recorded.geometry
        ring = axes.scatter(at.x, at.y, s=24, facecolor="white", edgecolor=SITE, zorder=4, label="Recorded")
        handles.append(ring)
    _framed(axes, handles)
    return figure


def _sheet(title: str, box: tuple[float, float, float, float]) -> tuple[Picture, Axes]:
    """Return a figure and its axes over the backdrop of a box, which stays in view."""
    figure = Picture(figsize=(9, 6.2), label=f"Map. {title}.", layout="constrained")
    axes = figure.add_subplot()
    charts.backdrop(axes, box)
    axes.autoscale(enable=False)
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold")
    return figure, axes


def _framed(axes: Axes, handles: list[Any]) -> None:
    axes.legend(handles=handles, loc="lower right", frameon=True, framealpha=0.9, fontsize=8)


def _area_popup(row: pd.Series) -> str:
    area = None if pd.isna(row["area_km2"]) else f"{shown(float(row['area_km2']), 'area_km2')} km²"
    year = None if pd.isna(row["year"]) else int(row["year"])
    return details(
        row["name"], row["name_local"], {"Founded": year, "Area": area, "IUCN": row["iucn_category"]}
    )


def _site_popup(row: pd.Series) -> str:
    year = None if pd.isna(row["year"]) else int(row["year"])
    return details(
        row["site"],
        "",
        {
            "Status": row["status"],
            "Number": row["abundance"],
            "Year": year,
            "Position": row["location_basis"],
            "Sources": str(row["source_ids"]).replace("|", ", "),
        },
    )


def _reach_popup(row: pd.Series) -> str:
    return details(
        row["name"] or row["basin"],
        "",
        {"Basin": row["basin"], "Length": f"{shown(float(row['length_km']), 'x')} km"},
    )
