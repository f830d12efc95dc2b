"""`make bench`: how fast Readout is beside others, and how that changes as the record grows.

data.py      a made-up record of any size     serve.py     servers on this machine, and what they use
load.py      asks for pages, takes the time   figures.py   medians, ratios, the table
measures.py  what is measured                 __main__.py  one run of it all
"""
