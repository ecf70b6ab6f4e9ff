# The one image of every process: web, worker, scheduler, sealer and the steps before them.
FROM python:3.13-slim-bookworm

# Pango renders the documents; nothing else comes from the system.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

# The id of whoever owns the secrets on the host, so that they can stay readable by their owner alone.
ARG UID=1000
RUN useradd --uid "$UID" --no-create-home --shell /usr/sbin/nologin counselling \
    && install -d -o counselling -m 0700 /srv/data /srv/data/witness

ENV HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    COUNSELLING_MODE=production COUNSELLING_DATA=/srv/data COUNSELLING_SECRETS=/run/secrets
WORKDIR /srv/app
COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --require-hashes --no-deps -r requirements/runtime.txt
COPY . .
USER counselling
# Collecting opens no database and no secret; settings only want to see that there would be some.
RUN SECRET_KEY=unused ALLOWED_HOSTS=unused BASE_URL=https://unused MAIL_FROM=unused@unused.invalid \
    DATABASE_URL=postgresql:///unused KEYS_DATABASE_URL=postgresql:///unused BROKER_URL=amqp://unused \
    python manage.py collectstatic --no-input --verbosity 0
CMD ["gunicorn", "counselling.wsgi"]
