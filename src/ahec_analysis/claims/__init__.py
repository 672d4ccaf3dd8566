"""The audit of statements."""

from ahec_analysis.claims import metrics_land, metrics_sites, metrics_species
from ahec_analysis.claims.audit import (
    COLUMNS,
    CONSISTENT,
    CONTRADICTED,
    FAULTY,
    NOT_TESTABLE,
    REPRODUCED,
    UNDER_A_READING,
    UNTESTED,
    VERDICTS,
    Answer,
    Note,
    Reading,
    admitted,
    audit,
    cited,
    holds,
    number,
    of_others,
    of_page,
    scoreboard,
)
from ahec_analysis.claims.metrics_land import basins
from ahec_analysis.claims.registry import ABOUT, METRICS, span, when
