#!/bin/sh
# Pins everything that requirements/*.in ask for, with all they bring along, into requirements/*.txt.
# Pins that still fit are kept; pass --upgrade to move to the newest releases.
set -eu
cd "$(dirname "$0")"
for part in runtime local dev; do
    echo "lock: $part"
    "${PYTHON:-../.venv/bin/python}" -m piptools compile --quiet --strip-extras --no-header --no-annotate \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
        "$@" --output-file "$part.txt" "$part.in"
done
