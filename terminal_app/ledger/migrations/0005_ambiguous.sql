-- A state more. The CHECK is widened in place, by the way of SQLite's documentation for changes of constraints: a table
-- copied row by row would take long in a large ledger, and need its room twice.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''undone''', '''undone'', ''ambiguous''')
    WHERE type = 'table' AND name = 'clocking';
PRAGMA writable_schema = RESET;

-- What needs an operator: few, in a ledger of any age. Its making also tells other connections of the new CHECK.
CREATE INDEX for_operator ON clocking (state, sequence) WHERE state IN ('refused', 'ambiguous');

-- The records of Protime that may be an ambiguous clocking.
CREATE TABLE candidate (
    sequence INTEGER NOT NULL,            -- of a clocking; erased with it (erasure.py), which also puts rows back
    protime_id INTEGER NOT NULL,
    is_ruled_out INTEGER NOT NULL DEFAULT 0, -- an operator has said that it is another
    PRIMARY KEY (sequence, protime_id)
) STRICT, WITHOUT ROWID;
