"""Pages, tables and sentences."""

import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahec_analysis.report.pages import markdown, page
from ahec_analysis.show import tables


def test_formulas_become_mathml_and_headings_anchors():
    text = markdown("## A title\n\nWith $a_i * b_j$ inside, and 5 $ left.", "a-title")
    assert '<h2 id="a-title">' in text
    assert "<math" in text
    assert "FORMULA" not in text


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_in_a_table_is_escaped(text):
    bundle, _ = tables.table(pd.DataFrame({"x": [text]}), "t", caption=text)._repr_mimebundle_()
    assert "<script" not in re.sub(r"data:[^\"]*", "", bundle["text/html"])
    assert bundle["text/html"].count("<tr>") == 2


@pytest.mark.parametrize(
    "source",
    [
        "<img src=x onerror=alert(1)>",
        "## <img src=x onerror=alert(1)>",
        "<div>\n<script>alert(1)</script>\n</div>",
        "$\\text{<img src=x onerror=alert(1)>}$",
        "$\\href{javascript:alert(1)}{x}$ $\\frac{<img src=x}{$",
        "```mermaid\n<img src=x onerror=alert(1)>\n```",
        "[a](javascript:alert(1)) [b](&#106;avascript:alert(1)) [c](java%73cript:x) <JavaScript:alert(1)>",
        "![a](https://example.org/a.png)",
        '[a](https://example.org "$x$") FORMULA0END FORMULA7END',
    ],
)
def test_markdown_from_data_is_text(source):
    text = markdown(source)
    assert not re.search(r"<(img|script|iframe|div)\b", text)
    assert not re.search(r"<[^>]*(javascript:|java%73cript:|&#106;|onerror=)[^>]*>", text, re.IGNORECASE)


def test_a_heading_has_the_anchor_of_its_cell_and_no_other():
    text = markdown("## One\n\ntext\n\n### Two", "first")
    assert text.startswith('<h2 id="first">One</h2>')
    assert "<h3>Two</h3>" in text
    assert markdown("## One") == "<h2>One</h2>"


def test_unknown_shows_as_a_dash():
    bundle, _ = tables.table(pd.DataFrame({"a_km2": [1.0, None]}), "t", caption="c")._repr_mimebundle_()
    assert ">–<" in bundle["text/html"]
    assert bundle["text/csv"] == 'a_km2\n1.0\n""\n'


def test_thousands_are_kept_together_by_a_narrow_no_break_space():
    assert tables.shown(1234567) == "1\u202f234\u202f567"
    assert tables.shown(12345.6, "area_km2") == "12\u202f346"
    assert tables.bound("12 % of 5 km²") == "12\u00a0% of 5\u00a0km²"


def test_tables_show_keys_as_words_and_keep_them_in_the_csv():
    frame = pd.DataFrame(
        {
            "designation": ["strict_nature_reserve"],
            "country": ["RUS|MNG"],
            "site_id": ["ru_one|ru_two"],
            "source": ["https://example.org/a_b|c"],
        }
    )
    bundle, _ = tables.table(frame, "t", caption="c")._repr_mimebundle_()
    for text in ("strict nature reserve", "RUS, MNG", "ru_one|ru_two", "https://example.org/a_b|c"):
        assert f">{text}<" in bundle["text/html"]
    assert "strict_nature_reserve,RUS|MNG" in bundle["text/csv"]


def test_what_only_jupyterlab_needs_is_not_on_a_page():
    shown = [tables.headline(("a", "1", "of 2")), tables.table(pd.DataFrame({"a": [1]}), "t", caption="c")]
    bundles = [shown[0]._repr_mimebundle_(), shown[1]._repr_mimebundle_()[0]]
    cell = nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", b) for b in bundles])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    text = page(notebook, name="x", title="x", parameters={}, inputs="0" * 64, map_alone=False)
    assert '<dl class="headline">' in text
    assert '<figure class="table">' in text
    assert "jp-RenderedHTMLCommon" not in text


def test_a_table_of_thousands_of_rows_shows_the_largest_and_links_to_all_of_them():
    frame = pd.DataFrame(
        {"name": [f"site {n}" for n in range(3000)], "area_km2": np.arange(3000.0), "note": "x" * 9000}
    )
    bundle, _ = tables.table(frame, "own", caption="Sites")._repr_mimebundle_()
    page = bundle["text/html"]
    assert "(the 300 largest of 3\u202f000 rows; all are in the CSV file)" in page
    assert page.count("<tr>") == 301
    assert "site 2700<" in page
    assert "site 2699<" not in page
    assert "… (9\u202f000 letters)" in page
    assert 'href="tables/EDITION/own.csv"' in page
    assert bundle["text/csv"].count("\n") == 3001
