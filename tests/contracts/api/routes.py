"""Every route of the API with an example of how it is called, so that rules can be tried on all of them."""

from dataclasses import dataclass

from fastapi.routing import APIRoute

from busbar.api.openapi import API_PREFIX, ROUTERS
from busbar.api.permissions import Permission

PROFILE = {
    "profile_id": 1,
    "stack_level": 0,
    "purpose": "tx_default",
    "kind": "relative",
    "schedule": {"unit": "A", "periods": [{"start_s": 0, "limit_milli": 16_000}]},
}
TERMS = {"currency": "EUR", "elements": [{"components": [{"dimension": "energy", "price": "0.5"}]}]}
PURCHASE = {"name": "Grid", "valid_from": "2026-01-01", "prices": {"flat": "0.2"}, "days": [{"slots": "F" * 48}]}
CONFIGURATION = {"name": "New", "dialect": "1.6", "settings": [{"variable": "HeartbeatInterval", "value": "300"}]}
CONNECTORS = [{"evse_id": 1, "max_power_w": 11_000}]
BODIES: dict[tuple[str, str], object] = {
    ("POST", "/auth/sign-in"): {"email": "x@y.example", "password": "whatever it is"},
    ("POST", "/auth/forgot-password"): {"email": "x@y.example"},
    ("POST", "/auth/set-password"): {"link": "bbl_nothing", "password": "another new one"},
    ("POST", "/staff/{staff_id}/send-link"): None,
    ("POST", "/drivers/{driver_id}/send-link"): None,
    ("POST", "/driver/forgot-password"): {"email": "x@y.example"},
    ("POST", "/driver/set-password"): {"link": "bbl_nothing", "password": "another new one"},
    ("POST", "/auth/change-password"): {"old_password": "an old password", "new_password": "another new one"},
    ("POST", "/auth/totp/confirm"): {"code": "123456"},
    ("POST", "/auth/totp/remove"): {"code": "123456"},
    ("POST", "/auth/recovery-codes"): {"code": "123456"},
    ("POST", "/auth/passkeys"): {"name": "New", "credential": {}},
    ("POST", "/auth/passkey-sign-in"): {"credential": {}},
    ("POST", "/auth/identity-sign-in"): {"state": "never", "code": "given"},
    ("POST", "/auth/identity-sign-in/begin"): {"email": "x@y.example"},
    ("PUT", "/identity-provider"): {"name": "New", "issuer": "https://127.0.0.1:1", "client_id": "busbar"},
    ("POST", "/operators"): {"name": "Gamma", "slug": "gamma"},
    ("PATCH", "/operators/{operator_id}"): {"name": "Taken over"},
    ("POST", "/staff"): {"email": "new@staff.example", "display_name": "New", "role": "viewer"},
    ("PATCH", "/staff/{staff_id}"): {"display_name": "Taken over"},
    ("POST", "/api-keys"): {"name": "New", "role": "viewer"},
    ("POST", "/webhooks"): {"name": "New", "url": "https://example.org/hook"},
    ("PATCH", "/webhooks/{webhook_id}"): {"name": "Taken over"},
    ("POST", "/webhooks/{webhook_id}/replay"): {"since": "2026-01-01T00:00:00Z"},
    ("POST", "/sites"): {"name": "New", "latitude": 1, "longitude": 2},
    ("PATCH", "/sites/{site_id}"): {"name": "Taken over"},
    ("PUT", "/sites/{site_id}/layout"): {"columns": 10, "rows": 10},
    ("POST", "/mail/letters/{letter_id}/send"): None,
    ("POST", "/report-schedules"): {"name": "New", "recipients": ["x@y.example"], "is_active": False},
    ("PUT", "/report-schedules/{schedule_id}"): {"name": "Taken over", "recipients": ["x@y.example"]},
    ("POST", "/report-schedules/{schedule_id}/send"): None,
    ("POST", "/mail/trial"): {"recipient": "x@y.example"},
    ("POST", "/saved-views"): {"list_name": "stations", "name": "New"},
    ("PUT", "/saved-views/{view_id}"): {"list_name": "stations", "name": "Taken over"},
    ("POST", "/stations"): {"station_id": "NEW-1"},
    ("PATCH", "/stations/{station_id}"): {"name": "Taken over"},
    ("PUT", "/stations/{station_id}/connectors"): {"connectors": CONNECTORS},
    ("PUT", "/stations/{station_id}/registration"): {"registration": "blocked"},
    ("PUT", "/stations/{station_id}/password"): {},
    ("POST", "/stations/{station_id}/commands/reset"): {"kind": "immediate"},
    ("POST", "/stations/{station_id}/commands/unlock"): {"evse_id": 1},
    ("POST", "/stations/{station_id}/commands/availability"): {"is_operative": False},
    ("POST", "/stations/{station_id}/commands/trigger"): {"topic": "boot"},
    ("POST", "/stations/{station_id}/commands/variables/get"): {},
    ("POST", "/stations/{station_id}/commands/variables/set"): {"variables": [{"variable": "A", "value": "b"}]},
    ("POST", "/stations/{station_id}/commands/profile/set"): {"profile": PROFILE},
    ("POST", "/stations/{station_id}/commands/profile/clear"): {"profile_id": 1},
    ("POST", "/stations/{station_id}/commands/remote-start"): {"id_token": {"value": "AABB"}},
    ("POST", "/stations/{station_id}/commands/remote-stop"): {"transaction_ref": "1"},
    ("POST", "/stations/{station_id}/ocpp"): {"action": "ClearCache", "payload": {}},
    ("POST", "/operations/parked-parcels/{parked_id}/drop"): {"reason": "not wanted"},
    ("POST", "/sessions"): {"station_id": "NEW-1", "id_token": {"value": "AABB"}},
    ("POST", "/sessions/{session_id}/stop"): None,
    ("POST", "/sessions/{session_id}/close"): None,
    ("POST", "/tariffs"): {"name": "New", "terms": TERMS},
    ("POST", "/tariffs/preview"): {"terms": TERMS},
    ("PUT", "/tariffs/{tariff_id}"): {"name": "Taken over", "terms": TERMS},
    ("POST", "/tariffs/{tariff_id}/publish"): {},
    ("POST", "/tariffs/{tariff_id}/what-ifs"): {"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"},
    ("POST", "/tariff-assignments"): {"tariff_id": "0" * 32, "scope": "operator"},
    ("POST", "/offers"): {"name": "New", "terms": {"kind": "percentage", "value": "10"}},
    ("PUT", "/offers/{offer_id}"): {"name": "Taken over", "terms": {"kind": "percentage", "value": "100"}},
    ("POST", "/coupons"): {"offer_id": "0" * 32, "code": "NEWCODE"},
    ("POST", "/coupons/batch"): {"offer_id": "0" * 32, "codes": ["NEWCODE"]},
    ("POST", "/offers/preview"): {"tariff_id": "0" * 32, "terms": {"kind": "percentage", "value": "10"}},
    ("POST", "/plans"): {"name": "New", "currency": "EUR", "monthly_price": 100},
    ("PUT", "/plans/{plan_id}"): {"name": "Taken over", "currency": "EUR", "monthly_price": 1},
    ("POST", "/plans/{plan_id}/members"): {"driver_id": "0" * 32},
    ("POST", "/driver/coupons"): {"code": "NOTHING"},
    ("POST", "/documents/{document_id}/credit"): {"reason": "Taken over"},
    ("POST", "/invoices"): {"session_ids": ["0" * 32], "buyer": {"name": "New"}},
    ("PUT", "/invoice-profile"): {"seller": {"name": "New"}, "zone": "UTC"},
    ("POST", "/invoice-profile/preview"): {"seller": {"name": "New"}, "zone": "UTC"},
    ("POST", "/invoice-requests/{request_id}/issue"): {"fapiao_number": "12345678"},
    ("POST", "/invoice-requests/{request_id}/red-letter"): {"red_number": "12345678", "reason": "Taken over"},
    ("POST", "/invoice-requests/{request_id}/refuse"): {"reason": "Taken over"},
    ("POST", "/ledger/transfers/{transfer_id}/reverse"): {"reason": "taken over"},
    ("PUT", "/ledger/terms"): {"mode": "none", "hold": 5},
    ("POST", "/drivers/{driver_id}/wallet/adjust"): {"amount": 5, "reason": "taken over"},
    ("POST", "/drivers/{driver_id}/wallet/freeze"): {"reason": "taken over"},
    ("POST", "/drivers/{driver_id}/wallet/unfreeze"): {"reason": "taken over"},
    ("POST", "/drivers/{driver_id}/wallet/close"): {"reason": "taken over"},
    ("POST", "/wallet-closings/{closing_id}/paid"): {"reference": "taken over"},
    ("POST", "/receivables/{receivable_id}/write-off"): {"reason": "taken over"},
    ("POST", "/bank-payments"): {"debtor": "driver:x", "amount": 5, "reference": "taken over"},
    ("PUT", "/companies/{company_id}/statement"): {"is_active": True, "buyer": {"name": "Taken over"}},
    ("PUT", "/driver/statement"): {"is_active": True, "buyer": {"name": "Ada"}},
    ("POST", "/companies"): {"name": "New"},
    ("PUT", "/companies/{company_id}"): {"name": "Taken over"},
    ("PUT", "/companies/{company_id}/drivers/{driver_id}"): {"budget": 5},
    ("PUT", "/settlement-terms"): {"payer_name": "Taken over"},
    ("POST", "/payees"): {"kind": "site_owner", "name": "New"},
    ("PUT", "/payees/{payee_id}"): {"kind": "platform", "name": "Taken over"},
    ("POST", "/partners"): {"name": "New", "country_code": "IT", "party_id": "NEW"},
    ("PUT", "/partners/{partner_id}"): {"name": "Taken over", "country_code": "IT", "party_id": "TKN"},
    ("PUT", "/roaming-party"): {"country_code": "IT", "party_id": "TKN"},
    ("POST", "/agreements"): {
        "payee_id": "0" * 32,
        "shares": {"electricity_permille": 5},
        "valid_from": "2026-01-01",
    },
    ("POST", "/agreements/{agreement_id}/end"): {"valid_until": "2027-01-01"},
    ("POST", "/settlements/run"): {"period": "month", "day": "2026-01-05"},
    ("POST", "/settlements/{settlement_id}/cancel"): {"reason": "taken over"},
    ("POST", "/settlements/{settlement_id}/paid"): {"paid_on": "2026-01-05"},
    ("POST", "/settlements/{settlement_id}/returned"): {"reason": "taken over"},
    ("POST", "/payouts"): {"settlement_ids": ["0" * 32], "execution_on": "2026-01-05"},
    ("POST", "/driver/wallet/close"): {},
    ("POST", "/purchase-tariffs"): PURCHASE,
    ("PUT", "/purchase-tariffs/{purchase_id}"): PURCHASE,
    ("PUT", "/tokens/{value}"): {"label": "Taken over"},
    ("PATCH", "/tokens/{value}"): {"status": "blocked"},
    ("PUT", "/token-groups/{value}"): {"name": "Taken over"},
    ("POST", "/drivers"): {"display_name": "New"},
    ("PATCH", "/drivers/{driver_id}"): {"is_blocked": True},
    ("POST", "/configuration-templates"): CONFIGURATION,
    ("PUT", "/configuration-templates/{configuration_id}"): CONFIGURATION | {"name": "Taken over"},
    ("PUT", "/stations/{station_id}/configuration-template"): {"template_id": None},
    ("POST", "/profile-templates"): {"name": "New", "profile": PROFILE},
    ("PUT", "/profile-templates/{template_id}"): {"name": "Taken over", "profile": PROFILE},
    ("POST", "/driver/sign-up"): {"email": "x@y.example", "password": "long enough words", "display_name": "X"},
    ("POST", "/driver/sign-in"): {"email": "x@y.example", "password": "long enough words"},
    ("PATCH", "/driver/me"): {"display_name": "Other"},
    ("POST", "/driver/me/erase"): {"password": "long enough words"},
    ("POST", "/driver/change-password"): {"old_password": "long enough words", "new_password": "another new one"},
    ("POST", "/driver/sessions"): {"station_id": "NEW-1"},
    ("POST", "/driver/vehicles"): {"name": "Blue one"},
    ("PUT", "/driver/vehicles/{vehicle_id}"): {"name": "Blue one"},
    ("PUT", "/driver/tokens/{value}/freeze"): {"is_frozen": True},
    ("POST", "/tokens/{value}/replace"): {"value": "NEW-CARD"},
    ("PUT", "/driver/push-device"): {
        "endpoint": "https://push.example/1",
        "auth": "A" * 22,
        "p256dh": "B" + "A" * 86,
    },
    ("POST", "/reservations"): {"station_id": "NEW-1", "id_token": {"value": "AABB"}, "duration_min": 15},
    ("PUT", "/app-brand"): {"name": "Taken over"},
    ("PUT", "/reservation-rules"): {"is_allowed": True},
    ("POST", "/driver/reservations"): {"station_id": "NEW-1", "duration_min": 15},
    ("POST", "/driver/complaints"): {"station_id": "NEW-1", "category": "slow"},
    ("POST", "/complaints/{complaint_id}/answer"): {"status": "resolved", "text": "Taken over"},
    ("PUT", "/driver/sessions/{session_id}/target"): {"energy_wh": 10_000},
    ("POST", "/payments/{payment_id}/refunds"): {"amount": 100, "reason": "Taken over"},
    ("POST", "/payments/{payment_id}/capture"): {"amount": 100},
    ("PUT", "/payment-accounts/{provider}"): {"settings": {}, "secrets": {"secret_key": "sk", "webhook_secret": "wh"}},
    ("PUT", "/installation/payment-accounts/{provider}"): {
        "settings": {},
        "secrets": {"secret_key": "sk", "webhook_secret": "wh"},
    },
    ("POST", "/payment-statements"): {"provider": "stripe", "day": "2026-01-01", "content": "e30="},
    ("PUT", "/payment-differences/{difference_id}"): {"state": "in_hand"},
    ("POST", "/driver/top-ups"): {"provider": "stripe", "amount": 1000, "currency": "EUR"},
    ("POST", "/driver/payment-cards"): {"currency": "EUR"},
    ("POST", "/driver/guest-payments"): {
        "station_id": "NEW-1",
        "provider": "stripe",
        "amount": 1000,
        "currency": "EUR",
    },
    ("POST", "/driver/invoice-requests"): {"kind": "invoice", "session_ids": ["0" * 32], "buyer": {"name": "New"}},
}
QUERIES = {
    "/busbars": {"site_id": "SITE-1"},
    "/overview/power": {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"},
    "/stations/{station_id}/telemetry": {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"},
    "/sites/{site_id}/telemetry": {"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"},
    "/driver/lookup": {"code": "NEW-1"},
    "/reports/revenue": {"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"},
    "/reports/revenue/csv": {"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"},
    "/reports/revenue/xlsx": {"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"},
    "/reports/revenue/pdf": {"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"},
    "/driver/push-device": {"endpoint": "https://push.example/1"},
}
STREAMS = {"/events", "/driver/events", "/driver/station-events", "/stations/{station_id}/wirelog/stream"}
BODILESS = {
    "/app-brand/logo", "/reservations/{reservation_id}/cancel", "/driver/reservations/{reservation_id}/cancel",
    "/stations/{station_id}/faults/acknowledge",
    "/webhooks/{webhook_id}/rotate-secret", "/webhooks/{webhook_id}/test",
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    "/identity-provider/try", "/stations/{station_id}/configuration/apply",
    "/auth/totp", "/auth/passkeys/options", "/auth/passkey-sign-in/options",
    "/auth/sign-out", "/staff/{staff_id}/reset-password", "/drivers/{driver_id}/reset-password", "/driver/sign-out",
    "/driver/favourites/{station_id}", "/driver/awaited/{station_id}", "/driver/complaints/{complaint_id}/photos",
    "/driver/sessions/{session_id}/stop", "/jobs/{job_id}/retry",
    "/stations/{station_id}/commands/{command_id}/cancel",
    "/tariffs/{tariff_id}/retire", "/receivables/{receivable_id}/remind",
    "/operations/parked-facts/{fact_id}/{consumer}/retry", "/operations/parked-parcels/{parked_id}/replay",
    "/payments/{payment_id}/cancel", "/payments/{payment_id}/check", "/driver/guest-payments/{link}/stop",
    "/coupons/{coupon_id}/end", "/driver/plans/{plan_id}/join",
    "/driver/tokens/{value}/lost", "/driver/wallet/freeze", "/driver/wallet/unfreeze", "/driver/wallet/closing/cancel",
    "/wallet-closings/{closing_id}/cancel",
    "/driver/plans/{plan_id}/leave",
    "/invoice-requests/{request_id}/send",
    "/settlements/{settlement_id}/approve", "/payouts/{payout_id}/cancel",
    "/payment-accounts/{provider}/try", "/installation/payment-accounts/{provider}/try",
}  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """A route and how it is called."""

    method: str
    path: str
    permission: Permission | None
    is_staff: bool
    is_driver: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_stream(self) -> bool:
        return self.path in STREAMS

    @property
    def options(self) -> dict[str, object]:
        """The query and body of an example call."""
        options: dict[str, object] = {}
        if (self.method, self.path) in BODIES:
            options["json"] = BODIES[self.method, self.path]
        elif self.method in {"POST", "PUT", "PATCH"} and self.path not in BODILESS:
            raise AssertionError(f"{self.name} has no example body in tests/contracts/api/routes.py")
        if self.path in QUERIES:
            options["params"] = QUERIES[self.path]
        return options


def list_operations() -> list[Operation]:
    """All operations of the API, from the routers themselves."""
    found = []
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            calls = [dependency.call for dependency in route.dependant.dependencies]
            staff = [call for call in calls if hasattr(call, "permission")]
            found += [
                Operation(
                    method=method,
                    path=route.path.removeprefix(API_PREFIX),
                    permission=staff[0].permission if staff else None,
                    is_staff=bool(staff),
                    is_driver=any(getattr(call, "__name__", "") == "_find_driver" for call in calls),
                )
                for method in route.methods
            ]
    return sorted(found, key=lambda operation: operation.name)


OPERATIONS = list_operations()
