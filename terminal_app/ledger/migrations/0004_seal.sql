-- CRC-32 of the columns from id to reader (ledger/seal.py); null in rows from before.
ALTER TABLE clocking ADD COLUMN seal INTEGER;
