"""Pages, tables and sentences."""

import re

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ahec_analysis import tables
from ahec_analysis.pages import markdown, slug


def test_formulas_become_mathml_and_headings_anchors():
    text = markdown("## A title\n\nWith $a_i * b_j$ inside, and 5 $ left.")
    assert '<h2 id="a-title">' in text
    assert "<math" in text
    assert "FORMULA" not in text


@given(st.text(max_size=40))
def test_any_text_in_a_table_is_escaped(text):
    bundle, _ = tables.table(pd.DataFrame({"x": [text]}), "t", caption=text)._repr_mimebundle_()
    assert "<script" not in re.sub(r"data:[^\"]*", "", bundle["text/html"])
    assert bundle["text/html"].count("<tr>") == 2


@given(st.text(max_size=40))
def test_slugs_are_plain(text):
    assert not re.search(r"[\s\"'<>]", slug(text))


def test_unknown_shows_as_a_dash():
    bundle, _ = tables.table(pd.DataFrame({"a_km2": [1.0, None]}), "t", caption="c")._repr_mimebundle_()
    assert ">–<" in bundle["text/html"]
    assert bundle["text/csv"] == 'a_km2\n1.0\n""\n'
