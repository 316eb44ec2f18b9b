# syntax=docker/dockerfile:1
# Two stages: the first installs, the second holds only what runs. One image serves web and worker.

FROM python:3.11-slim-bookworm AS builder
# The CPU build of torch is a tenth of the size; empty, pip takes the CUDA build from PyPI.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_EXTRA_INDEX_URL=${TORCH_INDEX}
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY requirements.txt .
RUN pip install $(grep '^torch==' requirements.txt) && pip install --requirement requirements.txt
COPY . .
# Static files are hashed here, once; the key signs nothing and stays in this stage.
RUN VITITRACK_PRODUCTION=1 VITITRACK_SECRET_KEY=used-for-collectstatic-only VITITRACK_STATIC_ROOT=/opt/static \
    python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
# Names in Hangul, Latin, Cyrillic and Arabic on paper.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-nanum fonts-dejavu-core fonts-noto-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 1000 --home-dir /app --shell /usr/sbin/nologin clinic \
    && install --directory --owner clinic --mode 700 /data
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /opt/static /opt/static
COPY --from=builder /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OMP_NUM_THREADS=2 \
    MPLCONFIGDIR=/tmp/matplotlib \
    VITITRACK_PRODUCTION=1 \
    VITITRACK_DATA_DIR=/data \
    VITITRACK_STATIC_ROOT=/opt/static
WORKDIR /app
USER clinic
VOLUME /data
EXPOSE 8000
# The web server's own; in compose.yaml the worker is asked for through the web server.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "clinic.probe", "http://127.0.0.1:8000/health/"]
CMD ["gunicorn", "clinic.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", \
     "--timeout", "120", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
