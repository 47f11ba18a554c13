"""What an embedded installation does now and then: jobs that come round, and its own wire log."""

from busbar.app.chores import Chores, Outgoing, build_runner
from busbar.app.mail import make_mailing
from busbar.app.push import Pushing
from busbar.app.secret_key import find_key
from busbar.app.webhooks import make_telling
from busbar.app.wire_log_keeper import WireLogKeeper
from busbar.app.wiring import House

DRAIN_S = 1.0
"""What jobs in hand have to end by themselves when the process stops."""


class Housekeeping:
    """Has each chore of an embedded installation done in its turn; one that fails is logged and comes round again."""

    def __init__(self, house: House) -> None:
        self._house = house
        settings = house.settings
        self.chores = Chores(settings=settings, databases=house.databases, dispatcher=house.desk, clock=house.clock)
        self.mailing = make_mailing(
            settings,
            databases=house.databases,
            dispatcher=house.desk,
            mailer=house.mailer,
            clock=house.clock,
        )
        self.runner = build_runner(
            settings,
            jobs=house.jobs,
            chores=self.chores,
            outgoing=Outgoing(
                pushing=Pushing(databases=house.databases, dispatcher=house.desk, sender=house.push, clock=house.clock),
                telling=make_telling(
                    settings,
                    key=find_key(settings),
                    databases=house.databases,
                    dispatcher=house.desk,
                    clock=house.clock,
                ),
                mailing=self.mailing,
            ),
            clock=house.clock,
            holder=house.ids.new(),
        )
        self.wire_log = WireLogKeeper(
            house.wire_log, clock=house.clock, retention_days=settings.wire_log_retention_days
        )

    async def start(self) -> None:
        """Begin all chores."""
        if self._house.databases.is_sqlite:
            await self._house.jobs.vacate()
        self.runner.start()
        self.wire_log.start()

    async def stop(self) -> None:
        """End all chores; a job that is cut short is done again."""
        await self.wire_log.stop()
        await self.runner.stop(drain_s=DRAIN_S)
