"""The package in a clean Debian: `./run package-test`."""
