# Every package is checked against the hashes of requirements.lock; what only developers need stays in the first stage.

ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.lock .
RUN pip wheel --quiet --require-hashes --requirement requirements.lock --wheel-dir /wheels
COPY . .
# From here on nothing comes from anywhere but that folder.
ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/wheels
RUN pip install --quiet hatchling editables \
    && pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /wheels . \
    && python -m venv /app \
    && /app/bin/pip install --quiet seatledger

FROM python:${PYTHON}-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home seatledger
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SEATLEDGER_DATA_DIR=/data \
    SEATLEDGER_HOST=0.0.0.0
USER seatledger
WORKDIR /data
EXPOSE 8000
ENTRYPOINT ["seatledger"]
CMD ["up"]
