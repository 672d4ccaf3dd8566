"""The audit of statements."""

from ahec_analysis.claims import land, nature, protected
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
from ahec_analysis.claims.land import basins
from ahec_analysis.claims.metrics import METRICS, span, when
