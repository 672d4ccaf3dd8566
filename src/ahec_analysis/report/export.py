"""What the reports compute, for a GIS: one GeoPackage of layers and a GeoTIFF for each species with a map."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from ahec_analysis import data, territory
from ahec_analysis.connectivity import corridor, dams, reserves
from ahec_analysis.coverage import places, sites
from ahec_analysis.errors import ParameterError, near
from ahec_analysis.habitat import assessment
from ahec_analysis.habitat import species as taxa
from ahec_analysis.project import root
from ahec_analysis.report.editions import editions, resolve, select
from ahec_analysis.show import river_wording

GEOPACKAGE = "ahec.gpkg"
_PARAMETERS = {
    "protected-areas": ("source", "region", "definition", "year", "min_confidence"),
    "species-amur-tiger": ("threshold",),
    "rivers-and-wetlands": ("stem", "corridor_km", "hulun"),
}
"""What can be set, by the edition whose notebook declares it."""
_SITE = (
    *("site_id", "name", "name_local", "country", "province_code", "designation", "level", "iucn_category"),
    *("site_type", "status", "year", "area_km2", "marine_km2", "area_basis", "location_basis"),
    *("location_precision_km", "confidence", "source_ids", "lon", "lat"),
)


def export(out: Path | None = None, overrides: Mapping[str, str] | None = None) -> list[tuple[Path, str]]:
    """Write the layers and grids of the reports into a folder; return each file with what it holds.

    Parameters
    ----------
    out : Path, optional
        The folder; by default reports/gis. Files of an earlier run are replaced when all new ones are complete.
    overrides : mapping of str to str, optional
        Parameters as of the reports: source, region, definition, year, min_confidence; threshold; stem, corridor_km,
        hulun.

    Raises
    ------
    ParameterError
        If there is no such parameter, or the folder cannot be written.
    """
    values, folder = _values(overrides or {}), out or root() / "reports" / "gis"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".export-", dir=folder) as work:
            told = [(folder / path.name, holds) for path, holds in _written(Path(work), values)]
            # A log that a GIS left of the last GeoPackage would be read into the new one.
            for left in folder.glob(f"{GEOPACKAGE}-*"):
                left.unlink()
            for path, _ in told:
                os.replace(Path(work, path.name), path)
    except (OSError, pyogrio.errors.DataSourceError) as error:
        raise ParameterError(
            f"the export into {folder} failed ({error}); check space and permissions or give another folder with --out"
        ) from error
    return told


def _values(overrides: Mapping[str, str]) -> dict[str, Any]:
    known = [name for names in _PARAMETERS.values() for name in names]
    for name in overrides:
        if name not in known:
            raise ParameterError(f"the export has no parameter `{name}`{near(name, known)}")
    values: dict[str, Any] = {}
    for edition, names in _PARAMETERS.items():
        (chosen,) = select([edition], editions(root()))
        given = resolve(chosen, {name: text for name, text in overrides.items() if name in names}, root())
        values |= {name: given[name] for name in names}
    return values


def _written(work: Path, values: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    options = {name: values[name] for name in ("region", "definition", "year", "min_confidence")}
    found = sites.sites(values["source"], **options)
    parts = found.pieces()
    path, holds = work / GEOPACKAGE, []
    for name, layer in layers(found, parts, values).items():
        pyogrio.write_dataframe(layer.to_crs(territory.EQUAL_AREA), path, layer=name, driver="GPKG")
        holds.append(f"{name} {len(layer)}")
    about = values | {"source": found.release}
    held, grids = assessment.Protection(found, parts), {}
    for slug in taxa.focal().query("model_state == @taxa.PUBLISHED")["slug"]:
        species = assessment.assess(slug, held, threshold=values["threshold"])
        if isinstance(species, assessment.LandAssessment):
            file = work / f"habitat-{slug}.tif"
            grids[file] = _write_grid(file, species, source=found.release, threshold=values["threshold"])
    told = pd.DataFrame(about.items(), columns=["parameter", "value"]).astype("str")
    for name, table in {"about": told, "datasets": data.provenance(), "ledger": found.ledger}.items():
        pyogrio.write_dataframe(table, path, layer=name, driver="GPKG")
    yield path, ", ".join(holds)
    yield from grids.items()


def _write_grid(file: Path, species: assessment.LandAssessment, **tags: Any) -> str:
    """Write the grid of a species with its bands by name, missing values as NaN; return what it holds."""
    grid = species.grid()
    bands = grid.to_array("band").rio.write_nodata(float("nan")).assign_attrs(long_name=tuple(grid))
    bands.rio.to_raster(file, compress="deflate", tags=tags | {"species": species.taxon.species_id})
    return ", ".join(map(str, grid))


def layers(
    found: sites.Sites, parts: gpd.GeoDataFrame, values: Mapping[str, Any]
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the GeoPackage by name: the figures of the reports are the sums of their columns."""
    areas = places.with_points(found.areas)
    areas = areas[[*(name for name in _SITE if name in areas), "geometry"]]
    rivers = dams.on_network(data.table("dams"), hulun=values["hulun"])
    along = corridor.along(
        rivers.reaches,
        values["stem"],
        reserves.drawn(values["source"]).pieces,
        width_km=values["corridor_km"],
    )
    ground = data.of_region(territory.ahec(values["definition"]), values["region"])
    return {
        "sites": areas.set_geometry(areas.representative_point()),
        "footprints": areas.set_geometry(found.footprints),
        "pieces": parts[[*(name for name in (*_SITE, "piece_km2") if name in parts), "geometry"]],
        "international": _points(data.international_sites(region=values["region"])),
        "outline": ground[["country", "area_km2", "geometry"]]
        .dissolve("country", aggfunc="sum")
        .reset_index(),
        "basins": territory.basins(),
        "reaches": rivers.reaches,
        "gaps": gpd.GeoDataFrame(river_wording.as_known(along.gap_ground())),
        "dams": _points(rivers.located),
    }


def _points(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    points = gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), rows.index, crs="EPSG:4326")
    return gpd.GeoDataFrame(rows, geometry=points.where(rows["lon"].notna() & rows["lat"].notna()))
