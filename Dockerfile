# Two images of one program: `app` is every process; `backup` adds PostgreSQL's own programs.
# Tags, not digests: pin these by digest where you build (docs/operations.md).

# Built apart, so that neither pip nor a compiler is in what runs.
FROM python:3.13-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/app
COPY requirements/runtime.txt requirements/runtime.txt
RUN python -m venv --without-pip /srv/venv \
    && python -m pip --python /srv/venv/bin/python install --require-hashes --no-deps -r requirements/runtime.txt

FROM python:3.13-slim-bookworm AS app
LABEL org.opencontainers.image.title="counselling" \
      org.opencontainers.image.description="Counselling case management whose confidentiality can be checked" \
      org.opencontainers.image.licenses="MIT"
# Pango renders the documents; nothing else comes from the system, and the image's own pip goes.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && python -m pip uninstall --yes --quiet --root-user-action=ignore pip
# The id of whoever owns the secrets on the host, so that they can stay readable by their owner alone.
ARG UID=1000
RUN useradd --uid "$UID" --no-create-home --shell /usr/sbin/nologin counselling \
    && install -d -o counselling -m 0700 /srv/data /srv/data/witness
ENV PATH=/srv/venv/bin:/usr/local/bin:/usr/bin:/bin HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    COUNSELLING_MODE=production COUNSELLING_DATA=/srv/data COUNSELLING_SECRETS=/run/secrets
WORKDIR /srv/app
COPY --from=packages /srv/venv /srv/venv
COPY . .
# The file system is read-only later: what Python would write at the first start is written now.
RUN python -m counselling.local.languages compile && python -m compileall -q .
USER counselling
# Collecting opens no database and no secret; settings only want to see that there would be some.
RUN SECRET_KEY=unused ALLOWED_HOSTS=unused BASE_URL=https://unused MAIL_FROM=unused@unused.invalid \
    DATABASE_URL=postgresql:///unused KEYS_DATABASE_URL=postgresql:///unused BROKER_URL=amqp://unused \
    python manage.py collectstatic --no-input --verbosity 0
CMD ["gunicorn", "counselling.wsgi"]

# Backups are made by the programs of the server's own version, and tried on a server of their own.
FROM postgres:18-bookworm AS backup
LABEL org.opencontainers.image.title="counselling-backup" org.opencontainers.image.licenses="MIT"
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/srv/venv/bin:/usr/lib/postgresql/18/bin:/usr/bin:/bin HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 POSTGRES_PROGRAMS=/usr/lib/postgresql/18/bin \
    COUNSELLING_MODE=production COUNSELLING_DATA=/srv/data COUNSELLING_SECRETS=/run/secrets
WORKDIR /srv/app
COPY requirements/runtime.txt requirements/runtime.txt
RUN python3 -m venv /srv/venv \
    && pip install --require-hashes --no-deps -r requirements/runtime.txt \
    && pip uninstall --yes --quiet pip
# initdb asks for the name of whoever runs it
ARG UID=1000
RUN useradd --uid "$UID" --no-create-home --shell /usr/sbin/nologin counselling \
    && install -d -o counselling -m 0700 /srv/data /srv/data/witness /srv/backups /srv/scratch
COPY . .
RUN python -m compileall -q .
USER counselling
ENTRYPOINT ["python", "-m", "counselling.local.backups"]
CMD ["backup"]
