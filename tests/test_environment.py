"""pyproject.toml, the lock and environment.yml describe the same environment."""

import re
import tomllib
from pathlib import Path

import geopandas as gpd
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
