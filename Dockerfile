# The image: `docker run -p 8080:8080 -v tactful:/data tactful` is a whole `tactful up`; with
# `web`, `worker --queue score|deliver`, `cron` or `db upgrade` it is one production process.
# Targets: `default` (the last, so the one built without --target), `onnx`, `detoxify`.
# docs/deploy.md says how to build each, and how to build without a package index.
ARG BASE=python:3.12-slim

FROM ${BASE} AS build
# Set to 1 to take every package from wheelhouse/ (`make wheelhouse`).
ARG PIP_NO_INDEX=
ENV PIP_FIND_LINKS=/wheelhouse PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY wheelhouse /wheelhouse
COPY deploy/locks /locks
# Two environments: one that builds, and the one that is shipped, which has not even pip.
RUN python3 -m venv /opt/build \
    && /opt/build/bin/pip install --no-compile --require-hashes --only-binary=:all: -r /locks/build.txt \
    && python3 -m venv --without-pip /opt/tactful \
    && /opt/build/bin/pip --python /opt/tactful/bin/python \
        install --require-hashes --only-binary=:all: -r /locks/default.txt
COPY pyproject.toml README.md LICENSE ./
COPY rules rules
COPY store store
COPY workers workers
COPY service service
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
    && /opt/build/bin/pip --python /opt/tactful/bin/python install --no-deps /dist/*.whl \
    && /opt/build/bin/cyclonedx-py environment --pyproject pyproject.toml \
        --output-file /opt/tactful/sbom.cdx.json /opt/tactful

FROM build AS build-detoxify
ARG PIP_NO_INDEX=
# The CPU build of torch, which PyPI does not have; torch.txt has its hash for Python 3.11.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
RUN /opt/build/bin/pip --python /opt/tactful/bin/python \
        install --no-deps --require-hashes --only-binary=:all: -r /locks/detoxify.txt \
    && /opt/build/bin/pip --python /opt/tactful/bin/python \
        install --no-deps --require-hashes --only-binary=:all: \
        --index-url "${TORCH_INDEX}" -r /locks/torch.txt \
    && /opt/build/bin/pip --python /opt/tactful/bin/python check \
    && /opt/build/bin/cyclonedx-py environment --pyproject pyproject.toml \
        --output-file /opt/tactful/sbom.cdx.json /opt/tactful

FROM ${BASE} AS base
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Tactful" \
      org.opencontainers.image.description="Comment moderation that anyone can run" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin tactful \
    && install --directory --owner tactful --mode 0700 /data
ENV PATH=/opt/tactful/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    ORT_DISABLE_TELEMETRY=1 \
    TACTFUL_LOG_FORMAT=json
USER 10001
VOLUME /data
EXPOSE 8080
# For `up` and `web`. A worker or cron has its own: /healthz at TACTFUL_METRICS_ADDR.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["tactful"]
CMD ["up", "--host", "0.0.0.0", "--port", "8080", "--data", "/data"]

FROM base AS detoxify
COPY --from=build-detoxify /opt/tactful /opt/tactful
# Checkpoints are read from /models; nothing is fetched at run time.
ENV HF_HUB_OFFLINE=1 TORCH_HOME=/models HF_HOME=/models \
    TACTFUL_SCORER=detoxify:original

FROM base AS onnx
COPY --from=build /opt/tactful /opt/tactful
COPY models/onnx /models/onnx
ENV TACTFUL_SCORER=onnx:/models/onnx

FROM base AS default
COPY --from=build /opt/tactful /opt/tactful
