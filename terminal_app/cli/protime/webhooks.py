"""`protime webhooks`: the subscriptions; what they deliver goes to `clocking-terminal webhooks receive`."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.cli.protime.connection import with_protime
from terminal_app.cli.protime.options import AsJson
from terminal_app.cli.protime.rows import Row, show, show_all
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.webhooks import KEY_PROPERTIES, NewWebhook, WebhookCollection
from terminal_app.protime.scopes import Scope
from terminal_app.settings import DEFAULT_FILE, Settings
from terminal_app.webhook_receiver.key_file import KeyFileUnusable, add_key, check_key_file

app = typer.Typer(help="List, create and delete webhooks.")

_REFERENCE = re.compile(r"([a-z-]+),(@?[^(),@]+)")
"""As docs/openapi.yaml has it."""


def _collection(text: str) -> WebhookCollection:
    found = WebhookCollection(text or " ")
    if not found.is_known:
        raise typer.BadParameter(f"there are webhooks for {', '.join(WebhookCollection)}")
    return found


def _reference(text: str) -> tuple[str, str]:
    found = _REFERENCE.fullmatch(text)
    if found is None:
        raise typer.BadParameter("it is a collection and a name, such as people,@badge-number or people,HRMID")
    return found[1], found[2]


@app.command("list")
def list_(*, as_json: AsJson = False, config: ConfigFile = DEFAULT_FILE) -> None:
    """List the webhooks of the tenant."""

    async def work(protime: ProtimeClient, _settings: Settings) -> None:
        await show(_rows(protime), as_json=as_json, nothing="No webhooks.")

    with_protime(config, [Scope.WEBHOOKS_READ], work)


async def _rows(protime: ProtimeClient) -> AsyncIterator[Row]:
    async for one in protime.webhooks.records():
        yield {
            "id": one.id,
            "collection": one.collection_name,
            "status": one.status,
            "valid_until": one.valid_until.isoformat(timespec="seconds") if one.valid_until else None,
            "destination": one.destination_url,
        }


@app.command()
def create(
    destination: Annotated[str, typer.Argument(metavar="URL", help="Where Protime delivers to; https.")],
    collection: Annotated[WebhookCollection, typer.Argument(parser=_collection, metavar="COLLECTION")],
    *,
    key_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Add the private key to this file (mode 600) instead of showing it."),
    ] = None,
    key_property: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="How Protime calls the key in its answer, if not as expected."),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(metavar="COLLECTION,NAME", help="An external reference that is to come along; repeatable."),
    ] = None,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Subscribe to a collection. The private key is told once: keep it."""
    references = [_reference(one) for one in reference or []]
    if len({name for name, _ in references}) < len(references):
        raise typer.BadParameter("one reference of a collection: whether Protime takes two is not documented")
    if key_file is not None:
        try:
            check_key_file(key_file)
        except KeyFileUnusable as error:
            raise Failure(ExitCode.USAGE, f"{error}. Nothing was created.") from error

    async def work(protime: ProtimeClient, _settings: Settings) -> NewWebhook:
        try:
            return await protime.webhooks.create(destination, collection, references=references)
        except ValueError as error:
            raise Failure(ExitCode.USAGE, f"{error}.") from error

    made = with_protime(config, [Scope.WEBHOOKS_WRITE], work, key_properties=key_property or KEY_PROPERTIES)
    if made.key is None:
        raise Failure(
            ExitCode.FAILED,
            f"webhook {made.id} was created, but its key was not found in the answer: delete it (protime webhooks"
            " delete), and create it again with --key-property.",
        )
    shown_key: str | None = made.key
    if key_file is not None:
        try:
            add_key(key_file, collection, made.key)
            shown_key = None
        except KeyFileUnusable as error:
            say(f"{error}. The key is shown here instead.")
    row: Row = {
        "id": made.id,
        "collection": collection,
        "valid_until": made.valid_until.isoformat(timespec="seconds") if made.valid_until else None,
        "key": shown_key,
    }
    show_all([row], as_json=as_json)
    if key_file is not None and shown_key is None and not as_json:
        say(f"The key is in {key_file}.")


@app.command()
def delete(
    webhook: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    *,
    as_json: AsJson = False,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """End a subscription; it cannot be revived."""
    if not webhook.strip("."):
        raise typer.BadParameter("an id is not empty")

    async def work(protime: ProtimeClient, _settings: Settings) -> None:
        await protime.webhooks.delete(webhook)

    with_protime(config, [Scope.WEBHOOKS_WRITE], work)
    if as_json:
        show_all([{"id": webhook, "result": "deleted"}], as_json=True)
    else:
        say(f"Webhook {webhook} was deleted.")
