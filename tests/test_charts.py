"""Charts are well-formed whatever their text, say what they show, and take colours and words from one place."""

import ast
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahec_analysis import claims, data
from ahec_analysis.errors import DataError
from ahec_analysis.show import charts, messages, palette
from ahec_analysis.territory import land_cover

ROOT = Path(__file__).parents[1]
MAKERS = {"bars", "stacked", "_stacked", "intervals", "rows", "canvas", "panels"}


def _texts(chart):
    """The texts that a chart shows."""
    return [text.text for text in ET.fromstring(chart.svg()).iter("{http://www.w3.org/2000/svg}text")]


@given(st.text(max_size=60) | st.sampled_from(["9 of 17 species", "17 of 17", "a\\s\\1 <b> & \"c\" 'd'"]))
@settings(max_examples=25, deadline=None)
def test_every_chart_is_well_formed(text):
    figure = charts.Chart(figsize=(8.4, 1.5), label=text)
    figure.add_subplot().plot([0, 1], [0, 1])
    root = ET.fromstring(figure.svg())
    identifiers = [element.get("id") for element in root.iter() if element.get("id")]
    assert identifiers
    assert all(name[0].isalpha() for name in identifiers)
    assert root.get("role") == "img"


def test_bars_tell_what_is_known_and_draw_no_range_without_its_end():
    frame = pd.DataFrame(
        {
            "name": ["A", "B", "C"],
            "country": ["RUS", "CHN", ""],
            "listed_percent": [16.2, 14.3, np.nan],
            "official_percent": [np.nan, 42.0, np.nan],
        }
    )
    options = {"value": "listed_percent", "colour": "country", "source": "Test."}
    chart = charts.bars(frame, "areas/by-province", upper="official_percent", **options)
    assert chart.get_label() == "Listed share of each province, %: A 16.2; B 14.3."
    assert {"A  16.2", "B  14.3", "C  –", "Test."} <= set(_texts(chart))
    lines = chart.axes[0].collections[0].get_segments()
    assert [line[:, 0].tolist() for line in lines if len(line)] == [pytest.approx([14.3, 42.0])]
    assert chart.axes[0].patches[0].get_facecolor()[:3] == pytest.approx((0, 0x72 / 255, 0xB2 / 255))
    assert {"A", "16.2"} <= set(_texts(charts.bars(frame, "areas/by-province", **options)))


def test_stacked_bars_keep_the_order_of_rows_and_of_the_palette():
    frame = pd.DataFrame(
        {"basin": ["Zeya", "Argun", "Argun"], "country": ["RUS", "CHN", "RUS"], "km2": [5, 2, 1]}
    )
    facts = {"name": "Zeya", "area": 5, "values": "Zeya 5 km²"}
    chart = charts.stacked(frame, "ecoregion/basins", label="basin", part="country", value="km2", **facts)
    axes = chart.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Zeya", "Argun"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Russia", "China"]
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [(0, 5), (0, 1), (5, 0), (1, 2)]


def test_intervals_give_both_ends_in_figures():
    frame = pd.DataFrame({"name": ["Today", "Natural"], "low": [56.7, 100], "high": [62.1, 100.0]})
    chart = charts.intervals(frame, "rivers/scenarios", low="low", high="high", unit="%", share="57–62 %")
    assert "Today 57–62 %; Natural 100 %" in chart.get_label()
    assert {"57–62 %", "100 %"} <= set(_texts(chart))


def test_growth_says_what_it_does_not_draw():
    frame = pd.DataFrame(
        {
            "country": ["RUS", "CHN", "RUS"],
            "year": pd.array([1950, 2000, None], dtype="Int64"),
            "new_km2": [30_000.0, 10_000.0, 5_000.0],
            "cumulative_km2": [30_000.0, 10_000.0, np.nan],
        }
    )
    chart = charts.growth(frame, until=2010, source="Test.")
    texts = _texts(chart)
    assert "Half of the area of known year was founded by 1950" in texts
    assert {"Russia 3.0", "China 1.0"} <= set(texts)
    assert any(text.startswith("Not drawn: 0.5 Mha") for text in texts)
    none = charts.growth(frame[frame["year"].isna()], until=2010, source="Test.")
    assert "No site is known to have been founded up to 2010" in _texts(none)


def test_a_chart_without_words_is_an_error():
    with pytest.raises(DataError, match="chart-no-such-chart"):
        charts.canvas("no/such-chart", height=1)


def test_a_chart_of_your_own_brings_its_words():
    frame = pd.DataFrame({"name": ["A"], "area_km2": [5.0]})
    chart = charts.bars(frame, "mine", value="area_km2", title="Mine", axis="km²", alt="A has 5 km².")
    assert chart.get_label() == "A has 5 km²."
    assert {"Mine", "km²", "A", "5.00"} <= set(_texts(chart))


def _called():
    """The ids of the charts that modules and notebooks make."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src/ahec_analysis/show").glob("*.py")]
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in MAKERS:
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and "/" in str(a.value))


def test_every_chart_has_its_words_and_an_alternative_text():
    said = {name for name in messages.messages() if name.startswith("chart-")}
    assert said == {f"chart-{name}".replace("/", "-") for name in _called()}
    for name in said:
        attributes = {attribute.id.name for attribute in messages.messages()[name].attributes}
        assert "alt" in attributes, name


def test_the_palette_has_a_colour_for_every_key():
    classes = data.table("designation_classes")
    assert set(classes["group"]) <= set(palette.GROUPS)
    assert set(classes["designation"]) <= set(palette.of("designation"))
    assert set(data.COUNTRY_NAMES) == set(palette.of("country"))
    assert set(land_cover.GROUPS) == set(palette.of("group"))
    assert list(claims.VERDICTS) == list(palette.of("verdict"))


def test_no_colour_is_typed_outside_the_palette():
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and path.name != "palette.py":
                assert not re.fullmatch(r"#(?:[0-9a-fA-F]{2}){3,4}", str(node.value)), path


def test_of_hundreds_of_bars_the_first_are_drawn_and_the_source_says_so():
    frame = pd.DataFrame({"designation": [f"kind {n} " + "x" * 300 for n in range(400)], "area_km2": 1.0})
    options = {"label": "designation", "value": "area_km2", "source": "Here.", "basis": "download"}
    drawn = charts.bars(frame, "areas/by-designation", **options)
    assert "kind 49" in drawn.get_label()
    assert "kind 50" not in drawn.get_label()
    assert "Here. The first 50 of 400 are shown." in drawn.svg()
    assert len(drawn.svg()) < 150_000
