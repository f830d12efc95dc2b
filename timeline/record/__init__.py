"""The one writer: everything that changes public content goes through here, in one transaction.

    with record.writing(origin=Origin.EDITOR, by=user) as writer:
        writer.write(entry, state=State.PUBLISHED)   # an event, in the dossier's event schema
        leader.save()                                # or any other public row

On leaving the block the writer has resolved links, put the events in their order, made their versions,
refreshed the search tokens, appended to the change log and raised the data version. When something is wrong
it raises Refused, with each problem in words and the place in the record that it belongs to, and nothing has
happened.
"""

from .discarding import bring_back
from .form import Record, canonical, of, of_all
from .numbers import free_numbers
from .restoring import Past, restore
from .rules import Problem, Refused
from .showing import shown, shown_otherwise
from .versions import last_shown, latest
from .writer import Writer, Written, writing

__all__ = [
    "Past",
    "Problem",
    "Record",
    "Refused",
    "Writer",
    "Written",
    "bring_back",
    "canonical",
    "free_numbers",
    "last_shown",
    "latest",
    "of",
    "of_all",
    "restore",
    "shown",
    "shown_otherwise",
    "writing",
]
