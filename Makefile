.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python

.PHONY: venv
venv: $(VENV)/.ready ## Make or refresh the virtual environment

$(VENV)/.ready: $(wildcard requirements/*.txt)
	sh deploy/local/venv.sh $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check $(addprefix -r ,$(sort $(wildcard requirements/*.txt)))
	touch $@
