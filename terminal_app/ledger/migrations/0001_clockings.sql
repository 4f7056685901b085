CREATE TABLE clocking (
    sequence INTEGER PRIMARY KEY,         -- local number: the order of badges at this terminal
    id BLOB NOT NULL,                     -- UUIDv7, 16 bytes
    badge_number TEXT NOT NULL,
    person_id INTEGER,                    -- null while the badge belongs to nobody known
    kind TEXT NOT NULL CHECK (kind IN ('InOut', 'Reason', 'Activity', 'ActivityEnd')),
    reason TEXT,                          -- JSON: id, code, name
    activity_levels TEXT,                 -- JSON: [level, id, data entry code, external reference, name]
    instant TEXT NOT NULL,                -- UTC, microseconds, ISO 8601
    monotonic_ns INTEGER NOT NULL,
    boottime_ns INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    date TEXT NOT NULL,                   -- as sent: local wall time, real calendar day
    minute INTEGER NOT NULL CHECK (minute BETWEEN 0 AND 1439),
    reader TEXT NOT NULL,
    state TEXT NOT NULL CHECK (
        state IN ('recorded', 'sending', 'unknown', 'confirmed', 'refused', 'held', 'undone')
    ),
    attempts INTEGER NOT NULL DEFAULT 0,
    explanation TEXT,                     -- of the latest outcome, in words
    protime_id INTEGER
) STRICT;

-- Only what is under way or waits: stays tiny whatever the age of the ledger.
CREATE INDEX outbox ON clocking (person_id, sequence) WHERE state IN ('recorded', 'sending', 'unknown', 'held');

-- The former clockings of a badge, for the proposal.
CREATE INDEX clocking_of_badge ON clocking (badge_number, sequence);

-- Which records of Protime are claimed already, for the look-up after an unknown outcome.
CREATE INDEX clocking_in_protime ON clocking (protime_id) WHERE protime_id IS NOT NULL;

-- Every transition after the recording; the recording itself is the row above.
CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL REFERENCES clocking,
    at TEXT NOT NULL,                     -- UTC, ISO 8601
    former TEXT NOT NULL,
    state TEXT NOT NULL,
    explanation TEXT
) STRICT;

-- One row that is written after a checkpoint, so that the next recording finds a WAL that is already begun.
CREATE TABLE wal_opener (id INTEGER PRIMARY KEY CHECK (id = 1), checkpoints INTEGER NOT NULL) STRICT;
INSERT INTO wal_opener VALUES (1, 0);
