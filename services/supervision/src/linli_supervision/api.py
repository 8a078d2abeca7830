"""The route index of supervision: every router this service has."""

from fastapi import APIRouter

from linli_supervision.disclosures import endpoints as disclosures
from linli_supervision.ledger import endpoints as ledger
from linli_supervision.lookups import endpoints as lookups
from linli_supervision.repeated_supplements import endpoints as repeated_supplements
from linli_supervision.seals import endpoints as seals
from linli_supervision.seals import use_endpoints as seal_uses

ROUTERS: list[APIRouter] = [
    ledger.public_router,  # /api/public/v1/ledger/{tenant}/checkpoint, tile, key, proofs
    ledger.proof_router,  # the same for staff: /api/supervision/v1/ledger/{tenant}/…
    ledger.router,  # /api/supervision/v1/ledger/{tenant}/entries
    seals.router,  # /api/supervision/v1/seals, …/uses
    *seal_uses.routers(),  # /api/supervision/v1/seals/{seal_id}/uses/{use_id}/…, /api/supervision/v1/uses/{use_id}/…
    seal_uses.internal,  # /internal/v1/seal-uses/{use_id}
    lookups.router,  # /api/supervision/v1/lookups, /lookups/alerts
    repeated_supplements.router,  # /api/supervision/v1/repeated-supplements
    disclosures.router,  # /api/public/v1/disclosures
]
