"""pyproject.toml, the lock and environment.yml describe the same environment."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


def declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    found = {}
    for line in lines:
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        assert found.setdefault(name, requirement.specifier) == requirement.specifier, name
    return found


def test_the_lock_holds_every_package_in_range():
    locked = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if match := re.match(r"([\w.-]+)==([\w.!+]+)", line):
            locked.setdefault(canonicalize_name(match[1]), []).append(match[2])
    for name, specifier in declared().items():
        assert name in locked, f"{name}: run `make lock`"
        assert all(specifier.contains(version) for version in locked[name]), name


def test_conda_gets_the_same_packages():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    lines = [d for d in listed if isinstance(d, str)] + next(d["pip"] for d in listed if isinstance(d, dict))
    conda = {canonicalize_name(r.name): r.specifier for r in map(Requirement, lines)}
    assert conda.pop("python")
    conda.pop("pip")
    assert conda == declared()


def test_no_host_of_a_registry_is_named():
    for name in ("requirements.lock", "pyproject.toml", "environment.yml", "Makefile"):
        assert not re.search(r"https?://", (ROOT / name).read_text()), name


def test_a_frame_explores_on_a_map_by_classes():
    cells = gpd.GeoDataFrame(
        {"share": [0.1, 0.2, 0.6]}, geometry=shapely.box([0, 1, 2], 0, [1, 2, 3], 1), crs=4326
    )
    assert "leaflet" in cells.explore("share", scheme="quantiles", k=2).get_root().render()


def test_what_conda_is_to_install_is_here_in_range_and_fits_together():
    """The list of environment.yml, checked as installed by pip; no conda has run here."""
    for name, specifier in declared().items():
        assert specifier.contains(metadata.version(name)), name
    checked = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """Run Python with the package as installed from its wheel, in a folder that is no checkout."""
    folder = tmp_path_factory.mktemp("outside")
    (source := folder / "source").mkdir()
    for name in ("src", "pyproject.toml", "README.md", "LICENSE"):
        subprocess.run(["cp", "-r", ROOT / name, source], check=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
    ]
    subprocess.run([*pip, "--target", folder / "site", source], check=True, capture_output=True)
    shutil.rmtree(source)

    def run(code, **more):
        environment = {k: v for k, v in os.environ.items() if k != "AHEC_ROOT"}
        environment |= {"PYTHONPATH": str(folder / "site"), **more}
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    return run


PURE = """
import ahec_analysis as a, geopandas as gpd, shapely
from ahec_analysis.show import messages
parks = gpd.GeoDataFrame({"site_id": ["a"], "year": [1990]}, geometry=[shapely.box(0, 0, 1e3, 2e3)], crs=a.territory.EQUAL_AREA)
print(a.__file__, a.coverage.partition(parks)["piece_km2"].tolist(), messages.say("report-map-alone") != "")
"""


def test_a_wheel_works_without_the_data_and_finds_it_by_ahec_root(outside, tmp_path):
    said = outside(PURE)
    assert "/site/ahec_analysis/" in said
    assert "[2.0] True" in said
    ask = "import ahec_analysis as a; print(len(a.data.table('species')))"
    assert "AHEC_ROOT" in outside(ask).splitlines()[-1]
    assert str(tmp_path) in outside(ask, AHEC_ROOT=str(tmp_path)).splitlines()[-1]
    assert int(outside(ask, AHEC_ROOT=str(ROOT))) > 10


def test_what_a_wheel_keeps_hangs_on_its_own_code_not_on_that_of_the_project(outside, tmp_path):
    ask = "from ahec_analysis.data import cache; print(cache.state())"
    (tmp_path / "data").mkdir()
    for name in ("requirements.lock", "data/datapackage.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    held = outside(ask, AHEC_ROOT=str(tmp_path))
    assert len(held) == 65
    (tmp_path / "src/ahec_analysis").mkdir(parents=True)
    (tmp_path / "src/ahec_analysis/other.py").touch()
    assert outside(ask, AHEC_ROOT=str(tmp_path)) == held


def test_make_uses_a_conda_environment_that_holds_the_package(tmp_path):
    def planned(prefix):
        command = ["make", "--no-print-directory", "-n", "lab"]
        environment = {k: v for k, v in os.environ.items() if k != "MAKEFLAGS"} | {
            "CONDA_PREFIX": str(prefix)
        }
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        ).stdout

    held = planned(sys.prefix)
    assert held.startswith(f"{sys.prefix}/bin/jupyter lab --ServerApp.root_dir=. ")
    assert "pip install" not in held
    assert f"{tmp_path}/bin/jupyter" not in planned(tmp_path)
