"""The route index of supervision: every router this service has."""

from fastapi import APIRouter

from linli_supervision.alarms import endpoints as alarms
from linli_supervision.cockpit import endpoints as cockpit
from linli_supervision.deliberations import call_endpoints as calls
from linli_supervision.deliberations import endpoints as deliberations
from linli_supervision.deliberations import execution_endpoints as executions
from linli_supervision.deliberations import vote_endpoints as votes
from linli_supervision.disclosures import duty_endpoints as duties
from linli_supervision.disclosures import endpoints as disclosures
from linli_supervision.disclosures import public_endpoints as public_disclosures
from linli_supervision.extracts import endpoints as extracts
from linli_supervision.flags import endpoints as flags
from linli_supervision.flags import public_endpoints as public_flags
from linli_supervision.inquiries import endpoints as inquiries
from linli_supervision.ledger import endpoints as ledger
from linli_supervision.lookups import endpoints as lookups
from linli_supervision.questions import endpoints as questions
from linli_supervision.repeated_supplements import endpoints as repeated_supplements
from linli_supervision.seals import endpoints as seals
from linli_supervision.seals import paper_endpoints as paper_seals
from linli_supervision.seals import register_endpoints as seal_register
from linli_supervision.seals import use_endpoints as seal_uses
from linli_supervision.timelines import endpoints as timelines
from linli_supervision.witnesses import endpoints as witnesses

ROUTERS: list[APIRouter] = [
    ledger.public_router,  # /api/public/v1/ledger/{tenant}/checkpoint, tile, key, proofs
    ledger.proof_router,  # the same for staff: /api/supervision/v1/ledger/{tenant}/…
    ledger.router,  # /api/supervision/v1/ledger/{tenant}/entries
    extracts.router,  # /api/supervision/v1/ledger/{tenant}/entries/{index}/extract, extract.pdf
    timelines.router,  # /api/supervision/v1/ledger/{tenant}/timeline
    witnesses.public_router,  # /api/public/v1/ledger/{tenant}/witnesses, checkpoints, cosignatures, refusals
    witnesses.router,  # /api/supervision/v1/ledger/{tenant}/witnesses
    alarms.router,  # /api/supervision/v1/ledger/{tenant}/sources, alarms
    alarms.internal,  # /internal/v1/heads
    seal_register.public_router,  # /api/public/v1/seals/{county}/authority.cer, revoked.crl
    seal_register.router,  # /api/supervision/v1/seals (founding, custodians), seal-changes, seal-candidates
    paper_seals.router,  # /api/supervision/v1/seals/{seal_id}/paper-uses, envelopes, incidents; uses/{use_id}/unseal, reclose
    seals.router,  # /api/supervision/v1/seals, …/uses
    *seal_uses.routers(),  # /api/supervision/v1/seals/{seal_id}/uses/{use_id}/…, /api/supervision/v1/uses/{use_id}/…
    seal_uses.internal,  # /internal/v1/seal-uses/{use_id}
    lookups.router,  # /api/supervision/v1/lookups, /lookups/alerts
    flags.router,  # /api/supervision/v1/flags
    flags.rule_router,  # /api/supervision/v1/flag-rules
    public_flags.router,  # /api/public/v1/flags
    inquiries.router,  # /api/supervision/v1/inquiries
    inquiries.committee_router,  # /api/supervision/v1/committee, /committee/activity
    cockpit.router,  # /api/supervision/v1/cockpit
    repeated_supplements.router,  # /api/supervision/v1/repeated-supplements
    disclosures.router,  # /api/supervision/v1/disclosures
    duties.router,  # /api/supervision/v1/disclosure-duties, -occasions, -villages, -settings
    questions.router,  # /api/supervision/v1/disclosure-questions
    questions.public_router,  # /api/public/v1/disclosures/{id}/questions, /api/public/v1/disclosures/questions/{token}
    deliberations.router,  # /api/supervision/v1/deliberations
    executions.router,  # /api/supervision/v1/deliberations/{id}/{plan,report,postpone,complete,accept,send-back}
    votes.router,  # /api/supervision/v1/deliberations/{id}/{enrol,roll,call,call-off,sit,attendance,recusals,votes,tally,close}
    calls.internal,  # /internal/v1/deliberations/{id}/called
    votes.own,  # /api/supervision/v1/ballots
    public_disclosures.router,  # /api/public/v1/disclosures
]
