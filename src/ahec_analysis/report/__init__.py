"""From notebooks to pages."""

from ahec_analysis.report.build import (
    Outcome,
    Tick,
    _publish,
    render,
    render_all,
)

__all__ = [
    "Outcome",
    "Tick",
    "_publish",
    "render",
    "render_all",
]
