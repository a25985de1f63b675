#!/bin/sh
# Makes the virtual environment named by the first argument, unless it is there and works.
# Uses $PYTHON when set, else the newest Python found that is at least 3.11.
set -eu
target="$1"

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

say() {
    echo "set-up: $*" >&2
}

if [ -x "$target/bin/python" ] && is_new_enough "$target/bin/python" \
    && "$target/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

python=""
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if is_new_enough "$candidate"; then
        python="$candidate"
        break
    fi
done
if [ -z "$python" ]; then
    say "Portico needs Python 3.11 or newer, and none was found."
    say "Install one (Debian and Ubuntu: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3"
    exit 1
fi

# Debian keeps venv's pip in a package of its own.
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    version="$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "installing $version"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$version" >/dev/null
    else
        say "Python's venv module is incomplete. Install the package $version (as root: apt-get install $version)"
        say "and start again."
        exit 1
    fi
fi

say "making the virtual environment in $target with $("$python" --version)"
"$python" -m venv --clear "$target"
