"""`simulator`: a Protime API to try things against."""

import json
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import say

_TENANT, _UNDOCUMENTED, _FAULTS = "The tenant", "What the reference leaves open", "Faults"


def simulator(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where on 127.0.0.1; 0 = any free port.")],
    people: Annotated[
        int, typer.Option(min=6, max=100_000, help="How many there are in all.", rich_help_panel=_TENANT)
    ] = 50,
    seed: Annotated[int, typer.Option(help="Another one: other names, PINs and days.", rich_help_panel=_TENANT)] = 0,
    history_days: Annotated[
        int, typer.Option(min=0, max=800, help="Days before today with clockings and totals.", rich_help_panel=_TENANT)
    ] = 30,
    page_size: Annotated[
        int, typer.Option(min=1, max=10_000, help="Records on a page of a list.", rich_help_panel=_TENANT)
    ] = 500,
    uses_planning: Annotated[
        bool, typer.Option("--uses-planning", help="Assignments cannot be written (403).", rich_help_panel=_TENANT)
    ] = False,
    duplicates: Annotated[
        str, typer.Option(help="An equal clocking: two, refuse, first.", rich_help_panel=_UNDOCUMENTED)
    ] = "two",
    night_ends_at: Annotated[
        int,
        typer.Option(
            min=0, max=1439, help="Minute before which a clocking is of the day before.", rich_help_panel=_UNDOCUMENTED
        ),
    ] = 0,
    missing_scope: Annotated[
        int, typer.Option(help="Status for a missing scope: 403 or 401.", rich_help_panel=_UNDOCUMENTED)
    ] = 403,
    names: Annotated[str, typer.Option(help="Names: newer, older.", rich_help_panel=_UNDOCUMENTED)] = "newer",
    delta_second_start: Annotated[
        str, typer.Option(help="A second delta: kill the first, conflict.", rich_help_panel=_UNDOCUMENTED)
    ] = "kill",
    created_answer: Annotated[
        str,
        typer.Option(
            help="New clocking: location, absolute-location, no-location, body, accepted (202).",
            rich_help_panel=_UNDOCUMENTED,
        ),
    ] = "location",
    empty_pages: Annotated[
        float, typer.Option(min=0, max=1, help="Chance of an empty page.", rich_help_panel=_UNDOCUMENTED)
    ] = 0.0,
    recalculation: Annotated[
        float, typer.Option(min=0, help="Seconds until totals follow a clocking.", rich_help_panel=_UNDOCUMENTED)
    ] = 2.0,
    switch: Annotated[
        list[str] | None,
        typer.Option(help="NAME=JSON of any switch of docs/simulator.md; repeatable.", rich_help_panel=_FAULTS),
    ] = None,
    rule: Annotated[
        list[str] | None, typer.Option(help="A fault rule as a JSON object; repeatable.", rich_help_panel=_FAULTS)
    ] = None,
) -> None:
    """Run a simulated Protime API, until Ctrl+C. docs/simulator.md tells all of it."""
    try:
        from terminal_app.simulator.faults import FaultError  # noqa: PLC0415 # an optional package, for this command only
        from terminal_app.simulator.server import serve  # noqa: PLC0415
        from terminal_app.simulator.settings import Settings  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"{error.name} is not installed. Install clocking-terminal[simulator]."
        ) from error
    settings = Settings(page_size=page_size, seed=seed, history_days=history_days, uses_planning=uses_planning)
    faults = {
        "duplicate_policy": duplicates,
        "night_ends_at_minutes": night_ends_at,
        "missing_scope_status": missing_scope,
        "names": names,
        "delta_second_start": delta_second_start,
        "created_answer": created_answer,
        "empty_page_probability": empty_pages,
        "recalculation_seconds": recalculation,
        **dict(map(_switch, switch or ())),
    }
    try:
        serve(
            port,
            people,
            settings=settings,
            faults=faults,
            rules=[_rule(text) for text in rule or ()],
            on_started=_announce,
        )
    except FaultError as error:
        raise typer.BadParameter(str(error)) from error
    except OSError as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"port {port} cannot be used: {error.strerror}. Choose another one with --port."
        ) from error


def _switch(text: str) -> tuple[str, object]:
    """`NAME=VALUE`; a value that is no JSON is a text."""
    name, sign, value = text.partition("=")
    if not sign:
        raise typer.BadParameter(f"--switch is NAME=VALUE, not {text!r}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _rule(text: str) -> dict[str, object]:
    try:
        rule = json.loads(text)
    except ValueError as error:
        raise typer.BadParameter(f"--rule is a JSON object, not {text!r}") from error
    if not isinstance(rule, dict):
        raise typer.BadParameter(f"--rule is a JSON object, not {text!r}")
    return rule


def _announce(port: int) -> None:
    from terminal_app.simulator.settings import Settings  # noqa: PLC0415

    for line in announcement(port, Settings().tenant, Settings().client_id, Settings().client_secret):
        say(line)
    typer.get_text_stream("stdout").flush()


def announcement(port: int, tenant: str, client_id: str, secret: str) -> list[str]:
    """What to put in a settings file to use this simulator: TOML, whose comments hold the rest."""
    return [
        f"# Simulated Protime at http://127.0.0.1:{port} (open it in a browser); Ctrl+C ends it.",
        f"# The client secret is {secret}: write it to the file that client_secret_file names.",
        "[terminal]",
        'name = "Simulated gate"',
        "",
        "[protime]",
        f'tenant = "{tenant}"',
        f'client_id = "{client_id}"',
        'client_secret_file = "/tmp/simulator-secret"',
        f'base_url = "http://127.0.0.1:{port}"',
        f'authentication_url = "http://127.0.0.1:{port}"',
    ]
