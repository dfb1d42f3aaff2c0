# `make help` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= /etc

BUILD_PACKAGES := libavformat-dev libavcodec-dev libavutil-dev libswscale-dev libsqlite3-dev libssl-dev \
	libcurl4-openssl-dev libmicrohttpd-dev libsystemd-dev pkg-config
# ffmpeg makes the tests' videos and counts their frames; sqlite3 reads the database as a person would; binutils
# shows which instructions a build holds; strace shows which files a hostile video opens; qemu-user runs the program on
# other processors; openssl is a secure server; e2fsprogs makes a disk whose power is cut; GStreamer's RTSP server is a camera;
# systemd boots in a Debian that mmdebstrap makes; groff, zsh and fish read what is generated for them; Chromium shows the page;
# jsonschema holds answers against their description.
TEST_PACKAGES := $(BUILD_PACKAGES) ffmpeg sqlite3 binutils strace qemu-user openssl e2fsprogs \
	systemd-container mmdebstrap groff-base zsh fish chromium chromium-driver python3-jsonschema \
	gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-bad python3-gi
BENCH_PACKAGES := $(BUILD_PACKAGES) ffmpeg python3-venv

SWIFT_BUILD := swift build -c release
BINARY := .build/release/shuffled
SOURCES := Package.swift Sources Tests

.PHONY: help
help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

.PHONY: setup
setup: # install what building needs
	@scripts/check-swift
	@scripts/install-packages $(BUILD_PACKAGES)

.PHONY: build
build: setup ## build the program: .build/release/shuffled
	$(SWIFT_BUILD)

.PHONY: demo
demo: build ## process the sample video and show what the database answers
	@scripts/demo $(BINARY)

.PHONY: test
test: setup lint ## run all tests
	@scripts/install-packages $(TEST_PACKAGES)
	@scripts/check-imports
	@scripts/test-root
	@scripts/get-promtool
	$(SWIFT_BUILD) --build-tests
	SWIFT_BACKTRACE=enable=yes,color=no,threads=crashed swift test -c release --skip-build

KILLS ?= 100
.PHONY: test-kills
test-kills: setup ## kill a writer KILLS times (100): what it was told is stored is there
	@scripts/install-packages $(TEST_PACKAGES)
	$(SWIFT_BUILD) --build-tests
	SHUFFLED_KILLS=$(KILLS) swift test -c release --skip-build --filter KillTests

.PHONY: lint
lint: ## check the format of the sources
	@scripts/check-swift
	swift format lint --strict --configuration .swift-format --recursive $(SOURCES)

.PHONY: format
format: ## format the sources
	@scripts/check-swift
	swift format --in-place --configuration .swift-format --recursive $(SOURCES)

.PHONY: bench
bench: build ## compare with ONNX Runtime, OpenVINO, ncnn, PyTorch and a Python pipeline
	@scripts/install-packages $(BENCH_PACKAGES)
	Benchmarks/frameworks/run
	Benchmarks/pipeline/run
	Benchmarks/python Benchmarks/pipeline/cost.py

# What is built is installed as it is: root, by sudo, often has no Swift, and leaves files in .build that are root's.
.PHONY: install
install: $(if $(wildcard $(BINARY)),,build) ## install the service below PREFIX (/usr/local), its configuration in SYSCONFDIR (/etc)
	@scripts/install-files "$(BINARY)" "$(DESTDIR)" "$(PREFIX)" "$(SYSCONFDIR)"

.PHONY: uninstall
uninstall: ## remove what `make install` put there, but neither configuration nor results
	@scripts/uninstall-files "$(DESTDIR)" "$(PREFIX)" "$(SYSCONFDIR)"

.PHONY: clean
clean: ## remove what was built
	rm -rf --one-file-system .build
