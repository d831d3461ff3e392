# SPDX-License-Identifier: BSD-2-Clause
# The front door.  `make help` lists what there is.
SHELL   := /bin/bash
BUILD   ?= $(or $(L4LAB_BUILD),$(CURDIR)/build)
PYTHON  := /usr/bin/python3
VARIANT ?= liedtke93
AXES    ?=
IMAGE_TARGET ?= manifest.json
NAME    := $(subst $() ,+,$(strip $(VARIANT) $(sort $(AXES))))

.PHONY: help image model packages reproduce test clean

help:
	@sed -n 's/^## //p' Makefile

packages:
	@boot/packages.sh

image:
	@$(PYTHON) variants/select.py --variant $(VARIANT) $(foreach a,$(AXES),--axis $a) --out '$(BUILD)/$(NAME)'
	@+flock '$(BUILD)/$(NAME)' $(MAKE) --no-print-directory -C '$(BUILD)/$(NAME)' -f '$(CURDIR)/boot/image/Makefile' ROOT='$(CURDIR)' $(IMAGE_TARGET)

model:
	@+$(MAKE) --no-print-directory -C boot/model O='$(BUILD)/model' all

clean:
	rm -rf '$(BUILD)'
