# SPDX-License-Identifier: GPL-3.0-or-later
# Every target does all set-up it needs, on a bare Debian 12 machine, as root.

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-down test bench lab lab-down

help: ## what you can do here
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install what is needed: Debian packages, .cache/venv, schemas; does nothing when done
	@requirements/setup

demo: setup ## three LXC hosts, OpenBao and the whole job on them
	@tests/demo/run

demo-down: lab-down ## remove what the demo left running
	@rm -rf .cache/demo

test: setup ## every check; STAGES="ruff units" runs only these
	@tests/run $(STAGES)

bench: setup ## measure against the usual ways to do it
	@tests/bench/run

lab: setup ## three empty LXC hosts and an OpenBao server to play with
	@tests/lab/lab up

lab-down: setup ## remove hosts, OpenBao and network of the lab
	@tests/lab/lab down
