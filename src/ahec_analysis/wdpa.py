"""The stable name of :mod:`ahec_analysis.coverage.wdpa`."""

from ahec_analysis.coverage.wdpa import *  # noqa: F403
