"""A process that writes: for each line on its standard input it publishes, changes or withdraws one event.

Run by tests/test_under_fire.py. It says “ready”, and after each write the slug and the title that the very next page
must show, or “gone”.
"""

import os
import random
import sys


def main(who: str, seed: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from tests.builders import call
    from timeline import record
    from timeline.models import State

    chance = random.Random(f"{who} {seed}")
    say("ready")
    for number, _line in enumerate(sys.stdin):
        slug = f"{who}-{chance.randrange(6)}"
        title = f"{who} {seed} writes for the {number}th time"
        with record.writing() as writer:
            event = writer.find(slug)
            if event and event.state == State.PUBLISHED and chance.random() < 0.3:
                writer.withdraw(event, "It was written under fire.")
                title = "gone"
            else:
                row = call(slug, f"2025-11-{chance.randint(1, 28):02}", title=title, topics=["fire"])
                writer.write(row, event=event, state=State.PUBLISHED)
        say(f"{slug}\t{title}")


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
