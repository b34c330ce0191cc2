# Umwelt: worlds, an autoencoder that compresses what they show, a controller that acts on the latents.
#
#   make demo    install what is lacking, build, and train an agent in the default world (RUN="..." adds arguments)
#   make test    install what is lacking, build, and run the tests (TESTS=regex picks some)
#   make lint    check format, warnings and the import table
#   make examples
#                build the examples as the package of their own that they are: everything once more, minutes
#   make build   build the program: .build/release/umwelt (MPI=1 installs Open MPI, which 'mpirun' needs)
#   make python  build the Python package: a wheel in python/dist
#   make test-python
#                build it and run its tests, in a virtual environment of their own; SANITIZE=1 those of misuse under the
#                address sanitizer, in a build of its own (CALLS=10000000 random calls)
#   make bench-python
#                compare it with EnvPool and with MiniGrid's own package (IDS="..." ROUNDS=3)
#   make bench-peers
#                compare with PyTorch and JAX on a quiet machine (NAMES="vision.train ..." ROUNDS=5 FORCE=1)
#   make setup   check the Swift toolchain and install the system packages that are lacking
#   make clean   remove everything that was built; runs/ stays
#   make help    print this text

# Program and tests share one build: the tests reach internals by `package` access, never by `@testable`.
# Several processes by MPI, see docs/ranks.md: built in where Open MPI is installed; MPI=1 installs it.
TRAITS = $(shell scripts/traits)
BUILD = swift build --configuration release $(TRAITS)

# The tests start several processes: they want it.
test lint: MPI = 1

.PHONY: help demo test lint examples build python test-python bench-python bench-peers setup clean

help:
	@sed -n '/^#/!q; s/^#\( \|$$\)//p' Makefile

demo: setup
	$(BUILD) --product umwelt
	.build/release/umwelt run $(RUN)

test: setup
	@scripts/test $(if $(TESTS),--filter '$(TESTS)')

lint: setup
	@scripts/lint

examples: setup
	$(BUILD) --package-path Examples --scratch-path .build/examples

build: setup
	$(BUILD) --product umwelt

python: setup
	@scripts/python-package

# The program makes the run whose models, dreams and policies are called.
test-python: build
ifdef SANITIZE
	@scripts/sanitize-python $(CALLS)
else
	@scripts/test-python $(if $(TESTS),-k '$(TESTS)')
endif

bench-python: python
	@scripts/bench-python $(IDS) --rounds $(or $(ROUNDS),3)

bench-peers: build
	@scripts/bench-peers $(NAMES) --rounds $(or $(ROUNDS),5) $(if $(FORCE),--force)

setup:
	@scripts/setup $(if $(MPI),mpi)

clean:
	rm -rf .build
