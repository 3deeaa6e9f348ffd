# Stands in for the official Prometheus image where no registry can be reached; brings promtool and python3 as well.
ARG BASE_IMAGE=debian:bookworm-20260918-slim@sha256:3783cc01769c7b2b1b83a5c5ad96c815348e28ed7da68e2e3687004faa906251
FROM ${BASE_IMAGE}
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends prometheus python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /etc/prometheus \
    && install -d -o 65534 -g 65534 /prometheus
USER 65534:65534
