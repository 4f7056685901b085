"""Sound and light for what became of a badge. Beside the screen, which tells all of it: none is needed."""
