"""What can be known of the containers without an engine to run them."""

import re
import subprocess
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.repo.sources import ROOT, short

APP = ("migrate", "web", "worker", "mailer", "beat")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return found


def test_compose_has_every_process(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*APP, "postgres", "redis"}


def test_compose_runs_what_the_procfile_runs(compose: dict[str, Any]) -> None:
    procfile = (ROOT / "Procfile").read_text(encoding="utf-8")
    processes = dict(line.split(": ", 1) for line in procfile.splitlines())
    for name in ("worker", "mailer", "beat"):
        said = (
            processes[name].replace('"${PMP_QUEUE:-pmp}"', "pmp").replace('"${PMP_QUEUE:-pmp}-notices"', "pmp-notices")
        )
        assert compose["services"][name]["command"] == said.removeprefix("exec ").split()


def test_compose_waits_for_a_migrated_database(compose: dict[str, Any]) -> None:
    for name in APP[1:]:
        assert compose["services"][name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_compose_asks_each_process_for_its_own_heartbeat(compose: dict[str, Any]) -> None:
    asked = {name: compose["services"][name]["healthcheck"]["test"] for name in ("worker", "mailer", "beat")}
    assert asked == {name: ["CMD", "python", "deploy/health", name] for name in asked}
    assert "healthcheck" not in compose["services"]["web"]  # the image's own


def test_compose_hardens_and_gives_secrets_as_files_only(compose: dict[str, Any]) -> None:
    for name in APP:
        service = compose["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        secret = {key for key in service["environment"] if re.search(r"KEY|DATABASE|MAIL_URL|PASSWORD", key)}
        assert secret == {"PMP_SECRET_KEY_FILE", "PMP_JOURNAL_KEY_FILE", "PMP_DATABASE_URL_FILE", "PMP_MAIL_URL_FILE"}
        assert set(service["secrets"]) <= set(compose["secrets"])


def test_image_runs_as_nobody_special_and_checks_itself() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    instructions = [line.split()[0] for line in lines if re.match(r"[A-Z]+ ", line)]
    assert [line for line in lines if line.startswith("USER ")] == ["USER pmp"]
    assert instructions.index("USER") < instructions.index("CMD")
    assert "HEALTHCHECK" in instructions


def test_image_takes_every_app_and_nothing_private() -> None:
    taken = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    apps = {short(path.parent) for path in ROOT.glob("*/apps.py")} | {"pmp_recruit"}
    assert taken - apps == {"locale", "static", "templates", "manage.py", "requirements.lock", "deploy/health"}
    assert apps - taken == set()
    assert [name for name in taken if not (ROOT / name).exists()] == []


def test_no_secret_is_in_the_repository() -> None:
    kept = subprocess.run(
        ["git", "ls-files", "deploy/secrets", "var"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert kept.stdout == ""


def test_docs_name_every_variable_that_the_settings_read() -> None:
    read = re.compile(r'env\.\w+\(\s*"(PMP_\w+)"')
    named = set(read.findall((ROOT / "pmp_recruit" / "settings.py").read_text(encoding="utf-8")))
    told = set(re.findall(r"PMP_\w+", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))
    assert named - told == set()


def test_docs_name_the_body_that_a_proxy_must_take() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert re.findall(r"bodies of (\d+) MB", text) == [str(settings.PMP_MAX_BODY // 2**20)]


def test_docs_name_every_command_that_production_begins_with() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    production = text.split("## Production")[1].split("\n## ")[0]
    for command in re.findall(r"manage\.py (\w+)", production):
        assert list(ROOT.glob(f"*/management/commands/{command}.py")), command
    assert "manage.py openaccount" in production
