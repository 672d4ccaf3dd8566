"""From notebooks to pages."""

from ahec_analysis.report.build import (
    Outcome,
    Tick,
    render,
    render_all,
)

__all__ = [
    "Outcome",
    "Tick",
    "render",
    "render_all",
]
