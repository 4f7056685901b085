"""The invented tenant: every record is made from its number when it is asked for, the same one for the same seed."""
