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
