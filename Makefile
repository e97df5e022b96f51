# What can be done here; `make` alone lists it.

SHELL := /bin/bash

# Options for the program, or for the benchmarks: make run ARGS='"The cat ran" --pad-to 8', make bench ARGS='--repeat 3'
ARGS ?=
PREFIX ?= /usr/local
# What make test-python tests with.
PYTHONS ?=
# Seconds for each target of make fuzz.
TIME ?= 60
DESTDIR ?=

# The Swift library is linked in: the program starts faster, and runs where no toolchain is installed. The toolchain's
# own linker is taken because the system's warns about a function of Foundation's that nothing here calls.
RELEASE := -c release --static-swift-stdlib -Xswiftc -use-ld=lld
PROGRAM := .build/release/headscope
SOURCES := Sources Tests Package.swift

.DEFAULT_GOAL := help
.PHONY: help run build test test-python test-spark numbers fuzz model campaigns docs install uninstall lint format bench pictures clean \
	man completions wheel deb tarball release check-packages

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z][a-z -]*:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build what is missing and explore (ARGS='"Your sentence" --pad-to 8')
	@Scripts/setup build any-model
	@Scripts/fetch-model --if-none
	@swift build $(RELEASE) --product headscope
	@exec $(PROGRAM) $(ARGS)

build: ## build the program: .build/release/headscope
	@Scripts/setup build
	@swift build $(RELEASE) --product headscope

test: ## run every test
	@Scripts/setup test model
	@Scripts/fetch-model
	@swift build --build-tests
	@swift test --skip-build --disable-xctest

test-python: ## test the Python package (PYTHONS='python3.9 python3.13'; python3 by default)
	@Scripts/setup python
	@Scripts/test-python $(PYTHONS)

test-spark: build ## survey a corpus through Spark, GNU parallel and a Slurm array (ARGS='parallel slurm': those alone)
	@Scripts/test-spark $(ARGS)

numbers: export HEADSCOPE_NUMBERS := 1
numbers: ## check the computation as it ships, optimized, with all kernels that this processor can run
	@Scripts/setup test model
	@Scripts/fetch-model
	@swift build -c release --product headscopePackageTests --scratch-path .build-numbers
	@swift test -c release --skip-build --scratch-path .build-numbers --disable-xctest

fuzz: ## fuzz whatever reads bytes from outside (TIME='600' seconds a target, ARGS='json session')
	@Scripts/fuzz $(TIME) $(ARGS)

model: ## fetch the encoder all-MiniLM-L6-v2 into models/
	@Scripts/setup model
	@Scripts/fetch-model

install: build ## install into PREFIX (default /usr/local)
	@Scripts/setup install
	@Scripts/install "$(DESTDIR)$(PREFIX)"

uninstall: ## remove what was installed from PREFIX
	@Scripts/uninstall "$(DESTDIR)$(PREFIX)"

man completions: build ## write manual pages and completions: .build/manuals/share
	@Scripts/setup install
	@Scripts/manuals $(PROGRAM) .build/manuals
	@find .build/manuals/share -type f

wheel deb tarball: ## make a package: dist/ (wheel: for pip and pipx)
	@Packaging/packages $@

release: ## make all packages of a clean tree, with checksums and a bill of materials: dist/
	@Packaging/release

check-packages: ## install the packages in dist/ on bare systems and try them
	@Packaging/setup check
	@Packaging/check-packages $(ARGS)

lint: ## check the style of the sources
	@swift format lint --strict --parallel --recursive $(SOURCES)

format: ## rewrite the sources in the project's style
	@swift format format --in-place --parallel --recursive $(SOURCES)

campaigns: build model ## press random keys, leave in every manner ... at length (ARGS=--short: in a minute)
	@Scripts/setup campaigns
	@failed=0; for campaign in Tools/campaign_*; do \
		$$campaign --program $(PROGRAM) $(ARGS) || failed=1; done; exit $$failed

docs: ## make the documentation: .build/docs/index.html
	@Scripts/setup build python
	@Scripts/docs

bench: build model ## measure the program, and its peers where they are installed
	@Benchmarks/run --program $(PROGRAM) $(ARGS)

pictures: build model ## make the README's pictures anew: docs/pictures/*.svg
	@Scripts/pictures $(PROGRAM)

clean: ## remove what was built (models stay)
	@rm -rf .build .build-* dist
