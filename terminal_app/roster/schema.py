"""The roster's file. A change of shape raises VERSION: the courier then makes the file anew."""

FILE_NAME = "roster.db"
APPLICATION_ID = 0x434C4B52
"""In the file's header, "CLKR"."""
VERSION = 1

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
    reading INTEGER NOT NULL
) STRICT;
CREATE INDEX person_of_badge ON person (badge_number);
CREATE TABLE reason (
    id INTEGER PRIMARY KEY,
    code TEXT,
    name TEXT NOT NULL,
    translations TEXT NOT NULL,
    is_enabled INTEGER NOT NULL,
    is_reason_for_clocking INTEGER NOT NULL,
    reading INTEGER NOT NULL
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
    reading INTEGER NOT NULL
) STRICT;
CREATE TABLE reading (            -- the latest complete reading of each table
    collection TEXT PRIMARY KEY,
    reading INTEGER NOT NULL,
    at TEXT NOT NULL,
    records INTEGER NOT NULL
) STRICT;
CREATE TABLE link (               -- how the courier sees the network; one row
    id INTEGER PRIMARY KEY CHECK (id = 1),
    state TEXT NOT NULL,
    since TEXT NOT NULL,
    explanation TEXT
) STRICT;
"""
