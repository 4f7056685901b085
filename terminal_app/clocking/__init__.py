"""The domain: clockings, choices, proposals, delivery states. Pure: no I/O, no clock, no framework."""
