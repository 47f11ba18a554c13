"""Which partition a command belongs to: a table that names every command of the house.

A command that is not here cannot be sent to another process; a test fails for it.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, cast

import msgspec

from busbar.canon import (
    access,
    branding,
    closings,
    companion,
    complaints,
    configuration,
    debts,
    drivers,
    entry,
    factors,
    identity,
    invoicing,
    jobs,
    layouts,
    ledger,
    links,
    mail,
    metering,
    offers,
    once,
    operations,
    payment_accounts,
    payments,
    pricing,
    purchases,
    reconciliation,
    reporting,
    reservations,
    roaming,
    sample_block,
    sessions,
    settlement,
    statements,
    stations,
    tariffs,
    tenants,
    webhooks,
    what_if,
    workbench,
)
from busbar.canon.control import CancelStationCommand, SendStationCommand, TendStationCommands
from busbar.canon.message import Command
from busbar.domain.access import steps as driver_steps
from busbar.domain.payments import steps as payment_steps
from busbar.domain.tenants import identity_steps
from busbar.domain.tenants import steps as staff_steps
from busbar.kernel.ids import SessionId, StationId
from busbar.kernel.partition import find_partition

CONTROL_PARTITION = 0
"""Where everything is decided that stations share."""


class Way(StrEnum):
    """How a command finds its partition."""

    STATION = "station"
    """By the station that it names."""
    SESSION = "session"
    """By the station of the session that it names."""
    INNER = "inner"
    """As the command within it."""
    FACT = "fact"
    """By the station that a fact is about; to the control partition if it is about none."""
    CONTROL = "control"
    """To the control partition."""
    ERRAND = "errand"
    """Never sent: an errand carries it out where it is asked for, in steps that are commands themselves."""
    ROOM = "room"
    """Never sent: rooms ask it of each other, within a unit of work."""
    PROCESS = "process"
    """Never sent: about this process alone."""


class Route(msgspec.Struct, frozen=True):
    """How a command travels, and whether it changes what other cores keep in memory."""

    way: Way
    is_shared: bool = False


_STATION = Route(Way.STATION)
_CONTROL = Route(Way.CONTROL)
_SHARED = Route(Way.CONTROL, is_shared=True)
_ERRAND = Route(Way.ERRAND)
_ROOM = Route(Way.ROOM)

ROUTES: dict[type[Command[Any]], Route] = {
    once.PerformOnce: Route(Way.INNER),
    operations.RetryParkedFact: Route(Way.FACT),
    operations.DropParkedFact: Route(Way.FACT),
    jobs.RetryJob: _CONTROL,
    jobs.DropJob: _CONTROL,
    # stations
    SendStationCommand: _STATION,
    CancelStationCommand: _STATION,
    TendStationCommands: _STATION,
    stations.FindStation: _STATION,
    stations.CreateStation: _STATION,
    stations.UpdateStation: _STATION,
    stations.PutConnectors: _STATION,
    stations.SetRegistration: _STATION,
    stations.AcknowledgeFaults: _STATION,
    stations.SetStationPassword: _STATION,
    stations.DeleteStation: _STATION,
    stations.ObserveCharging: _ROOM,
    stations.FindSite: _CONTROL,
    stations.DescribePlace: _ROOM,
    stations.SaveSite: _CONTROL,
    stations.DeleteSite: _CONTROL,
    stations.SaveProfileTemplate: _CONTROL,
    stations.DeleteProfileTemplate: _CONTROL,
    configuration.SaveConfigurationTemplate: _CONTROL,
    configuration.DeleteConfigurationTemplate: _CONTROL,
    configuration.AssignConfigurationTemplate: _STATION,
    stations.EndAllConnections: Route(Way.PROCESS),
    # sessions
    sessions.StartSession: _STATION,
    sessions.StopSession: Route(Way.SESSION),
    sessions.CloseSession: Route(Way.SESSION),
    sessions.SetStopTarget: Route(Way.SESSION),
    sessions.CloseAbandonedSessions: _STATION,
    sessions.SettleFigures: Route(Way.PROCESS),
    sessions.FindChargingSteps: _ROOM,
    sessions.NoteSessionCost: _ROOM,
    # metering
    metering.RecordSamples: _ROOM,
    metering.RecordStationSamples: _ROOM,
    sample_block.RecordBlock: _ROOM,
    metering.CloseMeterRecord: _ROOM,
    metering.FindMeterCurve: _ROOM,
    metering.JoinMeterRecords: _ROOM,
    # billing
    what_if.AskWhatIf: _CONTROL,
    offers.ResolveOffers: _CONTROL,
    offers.PutOffer: _SHARED,
    offers.CreateCoupon: _CONTROL,
    offers.CreateCoupons: _CONTROL,
    offers.EndCoupon: _CONTROL,
    offers.RedeemCoupon: _CONTROL,
    offers.PutPlan: _SHARED,
    offers.JoinPlan: _CONTROL,
    offers.LeavePlan: _CONTROL,
    offers.CollectDues: _CONTROL,
    purchases.PutPurchaseTariff: _SHARED,
    purchases.RemovePurchaseTariff: _SHARED,
    pricing.PriceSessionNow: Route(Way.SESSION),
    pricing.PriceRunningSessions: Route(Way.PROCESS),
    pricing.DescribeStart: _ROOM,
    pricing.DescribeProgress: _ROOM,
    pricing.TracePrice: _ROOM,
    pricing.TendDisplays: Route(Way.PROCESS),
    tariffs.CreateTariff: _CONTROL,
    tariffs.EditTariff: _CONTROL,
    tariffs.PublishTariff: _SHARED,
    tariffs.RetireTariff: _SHARED,
    tariffs.AssignTariff: _SHARED,
    tariffs.UnassignTariff: _SHARED,
    tariffs.FindTariff: _CONTROL,
    tariffs.ResolveTariff: _CONTROL,
    tariffs.ResolveTariffs: _CONTROL,
    # access
    access.Authorize: _ROOM,
    access.FindDriverToken: _SHARED,
    access.FindDriverGroup: _ROOM,
    access.PutToken: _SHARED,
    access.SetTokenStatus: _SHARED,
    access.ReplaceToken: _SHARED,
    access.RemoveToken: _SHARED,
    access.FindToken: _CONTROL,
    access.FindTokenPartner: _ROOM,
    access.PutGroup: _SHARED,
    access.RemoveGroup: _SHARED,
    drivers.SignUpDriver: _ERRAND,
    drivers.SignInDriver: _ERRAND,
    drivers.ResolveDriverBearer: _ERRAND,
    drivers.ChangeDriverPassword: _ERRAND,
    drivers.ResetDriverPassword: _ERRAND,
    drivers.SignOutDriver: _CONTROL,
    drivers.ListDriverSignIns: _CONTROL,
    drivers.RevokeDriverSignIn: _CONTROL,
    drivers.CreateDriver: _CONTROL,
    drivers.UpdateDriver: _SHARED,
    drivers.BlockDriver: _SHARED,
    drivers.EraseDriver: _SHARED,
    drivers.FindDriver: _CONTROL,
    drivers.ExportDriver: _CONTROL,
    drivers.ExpireDriverSignIns: _CONTROL,
    driver_steps.FindDriverCredential: _CONTROL,
    driver_steps.OpenDriverSignIn: _CONTROL,
    driver_steps.StoreSignedUpDriver: _CONTROL,
    driver_steps.StoreDriverPassword: _CONTROL,
    driver_steps.LoadDriverBearer: _CONTROL,
    # ledger
    ledger.PostTransfer: _CONTROL,
    ledger.ReverseTransfer: _CONTROL,
    ledger.OpenAccount: _CONTROL,
    ledger.HoldFunds: _CONTROL,
    ledger.CaptureHold: _CONTROL,
    ledger.ReleaseHold: _CONTROL,
    ledger.ExpireHolds: _CONTROL,
    ledger.SetMoneyPolicy: _SHARED,
    ledger.FindMoneyPolicy: _CONTROL,
    ledger.CheckFunds: _ROOM,
    ledger.FindSpendable: _ROOM,
    ledger.NoteRunningCost: _ROOM,
    ledger.FreezeWallet: _CONTROL,
    ledger.UnfreezeWallet: _CONTROL,
    ledger.CloseWallet: _CONTROL,
    ledger.AdjustWallet: _CONTROL,
    debts.SettleReceivable: _CONTROL,
    debts.TakeBankPayment: _CONTROL,
    debts.RemindReceivable: _CONTROL,
    debts.RemindOverdue: _CONTROL,
    debts.WriteOffReceivable: _CONTROL,
    debts.TakeDue: _CONTROL,
    debts.SaveCompany: _SHARED,
    debts.PutCompanyDriver: _SHARED,
    debts.RemoveCompanyDriver: _SHARED,
    debts.FindDriverCompany: _ROOM,
    ledger.CloseDays: _CONTROL,
    # settlement
    settlement.SumRevenue: _CONTROL,
    settlement.SavePayee: _CONTROL,
    settlement.MakeAgreement: _CONTROL,
    settlement.EndAgreement: _CONTROL,
    settlement.SetSettlementTerms: _CONTROL,
    settlement.RunSettlements: _CONTROL,
    settlement.RunDueSettlements: _CONTROL,
    settlement.ApproveSettlement: _CONTROL,
    settlement.CancelSettlement: _CONTROL,
    settlement.MakePayout: _CONTROL,
    settlement.CancelPayout: _CONTROL,
    settlement.MarkSettlementPaid: _CONTROL,
    settlement.MarkSettlementReturned: _CONTROL,
    # roaming
    roaming.SavePartner: _SHARED,
    roaming.SetOwnParty: _CONTROL,
    roaming.FindPartner: _ROOM,
    # companion
    companion.PutVehicle: _CONTROL,
    companion.RemoveVehicle: _CONTROL,
    companion.KeepFavourite: _CONTROL,
    companion.AwaitStation: _STATION,
    companion.PutPushDevice: _CONTROL,
    companion.RemovePushDevice: _CONTROL,
    # complaints
    complaints.FileComplaint: _CONTROL,
    complaints.AddComplaintPhoto: _CONTROL,
    complaints.AnswerComplaint: _CONTROL,
    # workbench
    workbench.SaveView: _CONTROL,
    workbench.RemoveView: _CONTROL,
    layouts.SaveSiteLayout: _CONTROL,
    # branding
    branding.PutAppBrand: _CONTROL,
    branding.PutAppLogo: _CONTROL,
    branding.RemoveAppLogo: _CONTROL,
    # links, and who comes in by them
    links.MakeLink: _CONTROL,
    links.FindLink: _CONTROL,
    links.TakeLink: _CONTROL,
    links.ExpireLinks: _CONTROL,
    entry.AskStaffPassword: _ERRAND,
    entry.SetStaffPassword: _ERRAND,
    entry.SendStaffLink: _CONTROL,
    entry.MakeStaffLink: _CONTROL,
    entry.AskDriverPassword: _ERRAND,
    entry.SetDriverPassword: _ERRAND,
    entry.SendDriverLink: _CONTROL,
    entry.MakeDriverLink: _CONTROL,
    driver_steps.QueueDriverLetter: _CONTROL,
    driver_steps.CheckDriverLink: _CONTROL,
    driver_steps.StoreLinkedDriverPassword: _CONTROL,
    staff_steps.QueueStaffLetter: _CONTROL,
    staff_steps.CheckStaffLink: _CONTROL,
    staff_steps.StoreLinkedPassword: _CONTROL,
    # mail
    mail.SendLetter: _CONTROL,
    mail.RequireMail: _CONTROL,
    mail.SendTrialLetter: _CONTROL,
    mail.SendLetterAgain: _CONTROL,
    mail.NoteLetter: _CONTROL,
    mail.ExpireLetters: _CONTROL,
    # reporting
    reporting.SaveReportSchedule: _CONTROL,
    reporting.RemoveReportSchedule: _CONTROL,
    reporting.SendReportNow: _CONTROL,
    reporting.RunReportSchedules: _CONTROL,
    # reservations
    reservations.Reserve: _STATION,
    reservations.CancelReservation: _STATION,
    reservations.ExpireReservations: _STATION,
    reservations.SetReservationPolicy: _CONTROL,
    # invoicing
    invoicing.SaveInvoiceProfile: _SHARED,
    invoicing.FindTaxRates: _ROOM,
    invoicing.IssueInvoice: _CONTROL,
    invoicing.CreditDocument: _CONTROL,
    invoicing.RequestInvoice: _CONTROL,
    invoicing.MoveInvoiceRequest: _CONTROL,
    statements.SaveStatementPlan: _CONTROL,
    statements.WriteStatement: _CONTROL,
    statements.NoteStatement: _CONTROL,
    # tenants
    tenants.CreateOperator: _SHARED,
    tenants.UpdateOperator: _SHARED,
    tenants.FindOperator: _CONTROL,
    tenants.FindDefaultOperator: _CONTROL,
    tenants.CreateStaff: _ERRAND,
    tenants.ResetStaffPassword: _ERRAND,
    tenants.ChangeStaffPassword: _ERRAND,
    tenants.EnsureAdministrator: _ERRAND,
    tenants.SignInStaff: _ERRAND,
    tenants.ResolveBearer: _ERRAND,
    tenants.UpdateStaff: _CONTROL,
    tenants.SignOutStaff: _CONTROL,
    tenants.ListStaffSignIns: _CONTROL,
    tenants.RevokeStaffSignIn: _CONTROL,
    tenants.ExpireStaffSignIns: _CONTROL,
    tenants.CreateApiKey: _CONTROL,
    tenants.RevokeApiKey: _CONTROL,
    tenants.RecordAudit: _CONTROL,
    factors.FindSecondFactors: _CONTROL,
    factors.BeginTotp: _CONTROL,
    factors.ConfirmTotp: _CONTROL,
    factors.RemoveTotp: _CONTROL,
    factors.MakeRecoveryCodes: _CONTROL,
    factors.ResetSecondFactors: _CONTROL,
    factors.BeginPasskey: _ERRAND,
    factors.AddPasskey: _ERRAND,
    factors.RemovePasskey: _CONTROL,
    factors.BeginPasskeySignIn: _ERRAND,
    factors.SignInByPasskey: _ERRAND,
    identity.FindIdentityProvider: _CONTROL,
    identity.RemoveIdentityProvider: _CONTROL,
    **dict.fromkeys(
        (
            identity.BeginIdentitySignIn,
            identity.FindIdentityEnd,
            identity.SaveIdentityProvider,
            identity.SignInByIdentity,
            identity.TryIdentityProvider,
        ),
        _ERRAND,
    ),
    **dict.fromkeys(
        (
            identity_steps.AdmitPerson,
            identity_steps.ChooseProvider,
            identity_steps.LoadProvider,
            identity_steps.NoteRefusal,
            identity_steps.StoreProvider,
        ),
        _CONTROL,
    ),
    staff_steps.NoteWrongCode: _CONTROL,
    staff_steps.OpenProvenSignIn: _CONTROL,
    staff_steps.OpenChallenge: _CONTROL,
    staff_steps.TakeChallenge: _CONTROL,
    staff_steps.FindPasskeys: _CONTROL,
    staff_steps.StorePasskey: _CONTROL,
    staff_steps.UsePasskey: _CONTROL,
    staff_steps.FindCredential: _CONTROL,
    staff_steps.OpenSignIn: _CONTROL,
    staff_steps.StoreStaff: _CONTROL,
    staff_steps.StorePassword: _CONTROL,
    staff_steps.FindAdministrator: _CONTROL,
    staff_steps.StoreAdministrator: _SHARED,
    staff_steps.LoadBearer: _CONTROL,
    # webhooks
    webhooks.CreateWebhook: _CONTROL,
    webhooks.UpdateWebhook: _CONTROL,
    webhooks.RemoveWebhook: _CONTROL,
    webhooks.RotateWebhookSecret: _CONTROL,
    webhooks.TryWebhook: _CONTROL,
    webhooks.ReplayDelivery: _CONTROL,
    webhooks.ReplayWebhook: _CONTROL,
    webhooks.QueueDeliveries: _CONTROL,
    webhooks.WakeWebhooks: _CONTROL,
    webhooks.RestWebhook: _CONTROL,
    webhooks.NoteAttempt: _CONTROL,
    webhooks.ExpireDeliveries: _CONTROL,
    # payments
    payments.StartTopUp: _ERRAND,
    payments.SaveCard: _ERRAND,
    payments.StartGuestPayment: _ERRAND,
    payments.FindGuestPayment: _ERRAND,
    payments.AuthoriseCard: _ERRAND,
    payments.CheckPayment: _ERRAND,
    payments.RecordProviderNotice: _ERRAND,
    payments.DrivePayments: _ERRAND,
    payments.SavePaymentAccount: _ERRAND,
    payment_accounts.ListPaymentProviders: _ERRAND,
    payment_accounts.TryPaymentAccount: _ERRAND,
    reconciliation.ImportStatement: _ERRAND,
    reconciliation.FetchStatements: _ERRAND,
    closings.BeginWalletClosing: _CONTROL,
    closings.ConfirmWalletPayout: _CONTROL,
    closings.CancelWalletClosing: _CONTROL,
    closings.FindWallet: _ROOM,
    payments.FindPaidAhead: _ROOM,
    debts.ReturnToCard: _ROOM,
    payments.CapturePayment: _CONTROL,
    payments.CancelPayment: _CONTROL,
    payments.RefundPayment: _CONTROL,
    payments.RemoveCard: _CONTROL,
    payments.RemovePaymentAccount: _CONTROL,
    payments.ListPaymentAccounts: _CONTROL,
    reconciliation.SettleDifference: _CONTROL,
    payment_steps.StorePayment: _CONTROL,
    payment_steps.TakePayment: _CONTROL,
    payment_steps.NoteNews: _CONTROL,
    payment_steps.NoteRefund: _CONTROL,
    payment_steps.NoteTrouble: _CONTROL,
    payment_steps.NoteStart: _CONTROL,
    payment_steps.NoteStop: _CONTROL,
    payment_steps.FindPayment: _CONTROL,
    payment_steps.ListDuePayments: _CONTROL,
    payment_steps.StoreNotice: _CONTROL,
    payment_steps.FindAccount: _CONTROL,
    payment_steps.StoreAccount: _CONTROL,
    payment_steps.ListStatementsWanted: _CONTROL,
    payment_steps.StoreStatement: _CONTROL,
}
"""How each command travels."""

FindStationOfSession = Callable[[SessionId], Awaitable[StationId | None]]


class Router:
    """Finds the partition of a command."""

    def __init__(self, *, partition_count: int, find_station: FindStationOfSession) -> None:
        """`find_station` looks up whose session it is; None: nobody's."""
        self._count = partition_count
        self._find_station = find_station

    async def find(self, command: Command[Any]) -> int:
        """Return the partition. A session that nobody has is the control partition's: it answers that there is none."""
        match route_of(command).way:
            case Way.STATION:
                return find_partition(_station_of(command), count=self._count)
            case Way.FACT:
                station_id = _subject_of(command)
                return CONTROL_PARTITION if station_id is None else find_partition(station_id, count=self._count)
            case Way.SESSION:
                station_id = await self._find_station(_session_of(command))
                return CONTROL_PARTITION if station_id is None else find_partition(station_id, count=self._count)
            case Way.INNER if isinstance(command, once.PerformOnce):
                return await self.find(command.command)
            case Way.CONTROL:
                return CONTROL_PARTITION
            case way:
                raise TypeError(f"{type(command).__name__} is not sent to another process ({way})")


def route_of(command: Command[Any]) -> Route:
    """Return how a command travels."""
    route = ROUTES.get(type(command))
    if route is None:
        raise TypeError(f"{type(command).__name__} has no route")
    return route


def changes_shared(message: object) -> bool:
    """Tell whether a message may change what other cores keep in memory."""
    if isinstance(message, once.PerformOnce):
        return changes_shared(message.command)
    route = ROUTES.get(cast("type[Command[Any]]", type(message)))
    return route is not None and route.is_shared


def _station_of(command: Any) -> StationId:
    if command.station_id is None:
        raise TypeError(f"{type(command).__name__} is sent to another process about one station only")
    return command.station_id


def _subject_of(command: Any) -> StationId | None:
    return command.station_id


def _session_of(command: Any) -> SessionId:
    return command.session_id
