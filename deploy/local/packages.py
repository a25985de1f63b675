"""Debian packages that the suite or its tests need: installs what is missing, or says what to install.

python -m deploy.local.packages broker
python -m deploy.local.packages broker browser pdf
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.broker import find_server

POLICY = Path("/usr/sbin/policy-rc.d")


@dataclass(frozen=True)
class Need:
    """Something the machine must have, whether it does, and the packages that bring it.

    An optional one is installed where that is possible; else people are told, and things go on without it.
    """

    purpose: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]
    optional: bool = False


def _has_font(name: str) -> bool:
    return any(Path("/usr/share/fonts").rglob(name))


NEEDS = {
    "broker": Need("the message broker RabbitMQ", ("rabbitmq-server",), lambda: find_server() is not None),
    "browser": Need(
        "the browser that the tests drive",
        ("chromium",),
        lambda: any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
    ),
    "pdf": Need(
        "tools that look into PDF files", ("poppler-utils",), lambda: shutil.which("pdftotext") is not None
    ),
    "fonts": Need("fonts for the browser", ("fonts-noto-core",), lambda: _has_font("NotoSans-Regular.*")),
    "document-fonts": Need(
        "fonts for names of all scripts in documents",
        ("fonts-droid-fallback", "fonts-dejavu-core"),
        lambda: _has_font("DroidSansFallbackFull.ttf") and _has_font("DejaVuSans.ttf"),
        optional=True,
    ),
}


class PackageError(RuntimeError):
    """Packages are missing and can't be installed from here."""


def ensure(*names: str) -> None:
    """See to it that these needs (names out of NEEDS) are met; PackageError says what to do otherwise."""
    missing = [NEEDS[name] for name in names if not NEEDS[name].is_there()]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        for need in missing:
            if need.optional:
                print(
                    f"set-up: going on without {need.purpose} (Debian: {' '.join(need.packages)})", flush=True
                )
        missing = [need for need in missing if not need.optional]
    if not missing:
        return
    packages = [package for need in missing for package in need.packages]
    purposes = " and ".join(need.purpose for need in missing)
    if shutil.which("apt-get") is None:
        raise PackageError(
            f"Missing: {purposes}. Install it with this system's package manager ({packages})."
        )
    command = f"apt-get install {' '.join(packages)}"
    if os.geteuid() != 0:
        raise PackageError(f"Missing: {purposes}. Install it once as root, then start again:  sudo {command}")
    print(f"set-up: installing {', '.join(packages)} ({purposes})", flush=True)
    _install(packages)
    still = [need.purpose for need in missing if not need.is_there()]
    if still:
        raise PackageError(
            f"Installed {', '.join(packages)}, but there is still no sign of {' and '.join(still)}."
        )


def _install(packages: list[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["--yes", "--quiet", "--no-install-recommends"]
    with _services_stay_off(), tempfile.TemporaryFile("w+") as output:
        for command in (["apt-get", "update", "--quiet"], ["apt-get", "install", *options, *packages]):
            done = subprocess.run(command, env=env, stdout=output, stderr=subprocess.STDOUT, check=False)
            if done.returncode != 0:
                output.seek(0)
                last = "\n".join(output.read().splitlines()[-20:])
                raise PackageError(f"{' '.join(command)} failed:\n{last}")


@contextmanager
def _services_stay_off() -> Iterator[None]:
    """Debian starts what it installs; a policy that says no keeps a second broker from running unasked."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def main() -> None:
    """Meet the needs named on the command line."""
    try:
        ensure(*sys.argv[1:])
    except PackageError as error:
        sys.exit(f"set-up: {error}")
    except KeyboardInterrupt:
        sys.exit("set-up: stopped; the next start goes on with it")


if __name__ == "__main__":
    main()
