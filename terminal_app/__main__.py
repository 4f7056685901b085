"""`python -m terminal_app` is `clocking-terminal`."""

from terminal_app.cli.main import main

if __name__ == "__main__":
    main()
