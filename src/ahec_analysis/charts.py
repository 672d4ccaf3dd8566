"""The stable name of :mod:`ahec_analysis.show.charts`."""

from ahec_analysis.show.charts import *  # noqa: F403
