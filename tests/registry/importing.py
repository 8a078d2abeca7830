"""A clerk with a list, as the tests of imports and exports drive one."""

from linli_kernel.identity import Role
from linli_kernel.ids import new_id

from tests.registry import workbooks as w

VILLAGE = "421202104221"


class Clerk:
    """One clerk of the village with a list."""

    def __init__(self, registry, role=Role.CLERK, **claims):
        self.registry = registry
        self.headers = registry.auth(role, sub=new_id(), **claims)

    async def call(self, method, path, body=None, **more):
        return await self.registry.call(method, path, body, headers={**self.headers, **more.pop("extra", {})}, **more)

    async def upload(self, content, name="名单.xlsx", division=VILLAGE):
        return await self.registry.client.post(
            "/api/registry/v1/imports",
            files={"file": (name, content)},
            data={"division": division},
            headers=self.headers,
        )

    async def uploaded(self, content, name="名单.xlsx", division=VILLAGE):
        answer = await self.upload(content, name, division)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def work(self):
        while await self.registry.app.state.linli.jobs.run_one():
            pass

    async def job(self, answer):
        assert answer.status_code == 202, answer.text
        await self.work()
        return (await self.call("GET", f"jobs/{answer.json()['id']}")).json()

    async def checked(self, content, **more):
        made = await self.uploaded(content, **more)
        job = await self.job(await self.call("POST", f"imports/{made['id']}/check"))
        assert job["state"] == "done", job
        return (await self.call("GET", f"imports/{made['id']}")).json()

    async def committed(self, content, without_faulty=False, **more):
        made = await self.checked(content, **more)
        answer = await self.call("POST", f"imports/{made['id']}/commit", {"without_faulty": without_faulty})
        job = await self.job(answer)
        assert job["state"] == "done", (job, await self.found(made))
        return (await self.call("GET", f"imports/{made['id']}")).json()

    async def rows(self, made, code=None):
        answer = await self.call("GET", f"imports/{made['id']}/rows" + (f"?code={code}" if code else ""))
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def found(self, made):
        return [(f["address"], f["code"]) for row in await self.rows(made) for f in row["findings"]]


def listed(*rows):
    return w.xlsx([w.HEADERS, *rows])


def person(name, relation, number=None, sex=None, born=None, household=None, phone=None, address=None):
    return [household, name, relation, number, sex, born, None, phone, address, None]


async def count(registry, table, condition="true"):
    return await registry.app.state.linli.database.pool.fetchval(f"SELECT count(*) FROM {table} WHERE {condition}")
