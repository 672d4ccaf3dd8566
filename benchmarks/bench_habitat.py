"""Time habitat models against the floor of reading their arrays, and measure the memory of a 100 m grid.

python benchmarks/bench_habitat.py [--quick]
"""

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import xarray as xr

from ahec_analysis import habitat
from ahec_analysis.habitat import assessment, covariates, species
from ahec_analysis.habitat.niche import Membership, combined, variants
from ahec_analysis.territory.ahec import EQUAL_AREA

NAN = float("nan")
CELLS_1KM = 2_300_000
SIDE_100M = 15_166
PARTS = [
    Membership("b-0", "elevation", "m", (NAN, NAN, 700, 1000)),
    Membership("b-1", "ruggedness", "m", (0, 50, NAN, NAN)),
    Membership("b-2", "tree_cover", "%", (10, 50, NAN, NAN)),
    Membership("b-3", "ndvi_max", "1", (0.1, 0.3, 0.65, 0.85)),
    Membership("b-4", "distance_to_river", "km", (NAN, NAN, 5, 30)),
    Membership("b-5", "distance_to_settlement", "km", (-2, 10, NAN, NAN)),
    Membership("b-6", "distance_to_railway", "km", (-10, 5, NAN, NAN)),
    Membership("b-7", "landcover", "IGBP class", scores=tuple((n, n / 16) for n in range(17))),
]
SPREAD = {"elevation": 1500, "ruggedness": 200, "tree_cover": 100, "ndvi_max": 1, "landcover": 16}


def best(call, repeat=5):
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(repeat):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return min(times)


def plain(parts, values):
    """Return the limiting factor as a peer would write it: whole arrays, np.interp, one factor after the other."""
    least = np.ones(len(values[parts[0].variable]))
    for part in parts:
        given = values[part.variable]
        if part.scores:
            least = np.minimum(least, np.array([s for _, s in part.scores])[given.astype(int)])
            continue
        low, best_low, best_high, high = part.limits
        factor = np.ones(len(given))
        if not np.isnan(low):
            factor = np.minimum(factor, np.interp(given, [low, best_low], [0, 1]))
        if not np.isnan(high):
            factor = np.minimum(factor, np.interp(given, [best_high, high], [1, 0]))
        least = np.minimum(least, factor)
    return least


def squared(layers, cell):
    """Return square layers as a dataset of the equal-area CRS."""
    side = len(next(iter(layers.values())))
    coords = {"y": cell * np.arange(side - 0.5, 0, -1), "x": cell * np.arange(0.5, side)}
    return xr.Dataset({n: (("y", "x"), v) for n, v in layers.items()}, coords).rio.write_crs(EQUAL_AREA)


def taxon(patch=NAN):
    """Return a species with all the memberships of this benchmark."""
    return species.Species("b", "Benchmark", "Genus species", "mammal", tuple(PARTS), patch)


def one_kilometre(cells):
    """Compare the kernel with np.load of the same arrays and with the plain way."""
    random = np.random.default_rng(0)
    values = {
        p.variable: (random.random(cells) * SPREAD.get(p.variable, 60)).astype("float32") for p in PARTS
    }
    values["landcover"] = np.floor(values["landcover"])
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, array in values.items():
            np.save(Path(folder) / f"{name}.npy", array)
            files.append(Path(folder) / f"{name}.npy")
        floor = best(lambda: [np.load(f) for f in files])
    out = np.empty(cells, dtype="float32")
    ours = best(lambda: combined(PARTS, values, out))
    rows = int(np.sqrt(cells))
    square = {n: v[: rows * rows].reshape(rows, rows) for n, v in values.items()}
    grid = squared(square, 1000.0)
    inside = np.random.default_rng(1).random((rows, rows)) > 0.5
    model = taxon(10.0)
    whole = best(lambda: habitat.suitability(model, grid, area=inside))
    peer = best(lambda: plain(PARTS, values), repeat=3)
    assert np.allclose(out, plain(PARTS, values), atol=1e-5)
    print(f"{cells:>12,} cells, 8 covariates: {ours:.3f} s")
    print(f"{'':12} against np.load of the same arrays ({floor:.3f} s): {ours / floor:.2f} (limit 3)")
    print(f"{'':12} against whole arrays with np.interp ({peer:.3f} s): {ours / peer:.2f}")
    print(
        f"{'':12} suitability with range and patches: {whole:.3f} s, {whole / floor:.2f} × np.load (limit 3)"
    )


def shipped():
    """Time one species end to end on the shipped grid, after loading."""
    grid, held = covariates.load(), assessment.protection("inventory")
    tiger = species.find("amur-tiger")
    steps = {
        "suitability": lambda: habitat.suitability(tiger, grid),
        "assessment with protection": lambda: assessment.assess("amur-tiger", held).total(),
    }
    for name, step in steps.items():
        print(f"{name}: {best(step, 3):.2f} s (limit 2)")
    found = assessment.assess("amur-tiger", held)
    print(f"sensitivity, {len(variants(tiger.memberships))} variants: {best(found.sensitivity, 1):.2f} s")


def hundred_metres(side):
    """Run a grid of 100 m by blocks and print the memory it took; meant for a process of its own."""
    import dask
    import dask.array as da

    def layer(name):
        spread = SPREAD.get(name, 60)

        def block(block_info=None):
            info = block_info[None]
            random = np.random.default_rng(sum(info["chunk-location"]))
            drawn = (random.random(info["chunk-shape"], dtype="float32") * spread).astype("float32")
            return np.floor(drawn) if name == "landcover" else drawn

        chunks = da.core.normalize_chunks((1024, 1024), (side, side))
        return da.map_blocks(block, chunks=chunks, dtype="float32", meta=np.empty((0, 0), "float32"))

    start = perf_counter()
    grid = squared({p.variable: layer(p.variable) for p in PARTS}, 100.0)
    found = habitat.suitability(taxon(), grid, area=np.ones((side, side), bool))
    with dask.config.set(scheduler="threads", num_workers=2):
        share = float((found >= habitat.THRESHOLD).mean().compute())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{side * side:>12,} cells of 100 m, 8 covariates by blocks: {perf_counter() - start:.0f} s, "
        f"{memory:.2f} GB (limit 2), habitat {100 * share:.1f} %"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the cells")
    parser.add_argument("--blocks", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.blocks:
        hundred_metres(options.blocks)
        return
    shipped()
    one_kilometre(CELLS_1KM // 10 if options.quick else CELLS_1KM)
    side = SIDE_100M // 3 if options.quick else SIDE_100M
    subprocess.run([sys.executable, __file__, "--blocks", str(side)], check=True)


if __name__ == "__main__":
    main()
