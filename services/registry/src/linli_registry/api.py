"""The registry's routes, by noun."""

from fastapi import APIRouter

from linli_registry.areas import endpoints as areas
from linli_registry.centres import endpoints as centres
from linli_registry.dictionaries import endpoints as dictionaries
from linli_registry.divisions import endpoints as divisions
from linli_registry.duplicates import endpoints as duplicates
from linli_registry.exports import endpoints as exports
from linli_registry.grids import endpoints as grids
from linli_registry.history import endpoints as history
from linli_registry.households import endpoints as households
from linli_registry.households import evidence_endpoints as evidence
from linli_registry.households import person_endpoints as persons
from linli_registry.imports import endpoints as imports
from linli_registry.residents import endpoints as residents
from linli_registry.residents import known_endpoints as also_known
from linli_registry.rolls import endpoints as rolls
from linli_registry.staff import endpoints as staff
from linli_registry.statistics import endpoints as statistics
from linli_registry.transfers import endpoints as transfers

PREFIX = "/api/registry/v1"
ROUTERS: tuple[APIRouter, ...] = (
    rolls.router,  # /residents/names
    residents.router,  # /residents, /residents/search, /residents/{id}/{reveal,prefill}
    also_known.router,  # /residents/{id}/{former-names,phones}
    history.router,  # /residents/{id}/{history,on/{day},confirmations,confirm}, /households/{id}/{history,on/{day}}
    duplicates.router,  # /duplicates, /duplicates/scans, /duplicates/merges
    duplicates.residents,  # /residents/{id}/elsewhere
    households.router,  # /households, /households/{id}/events
    evidence.router,  # /households/{id}/evidence
    persons.router,  # /residents/{id}/{events,evidence}
    transfers.router,  # /transfers, /transfers/{id}/{accept,refuse,cancel,close,evidence}
    divisions.router,  # /divisions and /api/public/v1/divisions
    grids.router,  # /grids, /dwellings, /households/{id}/address, /villages/{code}/map
    areas.router,  # /areas, /communities
    centres.router,  # /centres
    dictionaries.router,  # /dictionaries/{name}
    statistics.router,  # /statistics/population, /statistics/changes
    statistics.open_router,  # /api/public/v1/statistics/population
    imports.router,  # /imports, /imports/{id}/{mapping,check,commit,findings,rows,annotated}
    exports.router,  # /exports, /exports/{id}/file
    staff.router,  # /staff
    residents.internal,  # /internal/v1/residents/by-phone
    rolls.internal,  # /internal/v1/residents/{eligible,kin,reach}
    staff.internal,  # /internal/v1/residents/{near,same}
)
