"""`make eval`: the extractor's score on each labelled set, with every error, and on all of them together."""

import sys

from tests.eval.scoring import SETS, report, score

for name in SETS:
    for line in report(name, score(name)):
        sys.stdout.write(f"{line}\n")
together = score(*SETS)
together.errors.clear()
for line in report("all sets", together):
    sys.stdout.write(f"{line}\n")
