# syntax=docker/dockerfile:1
# The tag says which version it is, the digest which image.
FROM python:3.14.8-slim-trixie@sha256:0741d101873c12ab927e6f8653feb8862b9bd58771177acb1b885b95141f91b4 AS built
COPY . /source
RUN python -m venv /opt/sqsfifo-lint \
    && /opt/sqsfifo-lint/bin/python -m pip install --no-cache-dir --disable-pip-version-check /source

FROM python:3.14.8-slim-trixie@sha256:0741d101873c12ab927e6f8653feb8862b9bd58771177acb1b885b95141f91b4
COPY --from=built /opt/sqsfifo-lint /opt/sqsfifo-lint
RUN useradd --uid 10001 --create-home lint
ENV PATH=/opt/sqsfifo-lint/bin:$PATH
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["sqsfifo-lint"]
CMD ["check", "."]
