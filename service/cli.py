"""`flask` commands: the first administrator, batches from a folder, results as CSV.

    flask --app service.wsgi make-administrator EMAIL

What goes wrong is told in one line, with an exit code that is not 0.
"""

from __future__ import annotations

import functools
import secrets
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext
from flask_security import hash_password
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from catalog.batches import BatchSource
from catalog.errors import CatalogError, InvalidFields, RuleBroken
from catalog.organisations import OrganisationKind
from catalog.store import batches, designs, organisations, standards
from catalog.store.tables import Batch, Organisation, ReferenceStandard
from models.errors import UnreadableImage
from service import accounts
from service.context import current_parts
from service.errors import problem_of
from service.export import results_csv
from service.inspection import PhotoTooLarge, receive_photo
from service.language import speaking
from service.messages import field_sentence
from service.storage import StorageFull, StorageUnavailable

OPERATOR = "Kriya"
OUTAGES = (SQLAlchemyError, StorageUnavailable, StorageFull, OSError)


def in_plain_words(command: Callable) -> Callable:
    """Say in one line what a command could not do. Commands speak English."""

    @functools.wraps(command)
    def run(*args, **kwargs):
        with speaking("en"):
            try:
                return command(*args, **kwargs)
            except InvalidFields as error:
                reasons = "; ".join(f"{name}: {field_sentence(code)}" for name, code in error.fields.items())
                raise click.ClickException(reasons) from None
            except CatalogError as error:
                raise click.ClickException(problem_of(error).message) from None
            except OUTAGES as error:
                raise click.ClickException(f"{str(error).splitlines()[0]}") from None

    return with_appcontext(run)


@click.command("make-administrator")
@click.argument("email")
@click.option("--name", default="Administrator", help="The person's name.")
@click.option("--ask", is_flag=True, help="Type a password instead of having one made.")
@in_plain_words
def make_administrator(email: str, name: str, ask: bool) -> None:
    """Make an administrator who signs in with EMAIL, and print the password, this once."""
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else secrets.token_urlsafe(12)
    if len(password) < accounts.MIN_PASSWORD:
        raise click.ClickException(f"A password has at least {accounts.MIN_PASSWORD} characters.")
    with current_parts().database.session() as session:
        account = accounts.add_person(session, _operator(session), name, email, is_owner=True)
        account.password = hash_password(password)
        click.echo(f"{account.email} is an administrator now.")
    if not ask:
        click.echo(f"Password: {password}")


def _operator(session: Session) -> Organisation:
    """The organisation that runs this service; made with the first administrator."""
    found = organisations.list_organisations(session, OrganisationKind.OPERATOR)
    return found[0] if found else organisations.add_organisation(session, OrganisationKind.OPERATOR, OPERATOR)


@click.command("list-standards")
@in_plain_words
def list_standards() -> None:
    """List the reference standards that a batch can be held against."""
    with current_parts().database.session() as session:
        found = standards.active_standards(session)
        for standard in found:
            version = standard.version
            title = version.title["en"] or version.title["id"]
            click.echo(f"{standard.id}  {version.design.slug}  {standard.view}  {title}, version {version.number}")
    if not found:
        click.echo("No standard is active yet.", err=True)


@click.command("import-batch")
@click.argument("workshop")
@click.argument("standard")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", default="", help="What the workshop calls the batch.")
@in_plain_words
def import_batch(workshop: str, standard: str, folder: Path, name: str) -> None:
    """Import the photos of FOLDER as one batch of WORKSHOP, held against STANDARD.

    WORKSHOP is its name or identifier, STANDARD an identifier of list-standards or the slug of a design. Exits with
    1 when a photo was refused; the others are in the batch all the same.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    if not files:
        raise click.ClickException(f"There are no files in {folder}.")
    with current_parts().database.session() as session:
        batch = batches.add_batch(
            session,
            _find_workshop(session, workshop).id,
            _find_standard(session, standard),
            BatchSource.COMMAND_LINE,
            name=name,
        )
    click.echo(f"Batch {batch.number}: {batch.id}")
    with click.progressbar(_received(batch, files), length=len(files), label="Photos") as progress:
        told = list(progress)
    for remark in (remark for _, remark in told if remark):
        click.echo(remark, err=True)
    counts = Counter(outcome for outcome, _ in told)
    click.echo(", ".join(f"{counts[outcome]} {outcome}" for outcome in ("received", "duplicate", "refused")))
    if counts["refused"]:
        raise SystemExit(1)


def _received(batch: Batch, files: list[Path]) -> Iterator[tuple[str, str]]:
    """Take one photo after the other in, each committed by itself; yields (outcome, what to say about it)."""
    for path in files:
        try:
            with current_parts().database.session() as session:
                photo, is_new = receive_photo(session, current_parts(), batch.id, path.name, path.read_bytes())
        except (UnreadableImage, PhotoTooLarge, RuleBroken) as error:
            yield "refused", f"{path.name}: {problem_of(error).message}"
        else:
            yield ("received", "") if is_new else ("duplicate", f"{path.name}: the same photo as {photo.file_name}")


def _find_workshop(session: Session, text: str) -> Organisation:
    """Raises: click.ClickException."""
    workshops = organisations.list_organisations(session, OrganisationKind.WORKSHOP)
    found = [each for each in workshops if text in (each.name, str(each.id))]
    if len(found) == 1:
        return found[0]
    if found:
        raise click.ClickException(f"Several workshops are called {text!r}: give the identifier of one.")
    known = ", ".join(each.name for each in workshops) or "none yet"
    raise click.ClickException(f"There is no workshop {text!r}. Workshops: {known}.")


def _find_standard(session: Session, text: str) -> ReferenceStandard:
    """Raises: NotFound, RuleBroken, click.ClickException for a design without exactly one active standard."""
    identifier = _identifier(text)
    if identifier is not None:
        return standards.get_open_standard(session, identifier)
    design = designs.get_design(session, text)
    found = [each for each in standards.active_standards(session) if each.version.design_id == design.id]
    if len(found) == 1:
        return found[0]
    how_many = "several active standards: give the identifier of one" if found else "no active standard"
    raise click.ClickException(f"The design {text!r} has {how_many}.")


def _identifier(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@click.command("export-results")
@click.argument("batch", type=click.UUID)
@click.option("--out", type=click.File("w", encoding="utf-8", lazy=False), default="-", help="File; - for the output.")
@in_plain_words
def export_results(batch: uuid.UUID, out) -> None:
    """Write the results of BATCH (an identifier, as in the address of its page) as CSV."""
    with current_parts().database.session() as session:
        photos = batches.photos_in_order(session, batches.get_batch(session, batch).id)
        out.writelines(results_csv(photos))


def attach(app: Flask) -> None:
    """Give the app its commands."""
    for command in (make_administrator, list_standards, import_batch, export_results):
        app.cli.add_command(command)
