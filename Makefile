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
UNITDIR := $(PREFIX)/lib/systemd/system
SYSUSERSDIR := $(PREFIX)/lib/sysusers.d
RULESDIR := $(PREFIX)/lib/udev/rules.d
MODPROBEDIR := $(PREFIX)/lib/modprobe.d
CONFDIR := $(SYSCONFDIR)/fedow-tap

.PHONY: help demo test check bench melt-test kill-test fault-test build install clean dependencies

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: dependencies ## Show one tap becoming a debit, from the card to the verified books
	@scripts/demo

test: dependencies ## Run all tests
	@scripts/install-localstripe
	@$(SWIFT) test

check: dependencies ## What a change must pass: the format, the scripts, all tests
	@scripts/check-format
	@scripts/check-shell
	@scripts/install-localstripe
	@$(SWIFT) test

bench: build ## Measure, print a table, write bench.json
	@scripts/bench

melt-test: dependencies ## Hold the melting of 10,000 wallets over five years against a model of its own
	@MELT_WALLETS=10000 $(SWIFT) test --filter MeltModelTests

kill-test: build ## Kill the daemons in the middle of ROUNDS taps and check the money each time
	@scripts/kill-test $(ROUNDS)

fault-test: dependencies ## Tap TAPS times through every fault of network and processes; check the money
	@scripts/fault-test $(TAPS)

build: dependencies ## Build the programs as they are released
	@$(SWIFT) build $(RELEASE)

install: ## Install what `make build` built (PREFIX, SYSCONFDIR, DESTDIR)
	@scripts/install --destdir '$(DESTDIR)' --prefix '$(PREFIX)' --sysconfdir '$(SYSCONFDIR)'

clean: ## Remove what was built
	@rm -rf .build .demo bench.json

dependencies:
	@scripts/install-dependencies
