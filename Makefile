# Umwelt: worlds, an autoencoder that compresses what they show, a controller that acts on the latents.
#
#   make demo    install what is lacking, build, and train an agent in the default world (RUN="..." adds arguments)
#   make test    install what is lacking, build, and run the tests (TESTS=regex picks some)
#   make lint    check format, warnings and the import table
#   make build   build the program: .build/release/umwelt
#   make setup   check the Swift toolchain and install the system packages that are lacking
#   make clean   remove everything that was built; runs/ stays
#   make help    print this text

# Program and tests share one build: the tests reach internals by `package` access, never by `@testable`.
BUILD = swift build --configuration release

.PHONY: help demo test lint build setup clean

help:
	@sed -n '/^#/!q; s/^#\( \|$$\)//p' Makefile

demo: setup
	$(BUILD) --product umwelt
	.build/release/umwelt run $(RUN)

test: setup
	@scripts/test $(if $(TESTS),--filter '$(TESTS)')

lint: setup
	@scripts/lint

build: setup
	$(BUILD) --product umwelt

setup:
	@scripts/setup

clean:
	rm -rf .build
