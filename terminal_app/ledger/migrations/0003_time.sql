-- No CHECK on the new columns: adding one would read the whole table.
ALTER TABLE clocking ADD COLUMN time_state TEXT;        -- of the wall clock at the recording; null: not looked at
ALTER TABLE clocking ADD COLUMN time_error_us INTEGER;  -- off by so much at most; null: no bound is known
ALTER TABLE clocking ADD COLUMN time_settled TEXT;      -- how a doubt about the time ended
ALTER TABLE clocking ADD COLUMN raw_instant TEXT;       -- as read, where instant, date and minute were corrected
ALTER TABLE clocking ADD COLUMN raw_date TEXT;
ALTER TABLE clocking ADD COLUMN raw_minute INTEGER;
ALTER TABLE clocking ADD COLUMN true_instant TEXT;      -- as found out later
ALTER TABLE clocking ADD COLUMN true_error_us INTEGER;

-- Moments at which the true time was known, on the boot-time clock.
CREATE TABLE anchor (
    id INTEGER PRIMARY KEY,
    boot_id TEXT NOT NULL,
    boottime_ns INTEGER NOT NULL,
    instant TEXT NOT NULL,                -- UTC, microseconds, ISO 8601
    error_us INTEGER NOT NULL CHECK (error_us >= 0),
    source TEXT NOT NULL CHECK (source IN ('kernel', 'server')),
    battery_ahead_us INTEGER,             -- the battery clock's distance; null: none, or not looked at
    after_sequence INTEGER NOT NULL       -- the newest clocking then; 0: none
) STRICT;
CREATE INDEX anchor_of_boot ON anchor (boot_id, boottime_ns);
CREATE INDEX anchor_with_battery_clock ON anchor (id) WHERE battery_ahead_us IS NOT NULL;
CREATE INDEX anchor_in_order ON anchor (after_sequence);

-- What is still to be settled: nearly always nothing.
CREATE INDEX time_to_settle ON clocking (sequence)
    WHERE time_settled IS NULL AND time_state IN ('drifting', 'untrusted', 'jumped') AND state IN ('recorded', 'held');
CREATE INDEX sent_in_doubt ON clocking (boot_id) WHERE time_settled IN ('accepted', 'too-late');
