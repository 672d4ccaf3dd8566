"""The stable name of :mod:`ahec_analysis.show.maps`."""

from ahec_analysis.show.maps import *  # noqa: F403
