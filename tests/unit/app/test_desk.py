import pytest

from busbar.app.desk import Desk
from busbar.canon.access import FindToken, RemoveToken


class EchoCore:
    async def dispatch(self, command):
        return ("core", command)


async def test_errands_go_first_and_all_else_to_the_core():
    desk = Desk(EchoCore())

    async def run(command):
        return ("errand", command)

    desk.register({FindToken: run})
    find = FindToken(operator_id="one", value="TAG")
    remove = RemoveToken(operator_id="one", actor="staff:s", value="TAG")
    assert await desk.dispatch(find) == ("errand", find)
    assert await desk.dispatch(remove) == ("core", remove)
    with pytest.raises(ValueError, match="FindToken"):
        desk.register({FindToken: run})
