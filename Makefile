# Every verb makes what it needs first. PYTHON= chooses the interpreter, PORT= the demo's port,
# ARGS= which tests, SIZE= how much to plant.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && exit; \
  done; echo python3)
BOOTSTRAP = @PORT="$(PORT)" $(PYTHON) -m counselling.local.bootstrap
PORT ?= 8000
SIZE ?= small

.PHONY: demo test soak check fix bench drill seed backup restore verify-audit review-trial
.DEFAULT_GOAL := demo

demo:         ; $(BOOTSTRAP) demo -- python -m counselling.local.demo
test:         ; $(BOOTSTRAP) dev -- python -m counselling.local.suite $(ARGS)
soak:         ; $(BOOTSTRAP) dev -- python -m counselling.local.suite --soak $(ARGS)
check:        ; $(BOOTSTRAP) dev -- python -m counselling.local.quality
fix:          ; $(BOOTSTRAP) dev -- python -m counselling.local.quality fix
bench:        ; $(BOOTSTRAP) dev -- python -m bench $(ARGS)
drill:        ; $(BOOTSTRAP) dev -- python -m tests.drill $(ARGS)
seed:         ; $(BOOTSTRAP) demo -- python -m counselling.local.demo seed $(SIZE)
backup:       ; $(BOOTSTRAP) demo -- python -m counselling.local.backups backup $(ARGS)
restore:      ; $(BOOTSTRAP) demo -- python -m counselling.local.backups restore $(ARGS)
verify-audit: ; $(BOOTSTRAP) demo -- python -m counselling.local.demo manage verify_audit $(ARGS)
review-trial: ; $(BOOTSTRAP) dev -- python -m counselling.local.trial $(ARGS)
