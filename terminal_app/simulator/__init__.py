"""A faithful Protime API to run against, with faults on demand: the other side of the wire, sharing nothing with us.

`terminal_app.simulator.server` has the ways in: `serve` for a process, `SimulatorThread` for a test.
"""
