# One image for web, worker, mailer, beat and the migration: only the command differs.
FROM python:3.11-slim-bookworm AS base
# pg_dump and pg_restore for manage.py backup, of the same version as the server; WeasyPrint's libraries, and the letters' fonts.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-15 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-noto-core \
    && rm -rf /var/lib/apt/lists/*
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1

FROM base AS build
RUN apt-get update && apt-get install -y --no-install-recommends gettext && rm -rf /var/lib/apt/lists/*
COPY requirements.lock /build/
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /build/requirements.lock
ENV PATH=/venv/bin:$PATH PMP_STATIC_ROOT=/static
COPY . /app
WORKDIR /app
RUN for po in locale/*/LC_MESSAGES/*.po; do [ ! -e "$po" ] || msgfmt --check-format -o "${po%.po}.mo" "$po"; done \
    && python -m compileall -q . \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && python -m whitenoise.compress --quiet /static \
    && rm -rf var

FROM base
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin pmp \
    && install -d -o pmp -g pmp -m 700 /data
COPY --from=build /venv /venv
COPY --from=build /static /static
# Owned by root: what serves the pages can't rewrite itself.
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PMP_ENV=production PMP_HOME=/data PMP_STATIC_ROOT=/static
USER pmp
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "deploy/health"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers", "pmp_recruit.wsgi:application"]
