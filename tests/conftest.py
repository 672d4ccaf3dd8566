"""Shared by all tests: a project folder to damage, the built reports, and a browser without a network."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from ahec_analysis import data, project
from ahec_analysis.report.build import render_all

ROOT = Path(__file__).resolve().parents[1]
BUILT = (
    "ecoregion",
    "protected-areas",
    "protected-areas-mongolia",
    "species-amur-tiger",
    "species-red-crowned-crane",
    "species-kaluga",
    "species-amur-sturgeon",
    "species-summary",
    "rivers-and-wetlands",
    "claims-audit",
    "brief",
)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the project that a test may damage; the package reads it as its own."""
    for name in ("data/tables", "data/reference", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("data/datapackage.json", "reports.yml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "src").symlink_to(ROOT / "src")
    (tmp_path / "data/external").mkdir()
    monkeypatch.chdir(tmp_path)
    _forget()
    yield tmp_path
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    project.root.cache_clear()
    data.package.cache_clear()


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The editions of BUILT, made once through the real report path however many workers there are."""
    base = tmp_path_factory.getbasetemp()
    out = (base if worker_id == "master" else base.parent) / "reports"
    with FileLock(out.with_suffix(".lock")):
        for outcome in render_all(list(BUILT), out=out):
            if outcome.error:
                raise outcome.error
    return out


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium; tests that need it are skipped without one, except under CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed; .ci/run installs it")
        pytest.skip("Chromium is not installed: the pages were not opened")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        running = playwright.chromium.launch(executable_path=path, args=arguments)
        yield running
        running.close()
