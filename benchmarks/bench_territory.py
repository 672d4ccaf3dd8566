"""Time and memory to build data/reference from the packages' files, and time to load it, against the budget.

Run ``python benchmarks/bench_territory.py``. The build runs in a process of its own, so that its memory is its own; the
load is timed in a fresh process too, after the imports, and set beside reading the same layers as GeoJSON.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUDGET = {"build, s": 180.0, "build, MB": 3000.0, "load, s": 0.5}
LOAD = """
import sys, tempfile, time
from pathlib import Path
import geopandas as gpd
from ahec_analysis import territory
start = time.perf_counter()
layers = {"basins": territory.basins(), "rivers": territory.rivers(), "provinces": territory.provinces()}
territory.ahec()
ours = time.perf_counter() - start
with tempfile.TemporaryDirectory() as folder:
    for name, layer in layers.items():
        layer.to_file(Path(folder) / f"{name}.geojson")
    start = time.perf_counter()
    for name in layers:
        gpd.read_file(Path(folder) / f"{name}.geojson")
    peer = time.perf_counter() - start
print(ours, peer)
"""


def main() -> None:
    """Print each figure beside its budget."""
    start = time.perf_counter()
    script = ROOT / "scripts" / "build_reference.py"
    subprocess.run([sys.executable, str(script)], check=True, stdout=subprocess.DEVNULL)
    measured = {"build, s": time.perf_counter() - start}
    measured["build, MB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    result = subprocess.run(
        [sys.executable, "-c", LOAD], check=True, capture_output=True, text=True, cwd=ROOT
    )
    measured["load, s"], peer = (float(value) for value in result.stdout.split())
    for name, value in measured.items():
        print(f"{name:10} {value:8.2f}   {value / BUDGET[name]:6.1%} of the budget of {BUDGET[name]:g}")
    print(f"loading takes {measured['load, s'] / peer:.2f} of the time that the same layers take as GeoJSON")


if __name__ == "__main__":
    main()
