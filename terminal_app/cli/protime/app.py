"""The commands of `protime`, put together."""

import typer

from terminal_app.cli.protime import (
    absences,
    access,
    activities,
    clockings,
    counters,
    people,
)

app = typer.Typer()
for command in (people.people, absences.absences, counters.counters, clockings.clockings, access.access):
    app.command()(command)
app.add_typer(activities.app, name="activities")
