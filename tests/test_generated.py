"""Generated downloads through the real report path: hundreds of sites with extremes, and one of true size."""

import re
import time
from threading import Event, Thread

import generated_download
import numpy as np
import pandas as pd
import psutil
import pytest
import shapely
import wdpa_files

from ahec_analysis.project import root
from ahec_analysis.report.build import render_all
from ahec_analysis.report.editions import editions

MB = 1_000_000


@pytest.fixture
def build(copied, monkeypatch):
    """Build editions with what lies in data/external; return the folder, the seconds and the most memory in MB."""
    # Kernels run the code that is tested, wherever the package is installed.
    monkeypatch.setenv("PYTHONPATH", str(copied / "src"))

    def run(names):
        out, used, over = copied / "reports", [0.0], Event()
        watch = Thread(target=_watch, args=(used, over))
        start = time.monotonic()
        watch.start()
        try:
            for outcome in render_all(names, out=out):
                if outcome.error:
                    raise outcome.error
        finally:
            over.set()
            watch.join()
        return out, time.monotonic() - start, used[0] / MB

    return run


def _watch(used, over):
    """Follow the most memory that this process and those it started held at once, shared pages counted once."""
    me = psutil.Process()
    while not over.wait(1):
        total = 0
        for process in [me, *me.children(recursive=True)]:
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
        used[0] = max(used[0], total)


def _sums_agree(out):
    """Check that totals are equal wherever reports print them."""
    tables = out / "tables" / "protected-areas"
    names = ("by-level", "by-site-type", "by-designation", "by-iucn-category")
    sums = [pd.read_csv(tables / f"{name}.csv")["area_km2"].iloc[-1] for name in names]
    assert sums == pytest.approx([sums[0]] * len(sums))
    assert sums[0] > 0
    if (out / "brief.html").is_file():
        pages = [(out / f"{name}.html").read_text(encoding="utf-8") for name in ("brief", "protected-areas")]
        one, two = (re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page) for page in pages)
        assert one == two
    whole = pd.read_csv(tables / "by-country.csv").set_index("name")
    for code, edition in (("RUS", "russia"), ("CHN", "china"), ("MNG", "mongolia")):
        alone = out / "tables" / f"protected-areas-{edition}" / "by-country.csv"
        if alone.is_file():
            found = pd.read_csv(alone).set_index("name").loc[code, "listed_km2"]
            assert found == pytest.approx(whole.loc[code, "listed_km2"], rel=1e-6), code
    return sums[0]


def _sizes(out):
    return {page.name: page.stat().st_size for page in out.glob("*.html")}


def test_long_names_many_parts_and_many_designations_leave_pages_small_and_said(copied, build):
    table = generated_download.areas(300)
    middle = shapely.Point(133, 49)
    spread = np.random.default_rng(1).uniform(-2, 2, (5000, 2)) + (133, 49)
    names = ["Long " * 20_000, "Many parts"]
    odd = wdpa_files.sites(
        [middle.buffer(0.3), shapely.MultiPoint(spread)], NAME_ENG=names, REP_AREA=[3000.0, 9000.0]
    )
    many = wdpa_files.sites(
        [shapely.Point(128 + n % 20 / 4, 48 + n // 20 / 10).buffer(0.03) for n in range(400)],
        DESIG_ENG=[f"Kind of place number {n}" for n in range(400)],
    )
    table = pd.concat([table, odd, many], ignore_index=True)
    number = np.arange(1, len(table) + 1)
    table = table.assign(SITE_ID=number, SITE_PID=number.astype(str))
    table.to_file(copied / "data/external/WDPA_big.gpkg", layer="WDPA_poly", driver="GPKG")
    out, _, _ = build(["protected-areas", "species-amur-tiger"])
    assert all(size < 2 * MB for size in _sizes(out).values()), _sizes(out)
    page = (out / "protected-areas.html").read_text(encoding="utf-8")
    assert "Long " * 50 not in page
    for said in (
        "a text of more than 200 letters",
        "largest of",
        "all are in the CSV file",
        "The first 50 of",
    ):
        assert said in page, said
    sites = pd.read_csv(out / "tables" / "protected-areas" / "sites.csv")
    assert len(sites) > 5000
    assert 'href="tables/protected-areas/sites.csv"' in page
    _sums_agree(out)


@pytest.mark.full
@pytest.mark.parametrize(("packed", "schema"), [("shp", "new"), ("gdb", "old")])
def test_a_download_of_true_size_goes_through_every_edition(copied, build, packed, schema):
    generated_download.write(
        copied / "data/external", generated_download.areas(15_000), packed=packed, schema=schema
    )
    out, seconds, memory = build(list(editions(root())))
    print(f"\n{packed}, {schema}: {seconds:.0f} s, {memory:.0f} MB, {_sums_agree(out):.0f} km²")
    print({name: f"{size / MB:.2f} MB" for name, size in sorted(_sizes(out).items())})
    assert max(_sizes(out).values()) < 2 * MB
    assert memory < 4000
    assert seconds < 600
