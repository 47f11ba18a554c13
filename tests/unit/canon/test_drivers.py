from busbar.canon.drivers import DriverPrincipal


def test_a_driver_has_a_name_for_the_audit_log():
    principal = DriverPrincipal(driver_id="d", operator_id="one", sign_in_id="i", language="en")
    assert principal.name == "driver:d"
