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
