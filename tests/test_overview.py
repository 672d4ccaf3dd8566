"""The focal species side by side."""

from types import SimpleNamespace

import pandas as pd

from ahec_analysis.habitat import assessment, overview, species


def test_each_species_with_a_model_is_assessed_once(monkeypatch):
    seen = []

    def assess(name, held, **_):
        seen.append(name)
        return SimpleNamespace(total=lambda: pd.DataFrame({"protected_percent": [1.0]}))

    monkeypatch.setattr(assessment, "assess", assess)
    found = overview.overview("inventory", year=1930)
    focal = species.focal()
    assert seen == focal.loc[focal["model_state"] == species.PUBLISHED, "slug"].tolist()
    assert len(found.modelled) == len(seen) == len(found.land) + len(found.fish)
