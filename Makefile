# SPDX-License-Identifier: BSD-2-Clause
# The front door.  `make help` lists what there is and shows the data flow.
SHELL   := /bin/bash
BUILD   ?= $(or $(L4LAB_BUILD),$(CURDIR)/build)
PYTHON  := /usr/bin/python3
VARIANT ?= liedtke93
AXES    ?=
IMAGE_TARGET ?= manifest.json
BENCHMARK ?= pingpong
CASES   ?= *
CLOCK   ?= tsc
LAYOUT  ?= 0
SEED    ?= 0
ONLY    ?=
NAME    := $(subst $() ,+,$(strip $(VARIANT) $(sort $(AXES))))$(if $(LAYOUT:0=),.L$(LAYOUT).seed$(SEED))

MAKE_ISO = boot/image/iso.sh '$(BUILD)/$(NAME)' '$(BENCHMARK)' '$(CASES)' '$(CLOCK)' '$(BUILD)/iso/$(NAME).$(BENCHMARK).iso'

.PHONY: gate layout-noise help reproduce test conformance fuzz mutants figures paper report image iso model packages clean

## L4Lab: what does each IPC technique cost or save, in cycles, and why?
##
##   variants/NAME.toml            which choice on each axis
##     -> build/NAME/*.elf         kernel, sigma0, benchmarks, and manifest.json
##     -> boot/machines/MACHINE    runs them; the cycle model counts
##     -> results/raw/CAMPAIGN/    records: JSON Lines, one file per boot
##     -> results/tables/          analysis/: the only place with formulas
##     -> paper/figures/           gnuplot and matplotlib, from tables only
##
## make reproduce    every record, table and figure again, compared with the committed ones (a few minutes)
##                   FURTHER=1: and every benchmark, the layouts and the validation of both models, as committed
##                   FULL=1: and all combinations, all benchmarks on both processors, 30 layouts (up to 90 minutes; goes on where it was)
## make test         the fast tests: host, model, probes, guest, Python, style
## make conformance  the rules of the interface on every combination of choices, and all guest tests on Bochs (long)
## make gate         is any case slower than in the committed reference? (exact; part of make test)
## make fuzz         a million hostile calls on each representative variant (long)
## make fuzz-host    coverage-guided inputs for kernel files on the host, and 90 % of their lines reached (long)
## make mutants      plants faults one at a time; a named test must catch each (long)
## make layout-noise   compares variants with themselves over many layouts: how often is the verdict wrong? (long)
## make figures      tables and figures from the committed records
## make paper        the paper as PDF, from the committed tables, in build/paper (installs TeX)
## make report       one HTML file with every table, figure and anatomy, in build/report.html
## make image        one variant's images: VARIANT=liedtke93 AXES="queue=eager"; LAYOUT=7 SEED=1 for another placement; ONLY=pingpong for one benchmark
##                   with BENCHMARK=pingpong it makes that one's CD, too
## make iso          a bootable CD of a benchmark for a real PC (GRUB; the log goes to the first serial port):
##                   VARIANT=liedtke93 BENCHMARK=pingpong CASES='two-*' CLOCK=tsc (none on a 486)
## make model        the cycle model (QEMU plugin)
## make packages     the Debian packages that all this needs
## make clean        removes build/
##
## ./l4lab --help    the command line: list, run, sweep, tables, figures, summary, doctor

help:
	@sed -n 's/^## \{0,1\}//p' Makefile

packages:
	@boot/packages.sh

reproduce: packages
	@./l4lab reproduce $(if $(FURTHER),--further) $(if $(FULL),--full)

figures: packages
	@./l4lab tables && ./l4lab figures

paper:
	@boot/packages.sh paper
	@./l4lab paper

report: packages
	@./l4lab report

test: packages
	@$(PYTHON) -m pytest -q -n 3 --dist loadfile tests
	@./l4lab gate

gate: packages
	@./l4lab gate

conformance: packages
	@./l4lab conformance --all
	@BOCHS_ALL=1 $(PYTHON) -m pytest -q -n 2 tests/bochs

fuzz: packages
	@./l4lab fuzz --calls 1000000

.PHONY: fuzz-host
fuzz-host: packages
	@HOST_FUZZ=1 $(PYTHON) -m pytest -q -n 2 tests/host_fuzz

mutants: packages
	@$(PYTHON) tests/mutants/run.py

layout-noise: packages
	@LAYOUT_NOISE=1 $(PYTHON) -m pytest -q tests/images/test_compare_layouts.py

# The compiler cache finds what a file includes in the compiler's own list, instead of preprocessing the file first.
image: export CCACHE_DEPEND := 1
image:
	@$(PYTHON) variants/select.py --variant $(VARIANT) $(foreach a,$(AXES),--axis $a) --out '$(BUILD)/$(NAME)'
	@+flock '$(BUILD)/$(NAME)' $(MAKE) --no-print-directory -rR -C '$(BUILD)/$(NAME)' -f '$(CURDIR)/boot/image/Makefile' ROOT='$(CURDIR)' \
	  LAYOUT=$(LAYOUT) SEED=$(SEED) ONLY=$(ONLY) $(IMAGE_TARGET)
	$(if $(and $(filter command,$(firstword $(origin BENCHMARK))),$(filter image,$(MAKECMDGOALS))),@$(MAKE_ISO))

iso: image
	@$(MAKE_ISO)

model:
	@+mkdir -p '$(BUILD)/model' && flock '$(BUILD)/model' $(MAKE) --no-print-directory -rR -C boot/model O='$(BUILD)/model' all

clean:
	rm -rf '$(BUILD)'
