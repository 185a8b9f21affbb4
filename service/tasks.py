"""What a worker does: the tasks of the queue, and what happens when one cannot be done yet.

A job ends when its result is committed. A worker that dies leaves its jobs in "doing"; when its heartbeat has
been silent for a while the next worker takes them up, and the unique result per photo makes twice as good as once.
"""

from __future__ import annotations

import asyncio
import datetime
import functools
import logging
import uuid
from collections.abc import Callable

from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.jobs import Job
from sqlalchemy.exc import DBAPIError

import models
from catalog.errors import NotFound
from catalog.store import batches, entries, make_records, pictures, standards
from service import (
    accounts,
    create_app,
    design_import,
    import_check,
    inspection,
    notification_mail,
    sample_makes,
    samples,
)
from service.context import Parts
from service.mail import MailUnavailable
from service.queue import FITS, HOUSEKEEPING, IMPORTS, INSPECTIONS, QUEUES
from service.storage import StorageFull, StorageUnavailable

log = logging.getLogger(__name__)

MAX_WAIT_S = 60
MAX_ATTEMPTS = 4
KEEP_FINISHED_JOBS_H = 72
IMPORTED_AT_ONCE = 50
INDEXED_A_MINUTE = 2_000  # a quarter of a minute's work
# Not the job's fault: these pass, however long it takes.
OUTAGES = (StorageUnavailable, StorageFull, DBAPIError, MailUnavailable)

Work = Callable[[Parts, uuid.UUID], None]


class WaitForOutage(BaseRetryStrategy):
    """Try again without end while storage or database are down; any other error a few times, then give up."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if not isinstance(exception, OUTAGES) and job.attempts >= MAX_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": min(MAX_WAIT_S, 2**job.attempts)})


RETRY = WaitForOutage()


def add_tasks(app: App, parts: Parts) -> None:
    """Register every task on a worker's app."""
    add_inspection_tasks(app, parts)
    add_sample_tasks(app, parts)
    add_picture_tasks(app, parts)
    add_import_tasks(app, parts)
    add_mail_tasks(app, parts)
    add_housekeeping_tasks(app, parts)


def try_once(context: JobContext, parts: Parts, record_id: uuid.UUID, work: Work, give_up: Work) -> None:
    """One try of a job about a record: nothing to do where it is gone, and given up where the try was the last."""
    try:
        work(parts, record_id)
    except NotFound:
        log.warning("%s: %s is gone; nothing to do", context.job.task_name, record_id)
    except Exception as error:
        if RETRY.get_retry_decision(exception=error, job=context.job) is None:
            give_up(parts, record_id)
        raise


def add_inspection_tasks(app: App, parts: Parts) -> None:
    @app.task(name="inspect_photo", queue=INSPECTIONS, retry=RETRY, pass_context=True)
    def inspect_photo(context: JobContext, photo_id: str) -> None:
        try_once(context, parts, uuid.UUID(photo_id), inspection.inspect_photo, give_up_photo)

    @app.task(name="fit_standard", queue=FITS, retry=RETRY, pass_context=True)
    def fit_standard(context: JobContext, standard_id: str) -> None:
        try_once(context, parts, uuid.UUID(standard_id), inspection.fit_standard, give_up_fit)


def add_sample_tasks(app: App, parts: Parts) -> None:
    @app.task(name="prepare_sample", queue=FITS, retry=RETRY)
    def prepare_sample(standard_id: str, name: str) -> None:
        samples.prepare_sample(parts, uuid.UUID(standard_id), name)

    @app.task(name="show_sample", queue=HOUSEKEEPING, retry=RETRY)
    def show_sample(batch_id: str) -> None:
        try:
            sample_makes.show_batch(parts, uuid.UUID(batch_id))
        except NotFound:
            log.warning("no photo of sample batch %s has a verdict; nothing to show", batch_id)


def add_picture_tasks(app: App, parts: Parts) -> None:
    @app.task(name="embed_picture", queue=HOUSEKEEPING, retry=RETRY)
    def embed_picture(picture_id: str) -> None:
        embed_design_picture(parts, uuid.UUID(picture_id))

    @app.task(name="prepare_picture", queue=HOUSEKEEPING, retry=RETRY)
    def prepare_picture(image_key: str) -> None:
        prepare_design_picture(parts, image_key)


def add_import_tasks(app: App, parts: Parts) -> None:
    @app.task(name="check_import", queue=IMPORTS, retry=RETRY, pass_context=True)
    def check_import(context: JobContext, import_id: str, check_number: int) -> None:
        check = functools.partial(import_check.check_import, check_number=check_number)
        try_once(context, parts, uuid.UUID(import_id), check, import_check.refuse_import)

    @app.task(name="run_import", queue=IMPORTS, retry=RETRY)
    def run_import(import_id: str) -> None:
        run_part_of_import(parts, uuid.UUID(import_id))

    @app.periodic(cron="41 3 * * *")
    @app.task(name="delete_old_imports", queue=HOUSEKEEPING, queueing_lock="delete_old_imports", retry=RETRY)
    def delete_old_imports(timestamp: int) -> None:
        design_import.delete_old_imports(parts, datetime.datetime.now(datetime.UTC))


def add_mail_tasks(app: App, parts: Parts) -> None:
    """Register what sends mail. The web application renders it, as it would a page."""
    # Made when the first mail is to be written: most workers never write one.
    web = functools.cache(lambda: create_app(parts))

    @app.task(name="mail_notification", queue=HOUSEKEEPING, retry=RETRY)
    def mail_notification(notification_id: str) -> None:
        notification_mail.mail_notification(parts, web(), uuid.UUID(notification_id))

    @app.periodic(cron="0 22 * * *")  # in UTC: before the working day begins in Indonesia
    @app.task(name="mail_digests", queue=HOUSEKEEPING, queueing_lock="mail_digests", lock="mail", retry=RETRY)
    def mail_digests(timestamp: int) -> None:
        notification_mail.mail_digests(parts, web())


def add_housekeeping_tasks(app: App, parts: Parts) -> None:
    @app.periodic(cron="29 3 * * *")
    @app.task(name="forget_ended_sign_ins", queue=HOUSEKEEPING, queueing_lock="forget_ended_sign_ins", retry=RETRY)
    def forget_ended_sign_ins(timestamp: int) -> None:
        with parts.database.session() as session:
            accounts.forget_ended_sign_ins(session, accounts.aware_now())

    @app.periodic(cron="* * * * * */15")  # the sixth field: seconds
    @app.task(name="retry_stalled_jobs", queue=HOUSEKEEPING, queueing_lock="retry_stalled_jobs", pass_context=True)
    async def retry_stalled(context: JobContext, timestamp: int) -> None:
        await retry_stalled_jobs(context.app, parts.settings.stalled_after_s)

    @app.periodic(cron="* * * * *")
    @app.task(name="index_outdated", queue=HOUSEKEEPING, queueing_lock="index_outdated", retry=RETRY)
    def index_outdated(timestamp: int) -> None:
        with parts.database.session() as session:
            entries.index_outdated(session, INDEXED_A_MINUTE)

    @app.periodic(cron="5 17 * * *")  # soon after midnight in Jakarta
    @app.task(name="reckon_makes", queue=HOUSEKEEPING, queueing_lock="reckon_makes")
    def reckon(timestamp: int) -> None:
        reckon_makes(parts)

    @app.periodic(cron="17 3 * * *")
    @app.task(name="delete_finished_jobs", queue=HOUSEKEEPING, queueing_lock="delete_finished_jobs", pass_context=True)
    async def delete_finished(context: JobContext, timestamp: int) -> None:
        await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FINISHED_JOBS_H, include_failed=False)


async def retry_stalled_jobs(app: App, stalled_after_s: int) -> None:
    """Give the jobs of workers that died to whoever is free."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after_s):
        log.warning("job %s of a worker that died is queued again", job.id)
        await app.job_manager.retry_job(job)


def run_part_of_import(parts: Parts, import_id: uuid.UUID) -> None:
    """Import some rows, then stand at the end of the queue again: an import of thousands holds up nobody."""
    try:
        has_more = design_import.run_import(parts, import_id, IMPORTED_AT_ONCE)
    except NotFound:
        log.warning("import %s is gone; nothing to do", import_id)
        return
    if has_more:
        with parts.database.session() as session:
            parts.queue.run_import(session, import_id)


def give_up_photo(parts: Parts, photo_id: uuid.UUID) -> None:
    """Say that the service failed on this photo, so that nobody waits for it."""
    with parts.database.session() as session:
        batches.record_failure(session, batches.get_photo(session, photo_id, lock=True))


def give_up_fit(parts: Parts, standard_id: uuid.UUID) -> None:
    with parts.database.session() as session:
        standard = standards.get_standard(session, standard_id, lock=True)
        standards.record_failed_fit(session, standard, {"code": "internal", "photos": []})


def reckon_makes(parts: Parts) -> None:
    """Bring to today's level the records that a day has moved, or that another release reckoned."""
    with parts.database.session() as session:
        due = make_records.due_records(session)
    for workshop_id, version_id in due:
        with parts.database.session() as session:
            make_records.reckon(session, workshop_id, version_id)


def embed_design_picture(parts: Parts, picture_id: uuid.UUID) -> None:
    """Keep what a catalog picture looks like, for "more like this"."""
    with parts.database.session() as session:
        try:
            picture = pictures.get_picture(session, picture_id)
        except NotFound:
            return
        picture.embedding = models.embed(parts.images.get(picture.image_key))
        entries.index_embedding(session, picture)


def prepare_design_picture(parts: Parts, image_key: str) -> None:
    """Make the small copies of a catalog picture, and keep what holds its place until it is loaded."""
    placeholder = parts.derivatives.prepare(image_key)
    with parts.database.session() as session:
        pictures.keep_placeholder(session, image_key, placeholder)
        entries.index_image(session, image_key)


async def run_worker(app: App, parts: Parts) -> None:
    """Work until cancelled, then finish what is in hand. Raises whatever ends the connection to the database."""
    async with app.open_async():
        await retry_stalled_jobs(app, parts.settings.stalled_after_s)
        await asyncio.to_thread(reckon_makes, parts)
        await app.run_worker_async(
            queues=list(QUEUES),  # as a tuple it would reach PostgreSQL as no array
            concurrency=parts.settings.worker_concurrency,
            fetch_job_polling_interval=5.0,
            update_heartbeat_interval=max(1.0, parts.settings.stalled_after_s / 3),
            stalled_worker_timeout=parts.settings.stalled_after_s,
            shutdown_graceful_timeout=20,
            install_signal_handlers=False,  # the process has its own: it must also end when the database is away
        )
