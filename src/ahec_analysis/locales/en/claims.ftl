# The claims audit.
claims-none = There is no statement to audit.
claims-statements = { $count ->
        [one] The page makes { COUNT($count) } statement that can be looked at by itself.
       *[other] The page makes { COUNT($count) } statements that can be looked at one by one.
    }
claims-dates = It is compared with what existed { $dates }.
    .or = { " or " }
claims-contradicted = What was found contradicts { COUNT($count) } of them:
    .none = None is contradicted by what was found.
claims-wrong = *{ $claim }* Found: { $found }.
claims-found = { $reading }: { $computed } ({ $beside })
    .reading = { $reading } ({ $beside })
claims-fits = *{ $claim }* That is { $reading }. This shows which ground fits, not that the share is right. Beside it: { $beside }.

## Scoreboard

claims-scoreboard = Of { COUNT($count) } { $count ->
        [one] statement
       *[other] statements
    } of the page { COUNT($reproduced) } { $reproduced ->
        [one] is
       *[other] are
    } reproduced, { COUNT($contradicted) } contradicted
    .axis = statements
    .alt = Verdicts by topic: { $parts }.
    .source = Computed from the tables and the territory of this project.
# Verdicts as the legend of a chart has room for them.
claims-legend =
    .under-a-reading = under a reading
    .consistent = consistent only
    .not-testable = not testable

## Tables: caption, columns in order, headings that differ from columns.ftl

table-claims-scoreboard = Statements of the page by topic and verdict
    .claims = Statements
table-claims-claims = Statements of the page, what was found, and the verdict; each row can be linked to by the identifier of its claim
table-claims-other_texts = Statements of other texts, what was found, and the verdict
table-claims-readings = Statements with more than one reading
table-claims-names = Sites and provinces that make up each value
    .computed = Computed
table-claims-sources = Where the statements stand, what dates them, and what was read beside the tables above
table-brief-scoreboard = The statements of the page by verdict
