import pytest

from busbar.canon.configuration import Dialect
from busbar.canon.control import VariableRef, VariableValue
from busbar.canon.stations import Protocol
from busbar.domain.stations import configuration_rules as rules
from busbar.domain.stations.configuration_rules import DifferenceKind, Template


def want(variable, value="1", component=None, **ref):
    return VariableValue(ref=VariableRef(variable=variable, component=component, **ref), value=value)


def make(template_id, dialect=Dialect.KEYS, vendor=None, model=None, site_id=None):
    return Template(
        template_id=template_id,
        name=template_id,
        dialect=dialect,
        vendor=vendor,
        model=model,
        site_id=site_id,
        settings=(want("A"),),
    )


def choose(*templates, given_id=None, dialect=Dialect.KEYS, vendor="Elettra", model="E22", site_id="S"):
    found = rules.choose_template(
        templates, given_id=given_id, dialect=dialect, vendor=vendor, model=model, site_id=site_id
    )
    return found and found.template_id


def test_a_protocol_has_a_dialect():
    assert rules.name_dialect(None) is None
    assert rules.name_dialect(Protocol.OCPP16) is Dialect.KEYS
    assert rules.name_dialect(Protocol.OCPP201) is Dialect.VARIABLES


@pytest.mark.parametrize(
    ("dialect", "settings", "reason"),
    [
        (Dialect.KEYS, [], "settings"),
        (Dialect.KEYS, [want(f"K{number}") for number in range(rules.SETTINGS_MAX + 1)], "settings"),
        (Dialect.KEYS, [want("A"), want("a")], "repeated"),
        (Dialect.KEYS, [want("AuthorizationKey")], "secret"),
        (Dialect.KEYS, [want("A", component="C")], "component"),
        (Dialect.VARIABLES, [want("A")], "component"),
    ],
)
def test_what_no_template_can_hold(dialect, settings, reason):
    with pytest.raises(rules.ConfigurationError) as caught:
        rules.check_settings(dialect, settings)
    assert caught.value.facts["reason"] == reason


def test_the_given_template_comes_before_the_most_special_that_fits():
    vendor, model, site = make("v", vendor="ELETTRA"), make("m", vendor="Elettra", model="e22"), make("s", site_id="S")
    assert choose(vendor, model, site) == "m"
    assert choose(vendor, model, site, given_id="v") == "v"
    assert choose(make("other", vendor="Other"), make("all")) is None
    assert choose(make("all"), given_id="all") == "all"
    assert choose(vendor, given_id="gone") == "v"
    assert choose(make("b", vendor="Elettra"), make("a", site_id="S")) == "a"
    assert choose(vendor, dialect=Dialect.VARIABLES) is None
    assert choose(vendor, vendor=None) is None


def test_differences_are_missing_other_or_read_only():
    told = [want("a", "TRUE"), want("List", "x, y"), want("Fixed", "2"), want("Other", "3")]
    told[2] = VariableValue(ref=told[2].ref, value="2", is_readonly=True)
    wanted = [want("A", "true"), want("List", "x,y"), want("Fixed", "1"), want("Other", "4"), want("None", "5")]
    found = [(each.ref.variable, each.kind, each.value, each.wanted) for each in rules.compare(wanted, told)]
    assert found == [
        ("Fixed", DifferenceKind.READ_ONLY, "2", "1"),
        ("Other", DifferenceKind.OTHER, "3", "4"),
        ("None", DifferenceKind.MISSING, None, "5"),
    ]


def test_a_setting_is_named_as_people_read_it():
    ref = VariableRef(
        variable="V", variable_instance="i", component="C", component_instance="j", evse_id=1, connector_id=2
    )
    assert rules.write_name(ref) == "C[j]#1.2 V[i]"
    assert rules.write_name(VariableRef(variable="Key")) == "Key"
    assert rules.list_setting_edits([want("A", "1")], [want("A", "2")]) == {"A": {"from": "1", "to": "2"}}
