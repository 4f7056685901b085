-- The audit chain (docs/audit.md): what happened, in an order that cannot be changed unnoticed. Takes over `history`.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,               -- 1, 2, 3, ... without gaps; rows are never deleted
    kind TEXT NOT NULL,                   -- EventKind
    at TEXT NOT NULL,                     -- UTC, microseconds, ISO 8601
    sequence INTEGER,                     -- of the clocking, which may be erased by now
    former TEXT,                          -- delivery states
    state TEXT,
    note TEXT,                            -- nothing personal
    digest BLOB,                          -- of salt and content
    hash BLOB NOT NULL,                   -- of the hash before and of all above
    salt BLOB,                            -- null once erased
    content TEXT                          -- JSON; null once erased
) STRICT;

-- What happened to one clocking; and the highest number that was ever given, which is never given again.
CREATE INDEX event_of_clocking ON event (sequence) WHERE sequence IS NOT NULL;

-- A state more, `discarded`.
CREATE TABLE new_clocking (
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
        state IN ('recorded', 'sending', 'unknown', 'confirmed', 'refused', 'held', 'undone', 'discarded')
    ),
    attempts INTEGER NOT NULL DEFAULT 0,
    explanation TEXT,                     -- of the latest outcome, in words
    protime_id INTEGER
) STRICT;
INSERT INTO new_clocking SELECT
    sequence, id, badge_number, person_id, kind, reason, activity_levels, instant, monotonic_ns, boottime_ns, boot_id,
    date, minute, reader, state, attempts, explanation, protime_id
FROM clocking;
CREATE TABLE former_history AS SELECT * FROM history; -- chained and dropped by former_history.py
DROP TABLE history;
DROP TABLE clocking;
ALTER TABLE new_clocking RENAME TO clocking;

-- Only what is under way or waits: stays tiny whatever the age of the ledger.
CREATE INDEX outbox ON clocking (person_id, sequence) WHERE state IN ('recorded', 'sending', 'unknown', 'held');

-- The former clockings of a badge, for the proposal.
CREATE INDEX clocking_of_badge ON clocking (badge_number, sequence);

-- Which records of Protime are claimed already, for the look-up after an unknown outcome.
CREATE INDEX clocking_in_protime ON clocking (protime_id) WHERE protime_id IS NOT NULL;
