# One image for the operator and its trainer pods.
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4-openssl-dev libyaml-dev libpq-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Dependencies first: they change less often than the sources.
COPY Package.swift ./
RUN swift package resolve
COPY Sources Sources
# Tests are targets of the package; the build needs their folders, not their contents.
COPY Tests Tests
RUN swift build -c release --static-swift-stdlib --product presage \
    && install -D --strip .build/release/presage /out/presage

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4 libyaml-0-2 libpq5 ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/presage /usr/local/bin/presage
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/presage"]
CMD ["operator"]
