"""Charts are well-formed whatever their text."""

import xml.etree.ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from ahec_analysis.show import charts


@given(st.text(max_size=60) | st.sampled_from(["9 of 17 species", "17 of 17", "a\\s\\1 <b> & \"c\" 'd'"]))
@settings(max_examples=25, deadline=None)
def test_every_chart_is_well_formed(text):
    figure, axes = charts.canvas(text, height=1.5)
    axes.plot([0, 1], [0, 1])
    root = ET.fromstring(figure.svg())
    identifiers = [element.get("id") for element in root.iter() if element.get("id")]
    assert identifiers
    assert all(name[0].isalpha() for name in identifiers)
    assert root.get("role") == "img"
