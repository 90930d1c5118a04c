# The verifier as a task that runs by a clock: docs/audits.md. What it reads and writes is in /audit/outputs.
FROM python:3.12-slim

WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY verify verify
# The version of the verifier is that of this folder, and its dependencies have lower bounds only.
# hadolint ignore=DL3013
RUN pip install --no-cache-dir ".[history,probe,signature]" \
    && useradd --no-create-home --uid 10001 audit

WORKDIR /audit
USER 10001
ENTRYPOINT ["pytest", "-p", "no:cacheprovider"]
CMD ["outputs/flat-outputs.json", "--stack-state", "outputs/state.json", "--history", "outputs/history", "--report", "all"]
