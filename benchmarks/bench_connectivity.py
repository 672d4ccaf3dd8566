"""Time river and network connectivity against a dense peer and against the sizes the project promises.

Run with ``python benchmarks/bench_connectivity.py``. The dense peer builds the matrix of reaches that the
package avoids, at a size where that is still possible; both are timed in one run and must agree.
"""

from __future__ import annotations

import resource
import time
import tracemalloc

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from ahec_analysis import data
from ahec_analysis.connectivity import dams
from ahec_analysis.connectivity.areas import drop_one, protconn
from ahec_analysis.connectivity.dci import barrier_importance, dci, river_summary
from ahec_analysis.connectivity.distance import boundary_distance
from ahec_analysis.territory.ahec import EQUAL_AREA


def network(size: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return a random tree in which a reach flows into one of the forty drawn before it."""
    down = np.maximum(np.arange(size) - rng.integers(1, 41, size), 0).astype(float)
    down[0] = np.nan
    length = rng.exponential(3.0, size)
    reaches = pd.DataFrame({"reach_id": np.arange(size), "downstream_id": down, "length_km": length})
    return reaches.sample(frac=1, random_state=0, ignore_index=True)


def barriers_on(reaches: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    place = rng.choice(reaches["reach_id"], count, replace=False)
    share = rng.choice([0.0, 0.3, 0.8], count)
    return pd.DataFrame({"reach_id": place, "position": 1.0, "passability": share})


def dense_dci(reaches: pd.DataFrame, barriers: pd.DataFrame) -> float:
    """Return the potamodromous index from all pairs of reaches: -log of passability as path length."""
    reaches = reaches.sort_values("reach_id")
    count = len(reaches)
    share = np.ones(count)
    share[barriers["reach_id"]] = barriers["passability"]
    cost = -np.log(np.maximum(share, 1e-200))
    upper = np.arange(1, count)
    down = reaches["downstream_id"].to_numpy()[1:].astype(int)
    tree = csr_array((cost[1:], (upper, down)), shape=(count, count))
    passed = np.exp(-dijkstra(tree, directed=False))
    weight = reaches["length_km"].to_numpy() / reaches["length_km"].sum()
    return float(100 * weight @ passed @ weight)


def detailed(count: int, vertices: int, rng: np.random.Generator) -> np.ndarray:
    """Return lobed polygons with as many vertices as a surveyed reserve."""
    angle = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    shapes = []
    for x, y in 20_000 * np.stack(np.unravel_index(np.arange(count), (10, -(-count // 10))), axis=1):
        radius = 6000 * (1 + 0.2 * np.sin(7 * angle) + 0.02 * rng.standard_normal(vertices))
        shapes.append(shapely.polygons(np.c_[x + radius * np.cos(angle), y + radius * np.sin(angle)]))
    return np.array(shapes, dtype=object)


def sites(count: int, side_km: float, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return round sites of log-normal size, drawn until `count` of them stay apart after dissolving."""
    centre = rng.uniform(0, 1000 * side_km, (2 * count, 2))
    radius = rng.lognormal(np.log(5000), 0.5, 2 * count)
    discs = shapely.buffer(shapely.points(centre), radius, quad_segs=16)
    low, high = 1, len(discs)
    while low < high:
        middle = (low + high) // 2
        apart = len(shapely.get_parts(shapely.union_all(discs[:middle])))
        low, high = (middle + 1, high) if apart < count else (low, middle)
    return gpd.GeoDataFrame({"site_id": np.arange(low).astype(str)}, geometry=discs[:low], crs=EQUAL_AREA)


def timed(call, repeat: int = 3):
    """Return the result of `call` and its best time in seconds."""
    best = np.inf
    for _ in range(repeat):
        start = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - start)
    return result, best


def shipped_dams() -> None:
    """Slide the shipped dams along the shipped network, against a full summary for every place."""
    rivers, seconds = timed(lambda: dams.on_network(data.table("dams")), repeat=1)
    fixed = dams.barriers(rivers, "today")
    spots = rivers.spots[~rivers.spots["sure"]].assign(built=False)
    standing = rivers.spots[rivers.spots["sure"]].merge(fixed[["dam_id"]]).assign(built=True)
    places = pd.concat([standing, spots])
    table, fast = timed(lambda: barrier_importance(rivers.reaches, places), repeat=1)
    base = river_summary(rivers.reaches, standing).loc["sea", "free_km"]
    plan = spots[spots["dam_id"] == "dam-nizhne-zeyskaya"]
    columns = ["reach_id", "position", "passability"]

    def one_by_one() -> list[float]:
        both = (
            pd.concat([standing[columns], spot.to_frame().T.astype(float)])
            for _, spot in plan[columns].iterrows()
        )
        return [base - river_summary(rivers.reaches, barriers).loc["sea", "free_km"] for barriers in both]

    losses, slow = timed(one_by_one, repeat=1)
    slow *= len(spots) / len(plan)
    found = table.loc[table["dam_id"] == "dam-nizhne-zeyskaya", "loss_free_km"].max()
    difference = abs(max(losses) - found)
    print(
        f"{len(rivers.located)} shipped dams onto {len(rivers.reaches):,} reaches: {seconds:.2f} s; sliding "
        f"{spots['dam_id'].nunique()} of them over {len(spots):,} places: {fast:.2f} s; a summary for each place "
        f"{slow:.1f} s ({len(plan)} timed); ratio {slow / fast:.0f}; difference {difference:.1e} km"
    )


def main() -> None:
    rng = np.random.default_rng(0)

    small = network(3_000, rng)
    small_barriers = barriers_on(small, 100, rng)
    ours, fast = timed(lambda: dci(small, small_barriers).iloc[0])
    peer, slow = timed(lambda: dense_dci(small, small_barriers), repeat=1)
    print(f"DCI, 3,000 reaches, 100 barriers: {fast * 1e3:.1f} ms; dense matrix {slow * 1e3:.0f} ms; "
          f"ratio {slow / fast:.0f}; difference {abs(ours - peer):.1e}")  # fmt: skip

    large = network(100_000, rng)
    large_barriers = barriers_on(large, 1_000, rng)
    for mode in ("potamodromous", "diadromous"):
        value, seconds = timed(lambda mode=mode: dci(large, large_barriers, mode).iloc[0])
        print(f"DCI {mode}, 100,000 reaches, 1,000 barriers: {seconds:.3f} s (limit 5 s), value {value:.3f}")
    tracemalloc.start()
    dci(large, large_barriers)
    print(f"  peak memory of one call {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB; "
          f"a dense matrix would take {len(large) ** 2 * 8 / 1e9:.0f} GB")  # fmt: skip
    tracemalloc.stop()
    _, seconds = timed(lambda: barrier_importance(large, large_barriers), repeat=1)
    print(f"barrier_importance, the same network, all 1,000 barriers in turn: {seconds:.2f} s")

    side = 2000
    areas = sites(2_000, side, rng)
    region = gpd.GeoSeries([shapely.box(0, 0, 1000 * side, 1000 * side)], crs=EQUAL_AREA)
    for distance in (1, 10, 30, 100):
        result, seconds = timed(lambda d=distance: protconn(areas, region, distance_km=d), repeat=1)
        limit = " (limit 10 s)" if distance == 10 else ""
        print(f"ProtConn, {result['nodes']:.0f} nodes, {distance} km: {seconds:.2f} s{limit}, "
              f"cut-off p 0.001 = {result['cutoff_km']:.0f} km, {result['links']:.0f} links, "
              f"ProtConn {result['ProtConn']:.3f} to at most {result['ProtConn_max']:.3f} %")  # fmt: skip
    shapes = detailed(40, 5_000, rng)
    pairs = np.triu_indices(len(shapes), 1)
    ours, fast = timed(lambda: boundary_distance(shapes, *pairs), repeat=1)
    peer, slow = timed(lambda: shapely.distance(shapes[pairs[0]], shapes[pairs[1]]), repeat=1)
    print(f"distances of {len(ours)} pairs of polygons with 5,000 vertices: {fast:.2f} s; "
          f"shapely.distance {slow:.2f} s; ratio {slow / fast:.0f}; "
          f"difference {np.abs(ours - peer).max():.1e} m")  # fmt: skip
    table, fast = timed(lambda: drop_one(areas, region, largest=50), repeat=1)
    first = table.index[:3]
    base = protconn(areas, region)["ProtConn"]
    left, slow = timed(lambda: [protconn(areas.drop(k), region)["ProtConn"] for k in first], repeat=1)
    worst = np.abs(base - np.array(left) - table["loss_ProtConn"].iloc[:3]).max()
    print(f"drop_one, 50 largest of {len(areas)} sites, 10 km: {fast:.2f} s; "
          f"50 full runs {slow * 50 / 3:.1f} s (3 timed); ratio {slow * 50 / 3 / fast:.0f}; "
          f"difference {worst:.1e}")  # fmt: skip
    shipped_dams()
    print(f"peak memory of the whole run {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
