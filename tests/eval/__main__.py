"""`make eval`: the extractor's score on the development and the held-out set, with every error."""

import sys

from tests.eval.scoring import SETS, report, score

for name in SETS:
    for line in report(name, score(name)):
        sys.stdout.write(f"{line}\n")
