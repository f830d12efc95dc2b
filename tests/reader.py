"""A process that only reads: it looks at the index and at the database, again and again, while others write.

Run by tests/test_index.py. It says “ready” when it has looked once, goes on until its standard input is closed, looks
once more and then says how many data versions it saw, and on a line of its own each thing in which the two disagreed.
"""

import os
import random
import sys
import threading


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from tests import oracle
    from timeline import index, reading
    from timeline.facets import by_outcome
    from timeline.filters import TimelineFilter
    from timeline.index import check

    chance = random.Random(os.getpid())
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    seen: set[int] = set()
    wrong: list[str] = []
    is_last = False
    while not is_last:
        is_last = ended.is_set()  # what was written last is looked at too
        with reading.snapshot() as version:
            held = index.current()
            if held.version != version:
                wrong.append(f"{version}: the index is of {held.version}")
            wrong += check.faults(held)
            asked = TimelineFilter(
                kinds=tuple(chance.sample(("meeting", "call", "statement"), chance.choice((0, 1, 2)))),
                countries=tuple(chance.sample(("JP", "US", "CN"), chance.choice((0, 1, 2)))),
                match=chance.choice(("any", "all")),
                since=chance.choice(("", "2025-11-10")),
            )
            if set(asked.ids()) != oracle.ids(asked) or sum(by_outcome(asked).values()) != len(oracle.ids(asked)):
                wrong.append(f"{version}: {asked.address}")
        if not seen:
            sys.stdout.write("ready\n")
            sys.stdout.flush()
        seen.add(version)
    sys.stdout.write("\n".join([str(len(seen)), *wrong]))


if __name__ == "__main__":
    main()
