"""The views of the one screen; one is shown at a time, so that a badge never waits for a screen to be built."""
