"""A world whose mail goes to a server in memory."""

from contextlib import asynccontextmanager

import msgspec

from busbar.adapters.memory.mailer import MemoryMailer
from busbar.app.housekeeping import Housekeeping
from busbar.canon.mail import LetterKind, SendLetter
from busbar.db.jobs import jobs
from busbar.domain.mail.sql import letters
from tests.contracts.api.conftest import open_world

POST = {"mail_host": "127.0.0.1", "mail_sender": "post@busbar.example", "mail_security": "none"}


class Post:
    """A world whose mail goes to a server in memory."""

    def __init__(self, world):
        self.world = world
        self.mailer = MemoryMailer()
        self.runner = Housekeeping(msgspec.structs.replace(world.house, mailer=self.mailer)).runner

    async def run(self):
        await self.make_due()
        await self.runner.run_due()

    async def make_due(self):
        async with self.world.house.databases.writer.begin() as connection:
            await connection.execute(jobs.update().values(run_at=self.world.house.clock.now()))

    async def set_attempts(self, attempts):
        async with self.world.house.databases.writer.begin() as connection:
            await connection.execute(jobs.update().values(attempts=attempts))

    async def age(self, **changes):
        async with self.world.house.databases.writer.begin() as connection:
            await connection.execute(letters.update().values(**changes))

    async def list_jobs(self):
        return await self.world.house.jobs.list_jobs()

    async def wish(self, **given):
        usual = {
            "operator_id": self.world.operator_id,
            "kind": LetterKind.TRIAL,
            "recipient": "ada@driver.example",
            "language": "en",
        }
        return await self.world.house.desk.dispatch(SendLetter(**(usual | given)))

    async def read(self, letter_id):
        return await self.world.boss.get(f"/mail/letters/{letter_id}")


@asynccontextmanager
async def open_post(tmp_path, database_url=None, **given):
    async with open_world(tmp_path, database_url, **(POST | given)) as world:
        yield Post(world)
