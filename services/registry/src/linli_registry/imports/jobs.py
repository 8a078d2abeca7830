"""The long steps of an import as jobs: check, commit, annotated copy. Each may be killed and run again."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from linli_kernel.app import Linli
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.jobs import JobContext, JobKind, enqueue
from sqlalchemy import RowMapping, or_, select
from sqlalchemy.exc import IntegrityError

from linli_registry.divisions.tables import division
from linli_registry.duplicates.scanning import SCAN, written_at
from linli_registry.imports import repository, staging, writing
from linli_registry.imports.errors import WrongState
from linli_registry.imports.setting import Setting, short_name, spellings
from linli_registry.metadata import prefix_range
from linli_registry.residents.keys import ResidentKeys

CHECK_JOB, COMMIT_JOB, ANNOTATE_JOB = "imports.check", "imports.commit", "imports.annotate"


def payload(viewer: Viewer, key: UUID) -> dict[str, Any]:
    """What a job must remember of who asked: it acts within the area the viewer had then."""
    return {
        "import": str(key),
        "viewer": {
            "sub": str(viewer.subject), "sid": viewer.session, "tenant": viewer.tenant, "role": viewer.role.value,
            "divisions": list(viewer.divisions), "grids": [str(grid) for grid in viewer.grids], "post": viewer.post,
            "name": viewer.name,
        },
    }  # fmt: skip


def viewer_of(kept: Mapping[str, Any]) -> Viewer:
    return Viewer.from_claims(dict(kept["viewer"]))


async def setting_of(linli: Linli, viewer: Viewer, batch: Any, named: Collection[str] | None = None) -> Setting:
    """Return the rules of one import; villages are known by name and code, with `named` only those that it names."""
    return Setting(
        viewer, ResidentKeys(linli.keyring, viewer.tenant), linli.clock.today(), batch["since"], batch["division"],
        await _villages(linli, viewer, batch, named),
    )  # fmt: skip


async def _villages(linli: Linli, viewer: Viewer, batch: Any, named: Collection[str] | None) -> dict[str, str]:
    if "division" not in batch["mapping"].values() or (named is not None and not any(named)):
        return {}
    low, high = prefix_range(batch["division"])
    d = division.c
    statement = select(d.code, d.name).where(d.level == "village", d.valid_to.is_(None), d.code >= low, d.code < high)
    if named is not None:
        statement = statement.where(or_(d.code.in_(named), d.name.in_(spellings(named))))
    # Two villages of a county may share a short name; then only the code or the whole name tells them apart.
    villages: dict[str, str] = {}
    for row in await linli.database.fetch_all(statement):
        if viewer.covers(row["code"]):
            for word in {row["code"], row["name"], short_name(row["name"])}:
                villages[word] = "" if word in villages else row["code"]
    return {word: code for word, code in villages.items() if code}


async def _locked(context: JobContext, viewer: Viewer, states: tuple[str, ...]) -> RowMapping:
    async with context.database.transaction(context.tenant, viewer) as tx:
        batch = await repository.locked(tx, viewer, UUID(context.payload["import"]))
    if batch["state"] not in states:
        raise WrongState
    return batch


def _planner(linli: Linli, setting: Setting, batch: RowMapping) -> staging.Planner:
    return staging.Planner(setting, linli.keyring, batch["id"], batch["mapping"])


async def _gone_back(context: JobContext, viewer: Viewer, running: str, state: str) -> None:
    """Back to the step before, unless the work was stored and only the word of it was lost."""
    async with context.database.transaction(context.tenant, viewer) as tx:
        batch = await repository.locked(tx, viewer, UUID(context.payload["import"]))
        if batch["state"] == running:
            await repository.change(tx, context.tenant, batch["id"], state=state)


async def _check(context: JobContext) -> dict[str, Any]:
    """Stage the file and plan every household; nothing reaches the register."""
    linli: Linli = context.app
    viewer = viewer_of(context.payload)
    try:
        batch = await _locked(context, viewer, ("checking",))
        planner = _planner(linli, await setting_of(linli, viewer, batch), batch)
        await staging.stage(context.database, planner, batch, context.progress)
        async with context.database.transaction(context.tenant, viewer) as tx:
            counts = await repository.counts(tx, context.tenant, batch["id"])
            await repository.change(tx, context.tenant, batch["id"], state="checked", counts=counts)
            tx.record(Act(action="import.check", object_kind="import", object_id=batch["id"],
                          division=batch["division"], detail={"rows": counts["rows"]}))  # fmt: skip
    except WrongState:
        raise
    except Exception:
        await _gone_back(context, viewer, "checking", "uploaded")
        raise
    await context.progress(counts["rows"], counts["rows"])
    return counts


async def _commit(context: JobContext) -> dict[str, Any]:
    """Plan again against the register of now and write, in one transaction: all of it or nothing."""
    linli: Linli = context.app
    viewer = viewer_of(context.payload)
    try:
        batch = await _locked(context, viewer, ("committing",))
        planner = _planner(linli, await setting_of(linli, viewer, batch), batch)
        total = int(batch["counts"].get("rows", 0))
        async with context.database.transaction(context.tenant, viewer) as tx:
            # Held to the end: a second runner, who took this one for dead, waits and finds the list stored.
            if (await repository.locked(tx, viewer, batch["id"]))["state"] != "committing":
                raise WrongState
            await repository.alone_in_county(tx, context.tenant)
            writer = await writing.writer_of(tx, planner, batch["file_name"])

            async def progress(done: int) -> None:
                await context.progress(done, total)

            await writing.write_all(writer, progress)
            stored = writer.maker.counts
            counts = {**batch["counts"], "stored": {name: n for name, n in stored.items() if n}}
            if stored["new"] or stored["changed"]:
                # Likely duplicates of a whole list are looked for by the job that does so, not inside this transaction.
                await enqueue(tx, SCAN, written_at(tx.now))
            await repository.clear_rows(tx, context.tenant, batch["id"])
            await repository.change(
                tx, context.tenant, batch["id"], state="committed", counts=counts, content=None, finished_at=tx.now
            )
            await writer.finish(Act(action="import.commit", object_kind="import", object_id=batch["id"],
                                    division=batch["division"], detail=dict(stored)))  # fmt: skip
        linli.relay.poke()
    except WrongState:
        # Taken up again after its transaction had ended: done.
        batch = await _locked(context, viewer, ("committed",))
        counts = batch["counts"]
    except IntegrityError:
        # Somebody registered one of these people meanwhile; a new check names the row.
        await _gone_back(context, viewer, "committing", "checked")
        raise Changed from None
    except Exception:
        await _gone_back(context, viewer, "committing", "checked")
        raise
    return dict(counts)


class Changed(WrongState):
    code = "import.register_changed"
    zh = "检查之后登记库有变化，请重新检查后再导入；没有任何内容被导入"
    en = "The register changed after the check; check again. Nothing was imported"


async def _annotate(context: JobContext) -> dict[str, Any]:
    from linli_registry.imports import annotated  # here: it brings openpyxl along, which takes half a second

    linli: Linli = context.app
    viewer = viewer_of(context.payload)
    batch = await _locked(context, viewer, ("checked",))
    return await annotated.prepare(context, linli, viewer, batch)


JOB_KINDS = (
    JobKind(CHECK_JOB, _check),
    JobKind(COMMIT_JOB, _commit),
    JobKind(ANNOTATE_JOB, _annotate),
)
