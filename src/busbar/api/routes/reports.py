from typing import Annotated

from fastapi import APIRouter, Query, Response

from busbar.api.callers import Reader
from busbar.api.routes.documents import CSV_MEDIA, PDF_MEDIA, XLSX_MEDIA, describe_file, give_file
from busbar.api.services import Given
from busbar.canon.tenants import FindOperator
from busbar.views import documents, reports
from busbar.views.paper.reporting import write_report
from busbar.views.paper.sheets import write_csv, write_xlsx
from busbar.views.shapes.reports import Report

router = APIRouter(prefix="/reports", tags=["reports"])
Asked = Annotated[reports.ReportQuery, Query()]


@router.get("/revenue")
async def get_revenue_report(caller: Reader, services: Given, query: Asked) -> Report:
    """Sum revenue, energy, sessions, the electricity's cost and the margin of priced sessions by group."""
    return await _make(caller, services, query)


@router.get("/revenue/csv", response_class=Response, responses=describe_file(CSV_MEDIA))
async def get_revenue_csv(caller: Reader, services: Given, query: Asked) -> Response:
    """Give the report as CSV."""
    report = await _make(caller, services, query)
    return give_file(write_csv(reports.HEAD, reports.list_cells(report)), name=_name(query, "csv"), media=CSV_MEDIA)


@router.get("/revenue/xlsx", response_class=Response, responses=describe_file(XLSX_MEDIA))
async def get_revenue_xlsx(caller: Reader, services: Given, query: Asked) -> Response:
    """Give the report as an Excel workbook."""
    report = await _make(caller, services, query)
    content = write_xlsx(reports.HEAD, reports.list_cells(report), title=query.group_by)
    return give_file(content, name=_name(query, "xlsx"), media=XLSX_MEDIA)


@router.get("/revenue/pdf", response_class=Response, responses=describe_file(PDF_MEDIA))
async def get_revenue_pdf(caller: Reader, services: Given, query: Asked) -> Response:
    """Give the report as PDF, in the operator's language."""
    operator = await services.dispatcher.dispatch(FindOperator(operator_id=caller.operator_id))
    async with services.databases.read() as connection:
        report = await reports.make_report(connection, caller.scope, query)
        paper = await documents.read_paper(connection, caller.scope)
    content = write_report(
        report,
        reports.name_subject(query, report),
        author=operator.name,
        zone=operator.zone,
        paper=paper,
        language=operator.language,
    )
    return give_file(content, name=_name(query, "pdf"), media=PDF_MEDIA)


async def _make(caller: Reader, services: Given, query: reports.ReportQuery) -> Report:
    async with services.databases.read() as connection:
        return await reports.make_report(connection, caller.scope, query)


def _name(query: reports.ReportQuery, suffix: str) -> str:
    return f"revenue-{query.since:%Y%m%d}-{query.until:%Y%m%d}-by-{query.group_by}.{suffix}"
