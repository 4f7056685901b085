"""The way from a fresh machine to a terminal at work, in steps that can each be repeated."""
