# One image for every process; the command chooses which: `serve placements`, `work placements`, `migrate`, ...

FROM python:3.13-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/runtime.txt /build/runtime.txt
RUN python -m venv /opt/practicum \
    && /opt/practicum/bin/python -m pip install --require-hashes --only-binary :all: --requirement /build/runtime.txt

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Practicum" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --system --gid 10001 practicum \
    && useradd --system --uid 10001 --gid practicum --no-create-home --shell /usr/sbin/nologin practicum
COPY --from=packages /opt/practicum /opt/practicum
COPY pyproject.toml LICENSE /app/
COPY shared /app/shared
COPY services /app/services
COPY migrations /app/migrations
COPY docs/guides /app/docs/guides
RUN /opt/practicum/bin/python -m compileall -q /app
ENV PATH=/opt/practicum/bin:$PATH PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
USER practicum
ENTRYPOINT ["python", "-m", "services"]
CMD ["--help"]
