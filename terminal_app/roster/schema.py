"""The roster's file. A change of shape raises VERSION: the courier then makes it anew, with what it can carry over.

In the tables that are read from Protime `id` comes first and `version`, Protime's changeVersion, last.
"""

FILE_NAME = "roster.db"
APPLICATION_ID = 0x434C4B52
"""In the file's header, "CLKR"."""
VERSION = 3

SCHEMA = """
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    badge_number TEXT,
    language TEXT,
    in_service_from TEXT,
    in_service_until TEXT,
    terminal_group_id INTEGER,
    reference TEXT,
    version TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX person_of_badge ON person (badge_number);
CREATE TABLE reason (
    id INTEGER PRIMARY KEY,
    code TEXT,
    name TEXT NOT NULL,
    translations TEXT NOT NULL,
    is_enabled INTEGER NOT NULL,
    is_reason_for_clocking INTEGER NOT NULL,
    version TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE activity (
    id TEXT PRIMARY KEY,
    level INTEGER NOT NULL,
    parent_id TEXT,
    name TEXT NOT NULL,
    translations TEXT NOT NULL,
    data_entry_code TEXT,
    external_reference TEXT,
    active_from TEXT,
    active_until TEXT,
    usages TEXT,                  -- JSON: [kind, id, first, last]; null: not read
    restrictions TEXT,            -- JSON: [level, [ids]]; null: not read
    version TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE counter_definition (
    id INTEGER PRIMARY KEY,
    code TEXT,
    name TEXT NOT NULL,
    translations TEXT NOT NULL,
    unit TEXT NOT NULL,
    is_enabled INTEGER NOT NULL,
    version TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE removed (            -- so that an older change that comes later brings nothing back
    collection TEXT NOT NULL,
    id ANY NOT NULL,
    version TEXT NOT NULL,
    PRIMARY KEY (collection, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE changed (            -- told since the latest reading began, which may not have it on its pages
    collection TEXT NOT NULL,
    id ANY NOT NULL,
    PRIMARY KEY (collection, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE reading (            -- the latest complete reading of each of the tables above
    collection TEXT PRIMARY KEY,
    at TEXT NOT NULL,             -- UTC, ISO 8601
    records INTEGER NOT NULL,
    mode TEXT NOT NULL,           -- list, or delta
    shape TEXT NOT NULL,          -- which records are wanted
    token TEXT                    -- to go on with the delta
) STRICT;
CREATE TABLE balance (
    person_id INTEGER NOT NULL,
    name TEXT NOT NULL,           -- "flextime", or a counter's code
    period TEXT NOT NULL,
    value INTEGER NOT NULL,
    unit TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (person_id, name, period)
) STRICT, WITHOUT ROWID;
CREATE TABLE day_clocking (       -- yesterday to tomorrow, as Protime has them
    protime_id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL,
    date TEXT NOT NULL,
    minute INTEGER NOT NULL,
    original_date TEXT,
    original_minute INTEGER,
    kind TEXT NOT NULL,
    reason_id INTEGER,
    activity_ids TEXT NOT NULL,   -- JSON
    is_generated INTEGER NOT NULL,
    is_deleted INTEGER NOT NULL,
    version TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX day_clocking_of_person ON day_clocking (person_id);
CREATE TABLE problem (            -- what could not be read the last time; gone once it could
    name TEXT PRIMARY KEY,        -- as in the API: people, calculated-totals, ...
    explanation TEXT NOT NULL,
    is_refused INTEGER NOT NULL,  -- a scope is missing: a matter of people, not of a moment
    since TEXT NOT NULL           -- UTC, ISO 8601
) STRICT;
CREATE TABLE link (               -- how the courier sees the network; one row
    id INTEGER PRIMARY KEY CHECK (id = 1),
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    explanation TEXT
) STRICT;
"""
