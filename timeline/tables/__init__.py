"""Events, leaders and sources as tables that people keep in spreadsheets: out, and in again.

    EVENTS.pages([1, 2])                          # a CSV file, in pieces of bytes
    planned = plan(EVENTS, sheet.read(data, EVENTS.names))
    planned.faults                                # row, column, value and what was expected
    with record.writing(by=user) as writer:
        EVENTS.write(planned, writer)             # all that is new or changed, or nothing

A row is that of its slug (a source's also that of its address); without one it is new. What a file does not have a
column for stays as it is; an empty cell empties its field. A cell that says what an export would say is no change, so
what was exported is imported again as it was.
"""

from .events import EVENTS
from .leaders import LEADERS
from .plan import Plan, Planned, Table, plan
from .sheet import Fault, TableError
from .sources import SOURCES

__all__ = ["EVENTS", "LEADERS", "SOURCES", "Fault", "Plan", "Planned", "Table", "TableError", "plan"]
