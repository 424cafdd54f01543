# What a person types. `make` alone says what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
PREFIX ?= /usr
SYSCONFDIR ?= /etc
DESTDIR ?=

# Swift's libraries are linked into the programs: a kiosk has no toolchain, and only what is used comes with them.
RELEASE := -c release --static-swift-stdlib
ROUNDS ?= 50
TAPS ?= 500
MONTHS ?= 50
SEEDS ?= 10000
START ?= 1
SECONDS ?= 600
TARGET ?=
UNITDIR := $(PREFIX)/lib/systemd/system
SYSUSERSDIR := $(PREFIX)/lib/sysusers.d
RULESDIR := $(PREFIX)/lib/udev/rules.d
MODPROBEDIR := $(PREFIX)/lib/modprobe.d
CONFDIR := $(SYSCONFDIR)/fedow-tap

.PHONY: help demo test check fuzz tsan asan coverage bench stripe-test melt-test federation-test kill-test fault-test sim build
.PHONY: install clean dependencies

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: dependencies ## Show one tap becoming a debit, from the card to the verified books
	@scripts/demo

test: dependencies ## Run all tests
	@scripts/test

check: dependencies ## What a change must pass: the format, the scripts, all tests, a minute of fuzzing
	@scripts/check-format
	@scripts/check-shell
	@scripts/test
	@scripts/fuzz 45

fuzz: dependencies ## Feed the parsers that meet strangers for SECONDS (TARGET=json: only that one)
	@scripts/fuzz $(SECONDS) $(TARGET)

tsan: dependencies ## Run the tests under ThreadSanitizer
	@scripts/sanitize thread

asan: dependencies ## Run the tests under AddressSanitizer
	@scripts/sanitize address

coverage: dependencies ## Print the lines that tests reach per target, and those of Rules, Ledger and Kiosk they do not
	@scripts/coverage

bench: build ## Measure, print a table, write bench.json
	@scripts/bench

stripe-test: dependencies ## Try the client for Stripe before localstripe, from PyPI
	@scripts/install-localstripe
	@$(SWIFT) test --filter LocalstripeTests

melt-test: dependencies ## Hold the melting of 10,000 wallets over five years against a model of its own
	@MELT_WALLETS=10000 $(SWIFT) test --filter MeltModelTests

federation-test: dependencies ## Play MONTHS random months of a federation of 12 places; hold every sum each day
	@FEDERATION_MONTHS=$(MONTHS) $(SWIFT) test --filter FederationPropertyTests

kill-test: build ## Kill the daemons in the middle of ROUNDS taps and check the money each time
	@scripts/kill-test $(ROUNDS)

fault-test: dependencies ## Tap TAPS times past faults of network, processes, disks, clocks, readers; check the money
	@scripts/fault-test $(TAPS)

sim: dependencies ## Run federations from SEEDS seeds, from START on, and hold every step against what may be
	@scripts/simulate $(SEEDS) $(START)

build: dependencies ## Build the programs as they are released
	@$(SWIFT) build $(RELEASE)

install: ## Install what `make build` built (PREFIX, SYSCONFDIR, DESTDIR)
	@scripts/install --destdir '$(DESTDIR)' --prefix '$(PREFIX)' --sysconfdir '$(SYSCONFDIR)'

clean: ## Remove what was built
	@rm -rf .build .build-fuzz .build-tsan .build-asan .build-coverage .demo bench.json

dependencies:
	@scripts/install-dependencies
