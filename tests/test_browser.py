"""Built pages in headless Chromium with the network cut off."""

import geopandas as gpd
import nbformat
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import BUILT

from ahec_analysis import data
from ahec_analysis.report.pages import page, style
from ahec_analysis.show import area_maps, maps, tables

pytestmark = pytest.mark.browser


@pytest.fixture
def opened(browser):
    """Open a page offline; return it with what it asked for and complained about."""
    contexts = []

    def visit(path, **options):
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda r: page.asked.append(r.url))
        page.on(
            "console", lambda m: page.complaints.append(m.text) if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda e: page.complaints.append(str(e)))
        page.on("dialog", lambda d: (page.complaints.append("dialog"), d.dismiss()))
        page.goto(path.as_uri())
        page.wait_for_timeout(700)
        return page

    yield visit
    for context in contexts:
        context.close()


def foreign(page):
    return [u for u in page.asked if not u.startswith(("data:", "about:", "blob:")) and u != page.url]


@pytest.mark.parametrize(
    "name", ["ecoregion", "protected-areas", "protected-areas-mongolia", "rivers-and-wetlands"]
)
def test_a_report_asks_nothing_of_the_network_and_draws_its_map(opened, reports, name):
    page = opened(reports / f"{name}.html")
    assert foreign(page) == []
    assert page.complaints == []
    map_frame = next(f for f in page.frames if f != page.main_frame)
    assert map_frame.locator("path.leaflet-interactive").count() > 20
    assert map_frame.locator("img.leaflet-image-layer").count() == 1


def test_the_map_page_opens_on_its_own(opened, reports):
    page = opened(reports / "maps/protected-areas.html")
    assert foreign(page) == []
    assert page.complaints == []
    page.locator("path.leaflet-interactive").nth(30).click(force=True)
    assert page.locator(".leaflet-popup-content").inner_text().strip()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", *BUILT])
def test_no_serious_accessibility_violation(opened, reports, name, scheme):
    page = opened(reports / f"{name}.html", color_scheme=scheme)
    violations = Axe().run(page).response["violations"]
    serious = [v for v in violations if v["impact"] in ("serious", "critical")]
    assert not serious, [(v["id"], [n["html"][:200] for n in v["nodes"]][:3]) for v in serious]


@pytest.mark.parametrize("name", BUILT)
def test_nothing_is_wider_than_a_phone(opened, reports, name):
    page = opened(reports / f"{name}.html", viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", BUILT)
def test_no_column_is_cut_in_print(opened, reports, name):
    width_of_a4 = round((210 - 2 * 14) / 25.4 * 96)
    page = opened(reports / f"{name}.html", viewport={"width": width_of_a4, "height": 900})
    page.emulate_media(media="print")
    cut = page.evaluate(
        """() => [...document.querySelectorAll("main table")].filter(table =>
            table.scrollWidth > table.parentElement.clientWidth + 1 ||
            [...table.querySelectorAll("th, td")].some(cell => cell.scrollWidth > cell.clientWidth + 1)
        ).map(table => table.innerText.slice(0, 80))"""
    )
    assert cut == []


@pytest.mark.parametrize("name", ["ecoregion", "claims-audit"])
def test_no_legend_of_a_chart_is_cut(opened, reports, name):
    page = opened(reports / f"{name}.html")
    beyond = page.evaluate(
        """() => [...document.querySelectorAll("figure.chart svg")].flatMap(chart => {
            const right = chart.getBoundingClientRect().right;
            return [...chart.querySelectorAll("text")].filter(text => text.getBoundingClientRect().right > right)
                .map(text => text.textContent);
        })"""
    )
    assert beyond == []


def test_a_page_without_sections_has_no_contents_and_no_empty_parameters(opened, reports):
    page = opened(reports / "brief.html")
    assert page.locator("nav.contents").count() == 0
    assert "compare" not in page.locator("footer").inner_text()


HOSTILE = [
    "</script><script>alert(1)</script>",
    "`${alert(1)}`",
    "\"quoted\" 'names'",
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }} {% raw %}",
    "Сихотэ-Алинский заповедник",
    "黑龙江扎龙国家级自然保护区",
    "Дорнод Монгол — ᠳᠣᠷᠣᠨᠠᠲᠤ",
]


def test_hostile_names_show_as_text_and_run_nothing(opened, tmp_path):
    count = len(HOSTILE)
    areas = gpd.GeoDataFrame(
        {
            "name": HOSTILE,
            "name_local": HOSTILE,
            "designation": ["national_park"] * count,
            "level": "national",
            "province": HOSTILE,
            "province_code": "RU-PRI",
            "iucn_category": HOSTILE,
            "source_ids": HOSTILE,
            "area_km2": 100.0,
            "year": pd.array([1990] * count, dtype="Int64"),
        },
        geometry=gpd.points_from_xy(range(112, 112 + count), [48.0] * count, crs="EPSG:4326"),
    )
    shapes = areas.to_crs(3857).buffer(30_000)
    international = data.international_sites().head(count).reset_index(drop=True)
    international["name_en"] = HOSTILE[: len(international)]
    parts = areas.assign(piece_km2=100.0)
    classes = data.table("designation_classes")
    spec = area_maps.protected_areas(areas, shapes, parts, classes, international=international)
    drawn = maps.interactive(maps.MapSpec(HOSTILE[0] + HOSTILE[1], spec.layers, spec.bounds))
    page = tmp_path / "map.html"
    page.write_text(f"<style>{style()}</style>{drawn._repr_html_()}", encoding="utf-8")
    view = opened(page)
    frame = view.frames[1]
    shown = []
    for number in range(count):
        frame.evaluate(
            "n => document.querySelectorAll('path.leaflet-interactive')[n]"
            ".dispatchEvent(new MouseEvent('click', {bubbles: true}))",
            number,
        )
        shown.append(frame.locator(".leaflet-popup-content b").last.inner_text())
    assert sorted(shown) == sorted(HOSTILE)
    assert view.complaints == []

    table = tables.table(pd.DataFrame({"name": HOSTILE}), "hostile", caption=HOSTILE[0])
    page = tmp_path / "table.html"
    page.write_text(f'<meta charset="utf-8">{table._repr_mimebundle_()[0]["text/html"]}', encoding="utf-8")
    view = opened(page)
    assert view.locator("tbody tr").all_inner_texts() == HOSTILE
    assert view.complaints == []


def test_hostile_prose_shows_as_text_and_asks_for_nothing(opened, tmp_path):
    lines = [*HOSTILE, "[a](javascript:alert(1))", "![x](https://example.org/x.png)", "$\\text{<img src=x>}$"]
    cells = [
        nbformat.v4.new_markdown_cell("\n\n".join(lines)),
        nbformat.v4.new_code_cell(
            outputs=[nbformat.v4.new_output("display_data", {"text/markdown": "\n\n".join(lines)})]
        ),
    ]
    text = page(
        nbformat.v4.new_notebook(cells=cells),
        name="hostile",
        title=HOSTILE[0],
        parameters={"x": HOSTILE[3]},
        inputs="0" * 64,
        map_alone=False,
    )
    path = tmp_path / "hostile.html"
    path.write_text(text, encoding="utf-8")
    view = opened(path)
    assert foreign(view) == []
    assert view.locator("main img, main script").count() == 0
    assert view.locator("main a").count() == 2
    for link in view.locator("main a").all():
        link.click()
    assert view.complaints == []


LAB = (  # the rules of JupyterLab that once garbled key figures and tables
    ".jp-RenderedHTMLCommon dl dt{float:left;clear:left;width:20%}.jp-RenderedHTMLCommon dl dd{margin-left:20%}"
    ".jp-RenderedHTMLCommon :is(td,th,tr){text-align:right;vertical-align:middle}"
)


def test_figures_and_text_columns_are_in_their_place_in_jupyterlab(opened, tmp_path):
    figures = tables.headline(("Protected", "8.8 %", "of 2 million km²"), ("Russia", "7 %", "of its part"))
    rows = pd.DataFrame(
        {"name": ["A", "B"], "designation": ["national park", "x"], "area_km2": [1.0, 2000.0]}
    )
    table = tables.table(rows, "t", caption="Sites")._repr_mimebundle_()[0]
    parts = figures._repr_mimebundle_()["text/html"] + table["text/html"]
    path = tmp_path / "lab.html"
    path.write_text(
        f'<meta charset="utf-8"><style>{LAB}</style><div class="jp-RenderedHTMLCommon">{parts}</div>'
    )
    view = opened(path, viewport={"width": 900, "height": 700})
    for figure in view.locator("dl > div").all():
        what, value, of = (item.bounding_box() for item in figure.locator("dt, dd").all())
        assert what["x"] == value["x"] == of["x"]
        assert what["y"] + what["height"] <= value["y"] < of["y"]
    aligned = "cells => cells.map(cell => getComputedStyle(cell).textAlign)"
    assert view.locator("tr > *").evaluate_all(aligned) == ["left", "left", "right"] * 3


def test_a_popup_shows_the_hostile_name_itself(opened, tmp_path):
    page = tmp_path / "popup.html"
    page.write_text(
        f'<meta charset="utf-8">{maps.details(HOSTILE[0], HOSTILE[6], {"Note": HOSTILE[3]})}',
        encoding="utf-8",
    )
    view = opened(page)
    assert view.locator("b").inner_text() == HOSTILE[0]
    assert view.locator("td").nth(1).inner_text() == HOSTILE[3]
    assert view.complaints == []


def test_the_brief_prints_on_one_page(opened, reports):
    page = opened(reports / "brief.html")
    printed = page.pdf(format="A4", print_background=True)
    assert printed.count(b"/Type /Page\n") == 1
