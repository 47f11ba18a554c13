from busbar.canon.metering import Measurand
from busbar.views.curves import UNITS


def test_every_measurand_has_its_unit():
    assert set(UNITS) == set(Measurand)
