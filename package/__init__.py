"""Builds the Debian package: `./run package` (docs/updating.md). Nothing of it is installed."""
