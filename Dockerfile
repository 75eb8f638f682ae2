# The image: `docker run -p 8080:8080 -v tactful:/data tactful` is a whole `tactful up`;
# with `web`, `worker --queue score|deliver`, `cron` or `db upgrade` it is one production process.
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY rules rules
COPY store store
COPY workers workers
COPY service service
RUN python -m venv /opt/tactful \
    && /opt/tactful/bin/pip install --no-cache-dir --no-compile .

FROM python:3.12-slim
LABEL org.opencontainers.image.title="Tactful" \
      org.opencontainers.image.description="Comment moderation that anyone can run" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin tactful \
    && install --directory --owner tactful --mode 0700 /data
COPY --from=build /opt/tactful /opt/tactful
ENV PATH=/opt/tactful/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    TACTFUL_LOG_FORMAT=json
USER 10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["tactful"]
CMD ["up", "--host", "0.0.0.0", "--port", "8080", "--data", "/data"]
