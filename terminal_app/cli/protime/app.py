"""The commands of `protime`, put together."""

import typer

from terminal_app.cli.protime import (
    absences,
    access,
    activities,
    activities_export,
    activities_import,
    clockings,
    counters,
    muster,
    people,
    references,
    webhooks,
)

app = typer.Typer()
for command in (people.people, absences.absences, counters.counters, clockings.clockings, access.access):
    app.command()(command)
app.command("muster")(muster.people_in)
activities.app.command("export")(activities_export.export)
activities.app.command("import")(activities_import.import_)
app.add_typer(activities.app, name="activities")
app.add_typer(references.app, name="references")
app.add_typer(webhooks.app, name="webhooks")
