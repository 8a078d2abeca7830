"""A seal of rubber for the demo: in a village beside the main one, with two past openings and the chain of its three envelopes.

The keys of its custodians are made here and thrown away: their records verify, and nobody can sign another one.
"""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from linli_kernel.database import Database, Tx
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profile
from PIL import Image, ImageDraw
from sqlalchemy import insert, select

from linli_supervision.attachments import kept
from linli_supervision.seals import certificates, paper, paper_pdf, pdf, service
from linli_supervision.seals.authority import authority_of
from linli_supervision.seals.paper_rules import CLOSING, FIRST, OPENING, USE
from linli_supervision.seals.paper_tables import seal_envelope, seal_photograph, seal_stamped
from linli_supervision.seals.tables import ENVELOPE, seal, seal_custodian, seal_use

TENANT, VILLAGE, NAME = "421202", "421202104215", "贺胜村村民委员会公章（实物）"
NUMBERS = ("HS-2026-0001", "HS-2026-0002", "HS-2026-0003")
OPENINGS: tuple[tuple[int, str, tuple[tuple[str, int, int], ...]], ...] = (
    (41, "村级道路养护合同用印", (("村级道路养护合同", 3, 6),)),
    (13, "集体土地租赁用印", (("集体土地租赁合同", 2, 4), ("村民代表会议决议", 1, 1))),
)
"""Days ago, for what, and what was stamped: title, copies, impressions."""


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"linli-demo:paper-seal:{VILLAGE}:{name}")


def _picture(number: str, words: str) -> bytes:
    """An envelope with its number, drawn: the demo shows no photograph of anybody's desk."""
    drawn = Image.new("RGB", (900, 560), "#e9dfc8")
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((40, 40, 860, 520), outline="#8c857a", width=4)
    pen.line((40, 40, 450, 300, 860, 40), fill="#8c857a", width=4)
    pen.text((300, 360), number, fill="#b23a2e", font_size=56)
    pen.text((390, 440), words, fill="#5f6b78", font_size=30)
    made = BytesIO()
    drawn.save(made, "JPEG", quality=85)
    return made.getvalue()


class _Demo:
    """What the rows have in common."""

    def __init__(self, tx: Tx, keyring: KeyRing, profile: Profile, now: datetime) -> None:
        self.tx, self.keyring, self.profile, self.now = tx, keyring, profile, now
        self.pieces = profile.supervision.seal.pieces
        self.titles = [f"贺胜村公章第{'一二三四五六七八九'[n]}保管人" for n in range(self.pieces)]
        self.own: dict[str, Any] = {"tenant": TENANT, "seal_id": _id("seal")}

    async def found(self) -> None:
        rules = self.profile.supervision.seal
        begun = self.now - timedelta(days=60)
        row = {
            "tenant": TENANT, "id": _id("seal"), "division": VILLAGE, "name": NAME, "pieces": self.pieces,
            "opening_minutes": rules.opening_minutes, "reclose_minutes": rules.reclose_minutes, "method": ENVELOPE,
            "envelope": len(NUMBERS), "envelope_state": "closed", "profile": f"{self.profile.id}@{self.profile.version}",
            "created_at": begun,
        }  # fmt: skip
        await self.tx.execute(insert(seal).values(row))
        for n, title in enumerate(self.titles, 1):
            holder = {"position": n, "account": _id(f"account{n}"), "title": title, "since": begun}
            await self.tx.execute(insert(seal_custodian).values(self.own | holder))

    async def photograph(self, name: str, number: str, moment: str, at: datetime, use_id: UUID | None) -> UUID:
        photograph_id = _id(f"photograph:{name}")
        found = await kept(self.profile, "seal.jpg", _picture(number, moment))
        place = paper.place_of(TENANT, photograph_id)
        values = {
            **self.own, "id": photograph_id, "use_id": use_id, "round": 1 if use_id else 0, "moment": moment, "at": at,
            **{one: found[one] for one in ("media_type", "size", "sha256")}, "by_name": self.titles[0],
            "content": self.keyring.encrypt_bytes(found["content"], **place),
        }  # fmt: skip
        await self.tx.execute(insert(seal_photograph).values(values))
        return photograph_id

    async def opening(self, n: int, days: int, purpose: str, lines: tuple[tuple[str, int, int], ...]) -> None:
        """One finished opening of the n-th envelope, signed by all."""
        use_id, at = _id(f"use{n}"), self.now - timedelta(days=days)
        done = {"unsealed_at": at, "reclosed_at": at + timedelta(minutes=24), "reclose_by": at + timedelta(minutes=60)}
        use = {
            "tenant": TENANT, "id": use_id, "seal_id": _id("seal"), "division": VILLAGE, "case_id": None,
            "document_id": use_id, "purpose": purpose, "state": "sealed", "round": 1, "requester": _id("requester"),
            "requester_name": "村委会工作人员", "requested_at": at - timedelta(days=1), "approver": _id("approver"),
            "approver_name": "贺胜桥镇", "approved_at": at - timedelta(hours=3), "unsealed_envelope": n, **done,
            "ended_at": at + timedelta(minutes=31),
        }  # fmt: skip
        stamped = [
            {"tenant": TENANT, "use_id": use_id, "line": line, "title": title, "case_id": None, "copies": copies,
             "impressions": marks, "copies_made": copies, "impressions_made": marks}
            for line, (title, copies, marks) in enumerate(lines, 1)
        ]  # fmt: skip
        shown = {OPENING: (NUMBERS[n - 1], at), CLOSING: (NUMBERS[n], done["reclosed_at"])}
        record = await self._record(use | {"seal_name": NAME}, stamped, n)
        papers = {"document": record, "sealed_document": await self._signed(record)}
        encrypted = {
            name: self.keyring.encrypt_bytes(content, **service.place_of(TENANT, use_id, name))
            for name, content in papers.items()
        }
        digests = {
            "document_sha256": pdf.fingerprint(record), "sealed_sha256": pdf.fingerprint(papers["sealed_document"])
        }  # fmt: skip
        await self.tx.execute(insert(seal_use).values(use | encrypted | digests))
        await self.tx.execute(insert(seal_stamped).values(stamped))
        pictures = [
            await self.photograph(f"{n}:{moment}", number, moment, when, use_id)
            for moment, (number, when) in shown.items()
        ]
        await self.envelope(n + 1, USE, done["reclosed_at"], pictures[1], use_id)

    async def _record(self, use: dict[str, Any], stamped: list[dict[str, Any]], n: int) -> bytes:
        made = paper_pdf.sheet(
            use, stamped, [], self.titles, envelopes=(NUMBERS[n - 1], NUMBERS[n]), now=use["reclosed_at"], public_url=""
        )
        return await paper_pdf.pdf(made, None)

    async def _signed(self, document: bytes) -> bytes:
        """The record with a signature of each custodian."""
        authority = await authority_of(self.tx, self.keyring)
        for n, title in enumerate(self.titles, 1):
            key = ec.generate_private_key(ec.SECP256R1())
            jwk = certificates.public_jwk(key.public_key())
            account = str(_id(f"account{n}"))
            issued = certificates.issue(
                authority, jwk, seal_name=NAME, title=title, account=account, now=self.now - timedelta(days=60)
            )
            place = pdf.Signing(f"LinliSeal{n}", issued.certificate, authority.certificate, title, "启封用印", VILLAGE)
            ready = await pdf.prepare(document, place)
            document = await pdf.embed(ready, place, key.sign(ready.attributes, ec.ECDSA(hashes.SHA256())))
        return document

    async def envelope(self, sequence: int, cause: str, at: datetime, picture: UUID, closed_by: UUID | None) -> None:
        opened = next((days for n, (days, _, _) in enumerate(OPENINGS, 1) if n == sequence), None)
        values = {
            **self.own, "sequence": sequence, "number": NUMBERS[sequence - 1], "cause": cause, "closed_by": closed_by,
            "closed_at": at, "by_name": self.titles[0] if closed_by else "村务监督委员会", "photograph_id": picture,
            "opened_by": _id(f"use{sequence}") if opened else None,
            "opened_at": self.now - timedelta(days=opened) if opened else None,
        }  # fmt: skip
        await self.tx.execute(insert(seal_envelope).values(values))


async def seed_paper_seal(database: Database, keyring: KeyRing, profile: Profile, now: datetime) -> int:
    """Return how many seals of rubber were made; a second run makes none."""
    async with database.transaction(TENANT) as tx:
        own = (seal.c.tenant == TENANT, seal.c.id == _id("seal"))
        if await tx.one(select(seal.c.id).where(*own)) is not None:
            return 0
        demo = _Demo(tx, keyring, profile, now.replace(hour=10, minute=12, second=0, microsecond=0))
        await demo.found()
        at = demo.now - timedelta(days=60)
        first = await demo.photograph("first", NUMBERS[0], "anew", at, None)
        await demo.envelope(1, FIRST, at, first, None)
        for n, (days, purpose, lines) in enumerate(OPENINGS, 1):
            await demo.opening(n, days, purpose, lines)
    return 1
