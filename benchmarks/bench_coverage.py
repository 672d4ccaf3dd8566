"""Time the coverage functions against peers in the same run and print one table of ratios.

python benchmarks/bench_coverage.py [--quick] [--only WORD]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from erase import one_by_one

from ahec_analysis import coverage, territory
from ahec_analysis.coverage.overlay import flatten
from ahec_analysis.territory.ahec import EQUAL_AREA

DENSITIES = {
    "WDPA-like": {"load": 0.272, "members": 50, "spread": 1.5},
    "dense": {"load": 3.2, "members": 100, "spread": 3.0},
}
ROOT = Path(__file__).parents[1]
MEAN_KM2 = 100.0
CORNERS = 120


def rings(count, density, seed=0):
    """Coordinates of ragged blobs, lognormal in size, half of them in clusters, and the side of their land.

    `load` is the sum of the areas over the land, so the land grows with the number of areas; `members`
    stand in each cluster, scattered by `spread` mean radii.
    """
    kind, rng = DENSITIES[density], np.random.default_rng(seed)
    area = rng.lognormal(0, 1.5, count)
    area *= MEAN_KM2 * 1e6 / area.mean()
    side = np.sqrt(area.sum() / kind["load"])
    centre = rng.uniform(0, side, (count, 2))
    half = count // 2
    heart = rng.uniform(0, side, (max(half // kind["members"], 1), 2))
    scatter = rng.normal(0, kind["spread"] * np.sqrt(MEAN_KM2 * 1e6 / np.pi), (half, 2))
    centre[:half] = heart[rng.integers(len(heart), size=half)] + scatter
    rng.shuffle(centre)
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    shape = np.empty((count, CORNERS, 2))
    for block in np.array_split(np.arange(count), max(count // 5000, 1)):
        wave = np.zeros((len(block), CORNERS))
        for order in range(2, 12):
            size, phase = rng.normal(0, 0.35 / order, len(block)), rng.uniform(0, 2 * np.pi, len(block))
            wave += size[:, None] * np.cos(order * angle + phase[:, None])
        x, y = np.exp(wave) * np.cos(angle), np.exp(wave) * np.sin(angle)
        raw = 0.5 * (x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1)
        shape[block] = np.stack([x, y], axis=-1) * np.sqrt(area[block] / raw)[:, None, None]
    return shape + centre[:, None, :], side


def layer(shapes, seed=0):
    years = np.random.default_rng(seed).integers(1920, 2026, len(shapes))
    names = [f"s{n:06d}" for n in range(len(shapes))]
    return gpd.GeoDataFrame({"site_id": names, "year": years}, geometry=shapes, crs=EQUAL_AREA)


def zones(count, side, seed=0):
    """Voronoi cells that tile the land, their shared borders cut into about 100 vertices each."""
    seeds = shapely.multipoints(np.random.default_rng(seed).uniform(0, side, (count, 2)))
    land = shapely.box(0, 0, side, side)
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=land))
    cells = shapely.segmentize(shapely.intersection(cells, land), side / np.sqrt(count) / 25)
    return gpd.GeoDataFrame({"zone": np.arange(len(cells))}, geometry=cells, crs=EQUAL_AREA)


def seconds(task):
    start = perf_counter()
    result = task()
    return perf_counter() - start, result


def best(task, runs):
    return min((seconds(task) for _ in range(runs)), key=lambda run: run[0])


def partitions(sizes):
    """Partition against one union_all of the same set, and how its time grows with the number of areas."""
    for density, target in (("WDPA-like", 0.25), ("dense", 2.0)):
        times = {}
        for count in sizes:
            corners, side = rings(count, density)
            areas = layer(shapely.polygons(corners))
            del corners
            runs = 3 if count <= 25_000 else 1
            ours, pieces = best(lambda areas=areas: coverage.partition(areas), runs)
            peer, union = best(lambda areas=areas: shapely.union_all(areas.geometry.array), runs)
            times[count] = ours
            total = pieces.piece_km2.sum() * 1e6
            deep = areas.area.sum() / union.area
            gap = abs(total / union.area - 1)
            note = f"{total / side**2:.0%} covered, depth {deep:.1f}, differs by {gap:.0e}"
            yield f"partition, {density}, {count:,} / union_all", ours, peer, target, note
        slope = np.polyfit(np.log(list(times)), np.log(list(times.values())), 1)[0]
        yield (
            f"partition, {density}, exponent of growth",
            slope,
            1.0,
            1.15,
            f"{min(sizes):,} to {max(sizes):,}",
        )


def erasing(count):
    corners, _ = rings(count, "dense")
    shapes = shapely.polygons(corners)
    ours, cut = seconds(lambda: flatten(shapes))
    union = shapely.union_all(shapes).area
    for rebuild, target, name in (
        (True, 1 / 50, "one-by-one erase"),
        (False, np.nan, "the same, kept built"),
    ):
        peer, kept = seconds(lambda rebuild=rebuild: one_by_one(shapes, rebuild))
        gap, theirs = (abs(shapely.area(result).sum() / union - 1) for result in (cut, kept))
        yield (
            f"flatten, dense, {count:,} / {name}",
            ours,
            peer,
            target,
            f"off by {gap:.0e}, peer by {theirs:.0e}",
        )


def units(count, cells):
    corners, side = rings(count, "WDPA-like")
    pieces = coverage.partition(layer(shapely.polygons(corners)))
    land = zones(cells, side)
    ours, table = seconds(lambda: coverage.by_unit(pieces, land))
    peer, both = seconds(lambda: gpd.overlay(pieces, land, how="intersection", keep_geom_type=True))
    gap = abs(table.protected_km2[:-1].sum() * 1e6 / both.area.sum() - 1)
    yield (
        f"by_unit, {len(pieces):,} pieces × {cells:,} zones / overlay",
        ours,
        peer,
        0.4,
        f"differs by {gap:.0e}",
    )


def moving():
    """Interval of the shipped inventory over basins, districts and provinces, against five seconds."""
    sites = pd.read_csv(ROOT / "data/tables/protected_areas.csv")
    sites = sites[sites.in_totals & sites.lat.notna()]
    points = gpd.GeoDataFrame(
        {
            **sites[["site_id", "province_code", "location_precision_km"]],
            "year": sites.established_year,
            "area_km2": sites.area_ha / 100,
            "marine_km2": sites.marine_area_ha / 100,
        },
        geometry=gpd.points_from_xy(sites.lon, sites.lat),
        crs=4326,
    )
    land = territory.provinces()[["province_code", "geometry"]]
    layers = {"basins": territory.basins(), "districts": territory.districts(), "provinces": land}
    ours, tables = seconds(lambda: [coverage.interval(points, units, land) for units in layers.values()])
    rows = sum(len(table) for table in tables)
    yield f"interval, 200 draws, {len(points)} sites / 5 s", ours, 5.0, 1.0, f"{rows} units"


def memory(count):
    """Peak memory of a partition in a process of its own, the input included, over its 16 bytes a vertex."""
    for density in DENSITIES:
        corners, _ = rings(count, density)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "rings.npy")
            np.save(path, corners)
            child = [sys.executable, __file__, "--peak", str(path)]
            peak = float(subprocess.run(child, check=True, capture_output=True, text=True).stdout)
        yield f"peak memory, {density}, {count:,} / input (MB)", peak, corners.nbytes / 1e6, 3.0, ""
        del corners


def peak_megabytes(path):
    """Megabytes that loading and partitioning add at most to the process with its imports (Linux)."""
    coverage.partition(layer(shapely.box([0, 1], 0, [2, 3], 1)))
    base = resident("VmRSS")
    stored = np.load(path, mmap_mode="r")
    blocks = [shapely.polygons(np.array(stored[a : a + 2000])) for a in range(0, len(stored), 2000)]
    del stored
    areas = layer(np.concatenate(blocks))
    Path("/proc/self/clear_refs").write_text("5")
    pieces = coverage.partition(areas)
    return resident("VmHWM") - base if len(pieces) else 0.0


def resident(field):
    status = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in status if line.startswith(field)).split()[1]) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the areas")
    parser.add_argument("--only", default="", help="run the sections whose name holds this word")
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        print(peak_megabytes(options.peak))
        return
    scale = 10 if options.quick else 1
    sections = {
        "erase": lambda: erasing(4000 // scale),
        "by_unit": lambda: units(100_000 // scale, 1300),
        "interval": moving,
        "memory": lambda: memory(100_000 // scale),
        "partition": lambda: partitions([n // scale for n in (12_500, 25_000, 50_000, 100_000)]),
    }
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, GEOS {shapely.geos_version_string}")
    print(f"{'case':<58}{'ours':>9}{'peer':>9}{'ratio':>8}{'target':>8}  ")
    for name, section in sections.items():
        if options.only in name:
            for case, ours, peer, target, note in section():
                print(f"{case:<58}{ours:9.2f}{peer:9.2f}{ours / peer:8.3f}{target:8.3f}  {note}", flush=True)


if __name__ == "__main__":
    main()
