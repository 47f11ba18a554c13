"""What stands in `deploy/` fits the program: settings, commands, ports, paths; and the files mean what they seem to."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml

from busbar.app.config import CONFIG_FILE_VARIABLE, ENV_PREFIX, Settings
from busbar.cli import app
from tests.house.sources import ROOT, expect_none, list_files, name_of

DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "busbar"
COMPOSE = [DEPLOY / "compose" / name for name in ("all-in-one.yaml", "scaled.yaml")]
TEMPLATES = sorted((CHART / "templates").glob("*.yaml"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
ROLES = {"gateway", "core", "api", "worker"}
VARIABLE = re.compile(r"\bBUSBAR_[A-Z0-9_]+")
OF_COMPOSE = re.compile(r"\$\{(?P<name>\w+)")
OWN_FILES = {"secret.key", "tls"}
"""What the operator puts beside the compose file."""
DEFAULTS = {name: field.default for name, field in Settings.model_fields.items()}
COMMANDS = {info.name or info.callback.__name__ for info in app.registered_commands}

# ---- the part of Helm's templates that the chart keeps to ------------------------------------------------------------

ACTION = re.compile(r"\{\{-?\s*(?P<words>.*?)\s*-?\}\}")


def look_up(path: str, values: dict[str, Any]) -> Any:
    """Find what a path names; one that is not among the values is a mistake."""
    return reduce(lambda found, key: found[key], path.strip(".").split("."), values)


def render(template: str, values: dict[str, Any]) -> str:
    """Render `if`, `if not`, `end`, paths, `quote` and `toYaml … | nindent`: the chart uses nothing else."""
    lines: list[str] = []
    shown = [True]
    for line in template.splitlines():
        whole = ACTION.fullmatch(line.strip())
        words = whole["words"].split() if whole else []
        if words[:1] == ["if"]:
            wanted = not look_up(words[2], values) if words[1] == "not" else bool(look_up(words[1], values))
            shown.append(wanted)
        elif words == ["end"]:
            shown.pop()
        elif all(shown) and words[:1] == ["toYaml"]:
            assert words[2:4] == ["|", "nindent"], line
            text = yaml.safe_dump(look_up(words[1], values), sort_keys=False, default_flow_style=False)
            lines += [" " * int(words[4]) + each for each in text.splitlines()]
        elif all(shown):
            lines.append(ACTION.sub(lambda match: write_value(match["words"], values), line))
    assert shown == [True], "an if without its end"
    return "\n".join(lines)


def write_value(words: str, values: dict[str, Any]) -> str:
    path, _, way = words.partition(" | ")
    assert way in {"", "quote"}, words
    value = str(look_up(path, values))
    return f'"{value}"' if way else value


def render_chart(**changes: Any) -> list[dict[str, Any]]:
    """Render every template; `changes` are values by their path, `__` for a dot."""
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    for path, value in changes.items():
        *parents, key = path.split("__")
        reduce(lambda found, name: found[name], parents, values)[key] = value
    given = {"Values": values, "Release": {"Name": "trial"}}
    texts = [render(path.read_text(encoding="utf-8"), given) for path in TEMPLATES]
    return [part for text in texts for part in yaml.safe_load_all(text) if part]


EVERYTHING = {
    "secret__create": True,
    "gateway__autoscaling__enabled": True,
    "api__autoscaling__enabled": True,
    "gateway__tls_secret": "stations-tls",
    "gateway__storage_class": "fast",
    "gateway__service__annotations": {"balancer": "tcp"},
}
PLAIN = {"ingress__enabled": False, "network_policy__enabled": False}


# ---- settings, commands, ports ---------------------------------------------------------------------------------------


def list_deploy_files() -> Iterator[Path]:
    return (path for path in list_files() if path.is_relative_to(DEPLOY))


def find_strangers(text: str) -> list[str]:
    """Name the variables that are no settings."""
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields} | {CONFIG_FILE_VARIABLE}
    return sorted(set(VARIABLE.findall(text)) - known)


def test_every_variable_is_a_setting():
    found = {name_of(path): find_strangers(path.read_text(encoding="utf-8")) for path in list_deploy_files()}
    expect_none(found)


def test_the_rule_finds_strange_variables():
    assert find_strangers("BUSBAR_HTTP_PORT=1 BUSBAR_HTP_PORT=2 ${BUSBAR_CONFIG:-}") == ["BUSBAR_HTP_PORT"]


def test_every_role_is_a_command():
    assert ROLES | {"up"} <= COMMANDS
    started = {re.search(r"^ExecStart=\S+/busbar (.*)$", unit.read_text(), re.MULTILINE)[1] for unit in UNITS}
    assert started == ROLES | {"up"}


def test_ports_are_those_of_the_settings():
    nginx = (DEPLOY / "compose" / "nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"server (gateway|api):(\d+);", nginx) == [
        ("gateway", str(DEFAULTS["ocpp_port"])),
        ("api", str(DEFAULTS["http_port"])),
    ]
    [job] = yaml.safe_load((DEPLOY / "compose" / "prometheus.yaml").read_text(encoding="utf-8"))["scrape_configs"]
    ports = {name: found["port"] for found in job["dns_sd_configs"] for name in found["names"]}
    assert ports == {role: DEFAULTS["http_port" if role == "api" else "health_port"] for role in ROLES}
    exposed = re.search(r"^EXPOSE (.*)$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert set(exposed.split()) == {str(DEFAULTS[name]) for name in ("http_port", "ocpp_port", "health_port")}


# ---- compose ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.stem)
def test_a_compose_file_is_complete(path):
    text = path.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    services = document["services"]
    for name, service in services.items():
        assert service.keys() & {"image", "build"}, name
        assert set(service.get("depends_on", ())) <= services.keys(), name
        assert set(service.get("secrets", ())) <= document.get("secrets", {}).keys(), name
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            is_file = source.startswith(".") and Path(source).name not in OWN_FILES
            assert not is_file or (path.parent / source).exists(), volume
            assert source.startswith((".", "/")) or source in document["volumes"], volume
        if service["image"] == "busbar":
            assert set(service["command"]) <= ROLES | {"up"}, name
            assert "healthcheck" in service, name
    assert (services.keys() >= ROLES) == (path.stem == "scaled")


def test_every_value_of_the_scaled_file_has_its_place_in_the_example():
    text = (DEPLOY / "compose" / "scaled.yaml").read_text(encoding="utf-8")
    example = (DEPLOY / "compose" / "environment.example").read_text(encoding="utf-8")
    named = {line.partition("=")[0] for line in example.splitlines() if "=" in line and not line.startswith("#")}
    assert set(OF_COMPOSE.findall(text)) == named


def test_other_files_of_the_compose_are_yaml():
    for path in (DEPLOY / "compose").glob("*.yaml"):
        assert yaml.safe_load(path.read_text(encoding="utf-8")), path.name


def test_the_image_copies_what_is_there():
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "USER 10001" in text
    for name in re.findall(r"--requirement (\S+)|python (tools/\S+)", text):
        assert (ROOT / "".join(name)).is_file(), name
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert not {"src", "web", "tools", "README.md", "LICENSE", "pyproject.toml"} & set(ignored)


# ---- the chart -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, EVERYTHING, PLAIN], ids=["default", "everything", "plain"])
def test_the_chart_renders(changes):
    parts = render_chart(**changes)
    kinds = [part["kind"] for part in parts]
    assert kinds.count("Secret") == 2 * ("secret__create" in changes)
    assert kinds.count("HorizontalPodAutoscaler") == 2 * (changes is EVERYTHING)
    assert kinds.count("Ingress") == (changes is not PLAIN)
    names = [(part["kind"], part["metadata"]["name"]) for part in parts]
    assert len(names) == len(set(names))
    assert all(part.keys() >= {"apiVersion", "kind", "metadata"} for part in parts)
    strangers = {name: find_strangers(name) for part in parts for name in part.get("data", {})}
    expect_none({name: found for name, found in strangers.items() if name.startswith(ENV_PREFIX)})


def list_workloads(parts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        part["metadata"]["name"].removeprefix("trial-"): part
        for part in parts
        if part["kind"] in {"Deployment", "StatefulSet"}
    }


@pytest.mark.parametrize("changes", [{}, EVERYTHING], ids=["default", "everything"])
def test_every_role_is_run_as_it_should_be(changes):
    parts = render_chart(**changes)
    workloads = list_workloads(parts)
    assert workloads.keys() == ROLES
    for role, workload in workloads.items():
        pod = workload["spec"]["template"]
        assert workload["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
        assert ("replicas" in workload["spec"]) != (changes is EVERYTHING and role in {"gateway", "api"})
        [container] = pod["spec"]["containers"]
        assert container["args"] == [role]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert pod["spec"]["securityContext"]["runAsNonRoot"]
        assert pod["spec"]["terminationGracePeriodSeconds"] > 2 * 20
        assert {"requests", "limits"} <= container["resources"].keys()
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        probes = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
        assert [probe["path"] for probe in probes.values()] == ["/healthz", "/healthz", "/readyz"]
        assert {probe["port"] for probe in probes.values()} <= ports.keys()
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        made = {claim["metadata"]["name"] for claim in workload["spec"].get("volumeClaimTemplates", ())}
        assert mounted == made | {volume["name"] for volume in pod["spec"]["volumes"]}
        given = {variable["name"]: variable["value"] for variable in container["env"]}
        assert find_strangers(" ".join(given)) == []
        for name in ("http", "ocpp", "health"):
            assert given.get(f"BUSBAR_{name.upper()}_PORT") in {None, str(ports.get(name))}


def test_services_budgets_and_the_ingress_find_their_pods():
    parts = render_chart()
    labels = {role: part["spec"]["template"]["metadata"]["labels"] for role, part in list_workloads(parts).items()}
    ports = {}
    for part in parts:
        role = part["metadata"]["name"].removeprefix("trial-")
        if part["kind"] == "Service":
            assert part["spec"]["selector"].items() <= labels[role].items()
            ports[part["metadata"]["name"]] = {port["name"] for port in part["spec"]["ports"]}
        elif part["kind"] == "PodDisruptionBudget":
            assert part["spec"]["selector"]["matchLabels"].items() <= labels[role].items()
    assert [part["kind"] for part in parts].count("PodDisruptionBudget") == len(ROLES)
    [ingress] = [part for part in parts if part["kind"] == "Ingress"]
    for path in ingress["spec"]["rules"][0]["http"]["paths"]:
        service = path["backend"]["service"]
        assert service["port"]["name"] in ports[service["name"]]


def test_the_renderer_is_strict():
    values = {"Values": {"a": {"b": "x"}, "no": False}}
    lines = ["{{- if .Values.no }}", "hidden: {{ .Values.a.b }}", "{{- end }}", "q: {{ .Values.a.b | quote }}"]
    text = "\n".join([*lines, "d:", "{{- toYaml .Values.a | nindent 2 }}"])
    assert yaml.safe_load(render(text, values)) == {"q": "x", "d": {"b": "x"}}
    with pytest.raises(KeyError):
        render("x: {{ .Values.a.c }}", values)
    with pytest.raises(AssertionError):
        render("{{- if .Values.no }}", values)


# ---- systemd ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_well_formed_and_hardened(unit, tmp_path):
    text = unit.read_text(encoding="utf-8")
    for line in ("User=busbar", "ProtectSystem=strict", "NoNewPrivileges=yes", "Restart=on-failure", "UMask=0077"):
        assert line in text.splitlines(), line
    directory = re.search(r"^StateDirectory=(.*)$", text, re.MULTILINE)[1]
    assert f"Environment=BUSBAR_DATA_DIR=/var/lib/{directory}" in text.splitlines()
    analyzer = shutil.which("systemd-analyze")
    if analyzer is None:
        return  # the lines above are all that can be said here
    # the program is not installed where the unit looks for it, nor is its user
    trial = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", text, flags=re.MULTILINE)
    trial = re.sub(r"^(User|Group)=busbar$", r"\1=root", trial, flags=re.MULTILINE)
    (tmp_path / unit.name).write_text(trial, encoding="utf-8")
    done = subprocess.run([analyzer, "verify", tmp_path / unit.name], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if unit.name in line or str(tmp_path) in line]
    assert (done.returncode, ours) == (0, [])
