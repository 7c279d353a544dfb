"""The figures an installation starts with, in our own words; a city edits them from there on.

Nothing here is an office's text: every definition begins "unverified", and its source says what it
follows. Codes with a full stop are the places of the learning-city features they serve.
"""

from app.indicators.measures.catalogue import (
    community,
    inclusion,
    management,
    participation,
    technology,
    work,
)

STARTING_SET = (
    *participation.counts(),
    *participation.rates(),
    *inclusion.groups(),
    *community.community(),
    *work.work(),
    *technology.technology(),
    *management.quality(),
    *management.management(),
)
