-- A ledger as schema version 1 left it: the output of sqlite3's iterdump, with the pragmas that it leaves out.
PRAGMA application_id = 1129073492;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
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
INSERT INTO "clocking" VALUES(1,X'019F1C443E897ED086856587D851C248','0600D507D0',1,'InOut',NULL,NULL,'2026-07-01T06:01:02.345678+00:00',123,456,'3f1c5f0e-0000-4000-8000-000000000000','2026-07-01',481,'front door','confirmed',1,NULL,7001);
INSERT INTO "clocking" VALUES(2,X'019F1C4528E97150920D0FD0E650A392','0013961168',2,'InOut',NULL,NULL,'2026-07-01T06:02:02.345678+00:00',123,456,'3f1c5f0e-0000-4000-8000-000000000000','2026-07-01',482,'front door','refused',1,'person 2: the period is closed (Läden)',NULL);
INSERT INTO "clocking" VALUES(3,X'019F1C46134971148B84322E236789C0','0099999999',NULL,'InOut',NULL,NULL,'2026-07-01T06:03:02.345678+00:00',123,456,'3f1c5f0e-0000-4000-8000-000000000000','2026-07-01',483,'front door','held',0,NULL,NULL);
INSERT INTO "clocking" VALUES(4,X'019F1C46FDA974ED8E146055CC23FC5E','0011223344',3,'Reason','[9, "DOC", "Dokter \u00e9"]',NULL,'2026-07-01T06:04:02.345678+00:00',123,456,'3f1c5f0e-0000-4000-8000-000000000000','2026-07-01',484,'front door','undone',0,NULL,NULL);
INSERT INTO "clocking" VALUES(5,X'019F1C47E809773E8610CFEAEB708D56','0055667788',4,'Activity',NULL,'[[1, "6e8bc430-9c3a-11d9-9669-0800200c9a66", "D1", null, "Laden"]]','2026-07-01T06:05:02.345678+00:00',123,456,'3f1c5f0e-0000-4000-8000-000000000000','2026-07-01',485,'front door','unknown',1,'time-out',NULL);
INSERT INTO "clocking" VALUES(6,X'019F22B4318972E388634F8DB15C0AD7','0012121212',5,'InOut',NULL,NULL,'2026-07-02T12:01:02.345678+00:00',123,456,'3f1c5f0e-0000-4000-8000-000000000000','2026-07-02',841,'front door','recorded',0,'the badge is known now',NULL);
INSERT INTO "clocking" VALUES(7,X'019F22EB20097F4682B8EAF010D33CEF','0600D507D0',1,'InOut',NULL,NULL,'2026-07-02T13:01:02.345678+00:00',123,456,'3f1c5f0e-0000-4000-8000-000000000000','2026-07-02',901,'front door','recorded',0,NULL,NULL);
CREATE TABLE history (
    id INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL REFERENCES clocking,
    at TEXT NOT NULL,                     -- UTC, ISO 8601
    former TEXT NOT NULL,
    state TEXT NOT NULL,
    explanation TEXT
) STRICT;
INSERT INTO "history" VALUES(1,1,'2026-11-25T00:27:55.596178+00:00','recorded','sending',NULL);
INSERT INTO "history" VALUES(2,1,'2026-11-25T00:27:55.596620+00:00','sending','confirmed',NULL);
INSERT INTO "history" VALUES(3,2,'2026-11-25T00:27:55.598127+00:00','recorded','sending',NULL);
INSERT INTO "history" VALUES(4,2,'2026-11-25T00:27:55.598495+00:00','sending','refused','person 2: the period is closed (Läden)');
INSERT INTO "history" VALUES(5,4,'2026-07-01T06:05:02.345678+00:00','recorded','undone',NULL);
INSERT INTO "history" VALUES(6,5,'2026-11-25T00:27:55.599207+00:00','recorded','sending',NULL);
INSERT INTO "history" VALUES(7,5,'2026-11-25T00:27:55.599570+00:00','sending','unknown','time-out');
INSERT INTO "history" VALUES(8,6,'2026-11-25T00:27:55.600591+00:00','held','recorded','the badge is known now');
CREATE TABLE wal_opener (id INTEGER PRIMARY KEY CHECK (id = 1), checkpoints INTEGER NOT NULL) STRICT;
INSERT INTO "wal_opener" VALUES(1,2);
CREATE INDEX outbox ON clocking (person_id, sequence) WHERE state IN ('recorded', 'sending', 'unknown', 'held');
CREATE INDEX clocking_of_badge ON clocking (badge_number, sequence);
CREATE INDEX clocking_in_protime ON clocking (protime_id) WHERE protime_id IS NOT NULL;
COMMIT;
