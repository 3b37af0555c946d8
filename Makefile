# `make help` lists the targets. CI calls only these.
SHELL := /bin/bash
.DEFAULT_GOAL := help

CONFIGURATION ?= release
PRESAGE = .build/$(CONFIGURATION)/presage
# Where `make demo` writes the picture and its working files.
OUT ?= demo-output
IMAGE ?= ghcr.io/presage-dev/presage:latest

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make demo DATA=history.csv   the demo on your own history; KEEP=1 leaves it running"

.PHONY: deps
deps: ## Install the system packages that the build needs
	@scripts/install-dependencies

.PHONY: build
build: deps ## Build the presage executable
	swift build -c $(CONFIGURATION) --product presage

.PHONY: demo
demo: build ## The whole loop on this machine in one command: history to a changed Deployment
	$(PRESAGE) demo --output $(OUT) $(if $(DATA),--data "$(DATA)") $(if $(KEEP),--keep)

# One test at a time: many of them watch processes, time-outs and servers, and two cores are soon too busy for that.
.PHONY: test
test: deps ## Run every test, with the real servers that can be installed here
	@scripts/install-test-servers
	swift build --build-tests
	swift test --skip-build --no-parallel

.PHONY: test-integration
test-integration: deps ## Test against a real API server: KUBEBUILDER_ASSETS, or 1.20 built from Debian's sources
	@scripts/test-integration

# The same SEED injects the same faults.
SEED ?= 1
.PHONY: test-faults
test-faults: deps ## The operator under seeded faults, and the table of them; SEED=n for others
	swift build --build-tests
	@rm -f .build/faults.tsv
	PRESAGE_SEED=$(SEED) PRESAGE_FAULT_TABLE=$(CURDIR)/.build/faults.tsv \
		swift test --skip-build --no-parallel --filter '^FaultTests\.'
	@scripts/fault-table .build/faults.tsv

.PHONY: test-faults-real
test-faults-real: deps ## The same on a real API server, which is killed: KUBEBUILDER_ASSETS, or 1.20
	@SEED=$(SEED) ONLY="$(ONLY)" scripts/test-integration faults

.PHONY: reference
reference: deps ## Write docs/reference.md from the definitions in crds/, docs/commands.md from the commands' help
	PRESAGE_WRITE_REFERENCE=1 swift test --no-parallel --filter 'FieldReferenceTests|CommandReferenceTests'

# What handles foreign bytes, C libraries and threads, built by itself: see Tests/Core/Package.swift.
.PHONY: test-address
test-address: deps ## Transport, client, readers and artifacts under AddressSanitizer
	@scripts/install-test-servers
	@scripts/test-core address

.PHONY: test-thread
test-thread: deps ## The same and the engine's threads under ThreadSanitizer
	@scripts/install-test-servers
	@scripts/test-core thread

# A package of its own, whose sources are links into Sources: a file added there may need what it leaves out.
.PHONY: benchmarks
benchmarks: deps ## Build what measures (Benchmarks/)
	cd Benchmarks && swift build -c release -Xswiftc -enable-testing

# The same SEED makes the same inputs; ONLY filters the tests, FROM begins at a later input.
COUNT ?= 200000
.PHONY: fuzz
fuzz: deps ## COUNT=n inputs from SEED=n for each decoder of foreign bytes, optimized
	@COUNT=$(COUNT) SEED=$(SEED) ONLY="$(ONLY)" FROM="$(FROM)" scripts/test-core fuzz

.PHONY: lint
lint: ## Check the formatting and the documentation comments
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

.PHONY: format
format: ## Format the sources in place
	swift format --in-place --recursive --parallel Package.swift Sources Tests

.PHONY: manifests
manifests: ## Render what `kubectl apply -k config/default` installs
	kubectl kustomize config/default

.PHONY: image
image: ## Build the container image (needs docker)
	docker build --tag $(IMAGE) .

.PHONY: clean
clean: ## Remove what was built and what the demo wrote
	rm -rf .build $(OUT)
