"""Protected areas: from the tables or a download to ground that counts once."""

from ahec_analysis.coverage.partition import by_unit, depth, growth, interval, partition
from ahec_analysis.coverage.shapes import footprint
