"""Finding, and where possible installing, the Chromium that the browser tests drive.

    python tests/chromium.py            prints its path, or ends with status 1 and a sentence
    python tests/chromium.py --install  installs it first if it is missing

Playwright's own download is used where it is there, but any Chromium or Chrome will do.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

# The first is Chromium with no window to draw: the same pages in half of the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = (
    "The browser tests need Chromium, and there is none. Install it (Debian: apt install chromium; macOS:"
    " brew install --cask chromium), or run .venv/bin/playwright install chromium, or set CHROMIUM to one."
)


def find() -> Path | None:
    """The browser's program, or None. $CHROMIUM is obeyed or refused, never passed over."""
    chosen = os.environ.get("CHROMIUM", "").strip()
    if chosen:
        return Path(chosen) if os.access(chosen, os.X_OK) else None
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return Path(path)
    for place in PLACES:
        if os.access(place, os.X_OK):
            return Path(place)
    return _playwrights_own()


def launch_options() -> dict[str, Any]:
    """What Playwright's `chromium.launch` is given; the browser speaks to this machine and to nobody else."""
    path = find()
    if path is None:
        raise RuntimeError(MISSING)
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-gpu",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
        # One process draws all pages: they are all of this site.
        "--disable-site-isolation-trials",
        "--process-per-site",
        # A page that asks another host for something gets an error at once, and the test fails by it.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox does not work for root
    return {"executable_path": str(path), "args": arguments}


def _playwrights_own() -> Path | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def install() -> None:
    """Try the system's packages where we may, then Playwright's download; show what they say if all fail."""
    attempts: list[list[list[str]]] = []
    if os.geteuid() == 0 and shutil.which("apt-get"):
        package = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        attempts.append([["apt-get", "update", "-qq"], [*package, "chromium-headless-shell"]])
        attempts.append([[*package, "chromium"]])
    attempts.append([[sys.executable, "-m", "playwright", "install", "chromium"]])
    said = []
    for commands in attempts:
        print(f"Installing Chromium ({commands[-1][0]}) ...", flush=True)
        for command in commands:
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            answer = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
            )
            if answer.returncode != 0:
                said.append(f"$ {' '.join(command)}\n{answer.stdout[-2000:]}")
        if find():
            return
    print("\n".join(said), file=sys.stderr)


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--install"]):
        print("Usage: python tests/chromium.py [--install]")
        return 2
    if arguments and find() is None and not os.environ.get("CHROMIUM"):
        install()
    path = find()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
