"""All tests on SQLite and in the browser, and beside them on PostgreSQL all that ask it: what `make test` runs.

    python tests/rings.py [--long] [pytest's arguments]

With --long the tests that are marked so are run as well.

Both rings run at once, since each leaves the processor idle now and then, and both run to their end even where the
first fails. SQLite's is shown as it goes, PostgreSQL's after it; the last lines say how each ended. Ends with 0 if
both passed, with 1 otherwise. Nothing but the standard library is used.

Pages look and act the same on either database: the browser's tests belong to SQLite's ring. Each ring has as many
processes as there are processors. Each process takes file after file, so that what a file's tests share is made once.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parent
PROCESSORS = min(os.cpu_count() or 1, 8)
# Where both want the processor SQLite's ring has it: the browser at its end would leave one of two idle.
POSTGRES = ["nice", "-n", "5", sys.executable, str(TESTS / "postgres.py"), "--"]


def pytest(processes: int, *arguments: str) -> list[str]:
    """The command for so many processes."""
    return [sys.executable, "-m", "pytest", "-n", str(processes), "--dist", "loadfile", *arguments]


def main(arguments: list[str]) -> int:
    """Run both rings with these arguments for pytest; gives the exit status."""
    is_whole = "--long" in arguments
    arguments = [one for one in arguments if one != "--long"]
    chosen = "not soak" if is_whole else "not soak and not long"
    for picture in (TESTS / "artefacts").glob("failed-*.png"):
        picture.unlink()
    with tempfile.TemporaryDirectory() as directory:
        results, said = Path(directory, "results"), Path(directory, "said")
        environment = {**os.environ, "TEST_RESULT": str(results)}
        with said.open("wb") as file:
            second = subprocess.Popen(
                [*POSTGRES, *pytest(PROCESSORS, "-m", f"{chosen} and not browser", *arguments)],
                env=environment,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
            try:
                left = "" if is_whole else ", but for the long ones (LONG=yes)"
                print(f"Tests on SQLite and in the browser{left}", flush=True)
                first = pytest(PROCESSORS, "-m", chosen, *arguments)
                statuses = [subprocess.run(first, env=environment, check=False).returncode]
                print("Tests on PostgreSQL", flush=True)
                statuses.append(second.wait())
            finally:  # whatever ended this
                second.terminate()
                second.wait()
        with said.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        print()
        print(results.read_text(encoding="utf-8") if results.exists() else "No test ran.", end="", flush=True)
    return 1 if any(statuses) else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
