# make help shows the targets.
SHELL = /bin/bash
PREFIX ?= /usr/local
SWIFT ?= swift
PROGRAM = .build/release/kiwi
DEBUG_PROGRAM = .build/debug/kiwi

# Our own targets are compiled with warnings as errors in everything developers run.
STRICT = KIWI_STRICT=1

PACKAGES = .build/packages

.PHONY: help build package container demo test test-all unit boot-tests deps check check-corpus bench docs install uninstall clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

build: deps-build ## compile the program to .build/release/kiwi
	$(SWIFT) build -c release --static-swift-stdlib --product kiwi

container: package ## build examples/kiwi-in-a-box, a container with Kiwi in it, in .build/container
	rm -rf .build/box && cp -r examples/kiwi-in-a-box .build/box
	cp $(PACKAGES)/kiwi-*-$$(uname -m).tar.gz .build/box/kiwi.tar.gz
	$(PROGRAM) system build --description .build/box --target-dir .build/container

demo: deps build ## build the example as an ordinary user, boot it
	scripts/demo.sh $(PROGRAM)

test: deps unit ## unit tests and the core of the build and boot tests
	scripts/boot-tests.sh $(DEBUG_PROGRAM) core

test-all: deps unit ## all build, boot and fault tests, longer unit tests
	KIWI_TEST_LONG=1 $(STRICT) $(SWIFT) test --skip-build --filter 'MutationTests|RealStackTests'
	scripts/boot-tests.sh $(DEBUG_PROGRAM) all

unit: deps-build ## unit tests only
	$(STRICT) $(SWIFT) build --build-tests
	$(STRICT) $(SWIFT) test --skip-build

boot-tests: deps ## boot tests by name: make boot-tests NAMES='cd-bios usb-uefi'
	$(STRICT) $(SWIFT) build
	scripts/boot-tests.sh $(DEBUG_PROGRAM) $(NAMES)

deps: ## install all Debian packages that are needed
	@scripts/deps.sh

.PHONY: deps-build
deps-build:
	@scripts/deps.sh build

check: ## formatting, warnings as errors, shellcheck
	scripts/check.sh
	$(STRICT) $(SWIFT) build --build-tests
	CHECK=1 scripts/docs.sh $(DEBUG_PROGRAM)

check-corpus: deps-build ## descriptions of other people: CORPUS=DIR CHECK=PROGRAM, see scripts/check-corpus.sh
	$(STRICT) $(SWIFT) build
	scripts/check-corpus.sh $(DEBUG_PROGRAM)

bench: deps build ## compare the speed with kiwi-ng and with the floor
	scripts/bench/run $(PROGRAM)
	[ ! -d ../shared/corpus/cases ] || scripts/bench/image-info.sh $(PROGRAM)

docs: deps-build ## write docs/commands.md, docs/reference and docs/diagnostics.md
	$(SWIFT) build --build-tests
	scripts/docs.sh $(DEBUG_PROGRAM)
	-UPDATE_GOLDEN=1 $(SWIFT) test --skip-build --filter DocumentationTests >/dev/null 2>&1
	$(SWIFT) test --skip-build --filter DocumentationTests

install: ## install to PREFIX (and DESTDIR); needs 'make build' before
	@test -x $(PROGRAM) || { echo "run 'make build' first" >&2; exit 1; }
	STRIP=1 PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install.sh $(PROGRAM)

uninstall: ## remove what 'make install' installed
	UNINSTALL=1 PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install.sh

package: build ## a Debian package, a tarball and, with rpmbuild, an RPM in .build/packages
	scripts/package.sh $(PROGRAM) $(PACKAGES)

clean: ## remove what was compiled
	rm -rf .build
