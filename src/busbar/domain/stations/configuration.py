"""Configuration templates: kept, and given to stations."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, func, select

from busbar.canon.configuration import (
    AssignConfigurationTemplate,
    DeleteConfigurationTemplate,
    Dialect,
    SaveConfigurationTemplate,
)
from busbar.canon.control import VariableValue
from busbar.canon.message import Message
from busbar.canon.stations import FindSite, FindStation
from busbar.canon.tenants import RecordAudit
from busbar.db.work import sql
from busbar.domain.stations import configuration_rules as rules
from busbar.domain.stations.model import StationNotFoundError
from busbar.domain.stations.tables import configuration_templates, station_templates
from busbar.kernel.edits import list_edits
from busbar.kernel.ids import IdSource, OperatorId, TemplateId, is_key
from busbar.kernel.person import read_name
from busbar.ports.work import UnitOfWork

Handler = Callable[[Any, UnitOfWork], Awaitable[Any]]
_FIELDS = ("name", "dialect", "vendor", "model", "site_id")


class ConfigurationDesk:
    """Keeps the templates of operators."""

    def __init__(self, *, ids: IdSource) -> None:
        self._ids = ids

    def handlers(self) -> Mapping[type[Message], Handler]:
        """Say which messages are handled here."""
        return {
            SaveConfigurationTemplate: self.save,
            DeleteConfigurationTemplate: self.remove,
            AssignConfigurationTemplate: self.assign,
        }

    async def save(self, command: SaveConfigurationTemplate, work: UnitOfWork) -> TemplateId:
        """Keep settings under a name."""
        settings = rules.check_settings(command.dialect, command.settings)
        name = read_name(command.name)
        if command.site_id is not None:
            await work.ask(FindSite(operator_id=command.operator_id, site_id=command.site_id))
        before = None
        if command.template_id is not None:
            before = await self._find(work, command.operator_id, command.template_id)
        elif await self._count(work, command.operator_id) >= rules.TEMPLATES_MAX:
            raise rules.TooManyConfigurationTemplatesError(f"at most {rules.TEMPLATES_MAX} configuration templates")
        template_id = command.template_id or TemplateId(self._ids.new())
        await self._check_name(work, command.operator_id, template_id, name)
        after = msgspec.structs.replace(command, name=name, settings=settings)
        row = {
            "template_id": template_id,
            "operator_id": command.operator_id,
            "name": name,
            "name_key": name.casefold(),
            "dialect": command.dialect.value,
            "vendor": command.vendor,
            "model": command.model,
            "site_id": command.site_id,
            "settings": msgspec.json.encode(settings).decode(),
            "changed_at": work.now,
        }
        await sql(work).execute(
            delete(configuration_templates).where(configuration_templates.c.template_id == template_id)
        )
        await sql(work).execute(configuration_templates.insert().values(row))
        edits = list_edits(before, after, _FIELDS) if before is not None else {}
        edits |= rules.list_setting_edits(() if before is None else before.settings, settings)
        await self._audit(work, command, "configuration.save", f"configuration:{template_id}", edits)
        return template_id

    async def remove(self, command: DeleteConfigurationTemplate, work: UnitOfWork) -> None:
        """Forget a template."""
        await self._find(work, command.operator_id, command.template_id)
        for table in (station_templates, configuration_templates):
            await sql(work).execute(delete(table).where(table.c.template_id == command.template_id))
        await self._audit(work, command, "configuration.delete", f"configuration:{command.template_id}", {})

    async def assign(self, command: AssignConfigurationTemplate, work: UnitOfWork) -> None:
        """Give a station a template."""
        standing = await work.ask(FindStation(station_id=command.station_id))
        if standing.operator_id != command.operator_id:
            raise StationNotFoundError("there is no such station", station_id=command.station_id)
        if command.template_id is not None:
            await self._find(work, command.operator_id, command.template_id)
        table = station_templates
        found = select(table.c.template_id).where(table.c.station_id == command.station_id)
        before = (await sql(work).execute(found)).scalar_one_or_none()
        if before == command.template_id:
            return
        await sql(work).execute(delete(table).where(table.c.station_id == command.station_id))
        if command.template_id is not None:
            await sql(work).execute(
                table.insert().values(
                    station_id=command.station_id, template_id=command.template_id, operator_id=command.operator_id
                )
            )
        edits = {"configuration_template": {"from": before, "to": command.template_id}}
        await self._audit(work, command, "station.configuration", f"station:{command.station_id}", edits)

    # ---- parts -------------------------------------------------------------------------------------------------------

    async def _find(self, work: UnitOfWork, operator_id: OperatorId, template_id: TemplateId) -> rules.Template:
        table = configuration_templates
        found = select(table).where(table.c.template_id == template_id, table.c.operator_id == operator_id)
        row = (await sql(work).execute(found)).first() if is_key(template_id) else None
        if row is None:
            raise rules.ConfigurationTemplateNotFoundError("there is no such template", template_id=template_id[:64])
        return read_template(row)

    async def _count(self, work: UnitOfWork, operator_id: OperatorId) -> int:
        table = configuration_templates
        found = select(func.count()).select_from(table).where(table.c.operator_id == operator_id)
        return (await sql(work).execute(found)).scalar_one()

    async def _check_name(self, work: UnitOfWork, operator_id: OperatorId, template_id: TemplateId, name: str) -> None:
        table = configuration_templates.c
        is_other = (table.operator_id == operator_id) & (table.name_key == name.casefold())
        found = select(table.template_id).where(is_other, table.template_id != template_id)
        if (await sql(work).execute(found.limit(1))).first() is not None:
            raise rules.ConfigurationNameError("another configuration template has this name")

    async def _audit(
        self, work: UnitOfWork, command: Any, action: str, subject: str, detail: Mapping[str, Any]
    ) -> None:
        await work.ask(
            RecordAudit(
                operator_id=command.operator_id,
                actor=command.actor,
                action=action,
                subject=subject,
                detail=detail,
            )
        )


def read_template(row: Any) -> rules.Template:
    """Return a template as stored."""
    return rules.Template(
        template_id=row.template_id,
        name=row.name,
        dialect=Dialect(row.dialect),
        vendor=row.vendor,
        model=row.model,
        site_id=row.site_id,
        settings=msgspec.json.decode(row.settings, type=tuple[VariableValue, ...]),
    )
