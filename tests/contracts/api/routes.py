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
CONNECTORS = [{"evse_id": 1, "max_power_w": 11_000}]
BODIES: dict[tuple[str, str], object] = {
    ("POST", "/auth/sign-in"): {"email": "x@y.example", "password": "whatever it is"},
    ("POST", "/auth/change-password"): {"old_password": "an old password", "new_password": "another new one"},
    ("POST", "/operators"): {"name": "Gamma", "slug": "gamma"},
    ("PATCH", "/operators/{operator_id}"): {"name": "Taken over"},
    ("POST", "/staff"): {"email": "new@staff.example", "display_name": "New", "role": "viewer"},
    ("PATCH", "/staff/{staff_id}"): {"display_name": "Taken over"},
    ("POST", "/api-keys"): {"name": "New", "role": "viewer"},
    ("POST", "/sites"): {"name": "New", "latitude": 1, "longitude": 2},
    ("PATCH", "/sites/{site_id}"): {"name": "Taken over"},
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
    ("POST", "/plans"): {"name": "New", "currency": "EUR", "monthly_price": 100},
    ("PUT", "/plans/{plan_id}"): {"name": "Taken over", "currency": "EUR", "monthly_price": 1},
    ("POST", "/plans/{plan_id}/members"): {"driver_id": "0" * 32},
    ("POST", "/driver/coupons"): {"code": "NOTHING"},
    ("POST", "/documents/{document_id}/credit"): {"reason": "Taken over"},
    ("POST", "/invoices"): {"session_ids": ["0" * 32], "buyer": {"name": "New"}},
    ("PUT", "/invoice-profile"): {"seller": {"name": "New"}, "zone": "UTC"},
    ("POST", "/invoice-requests/{request_id}/issue"): {"fapiao_number": "12345678"},
    ("POST", "/invoice-requests/{request_id}/red-letter"): {"red_number": "12345678", "reason": "Taken over"},
    ("POST", "/invoice-requests/{request_id}/refuse"): {"reason": "Taken over"},
    ("POST", "/ledger/transfers/{transfer_id}/reverse"): {"reason": "taken over"},
    ("PUT", "/ledger/terms"): {"mode": "none", "hold": 5},
    ("POST", "/drivers/{driver_id}/wallet/adjust"): {"amount": 5, "reason": "taken over"},
    ("POST", "/drivers/{driver_id}/wallet/freeze"): {"reason": "taken over"},
    ("POST", "/drivers/{driver_id}/wallet/unfreeze"): {"reason": "taken over"},
    ("POST", "/drivers/{driver_id}/wallet/close"): {"reason": "taken over"},
    ("POST", "/receivables/{receivable_id}/write-off"): {"reason": "taken over"},
    ("POST", "/companies"): {"name": "New"},
    ("PUT", "/companies/{company_id}"): {"name": "Taken over"},
    ("PUT", "/companies/{company_id}/drivers/{driver_id}"): {"budget": 5},
    ("PUT", "/tokens/{value}"): {"label": "Taken over"},
    ("PATCH", "/tokens/{value}"): {"status": "blocked"},
    ("PUT", "/token-groups/{value}"): {"name": "Taken over"},
    ("POST", "/drivers"): {"display_name": "New"},
    ("PATCH", "/drivers/{driver_id}"): {"is_blocked": True},
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
    ("PUT", "/driver/tokens/{value}/block"): {"is_blocked": True},
    ("PUT", "/driver/push-device"): {
        "endpoint": "https://push.example/1",
        "auth": "A" * 22,
        "p256dh": "B" + "A" * 86,
    },
    ("POST", "/driver/complaints"): {"station_id": "NEW-1", "category": "slow"},
    ("POST", "/complaints/{complaint_id}/answer"): {"status": "resolved", "text": "Taken over"},
    ("PUT", "/driver/sessions/{session_id}/target"): {"energy_wh": 10_000},
    ("POST", "/payments/{payment_id}/refunds"): {"amount": 100, "reason": "Taken over"},
    ("POST", "/payments/{payment_id}/capture"): {"amount": 100},
    ("PUT", "/payment-accounts/{provider}"): {"settings": {}, "secrets": {"secret_key": "sk", "webhook_secret": "wh"}},
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
    "/driver/push-device": {"endpoint": "https://push.example/1"},
}
STREAMS = {"/events", "/driver/events", "/driver/station-events", "/stations/{station_id}/wirelog/stream"}
BODILESS = {
    "/stations/{station_id}/faults/acknowledge",
    "/auth/sign-out", "/staff/{staff_id}/reset-password", "/drivers/{driver_id}/reset-password", "/driver/sign-out",
    "/driver/favourites/{station_id}", "/driver/awaited/{station_id}", "/driver/complaints/{complaint_id}/photos",
    "/driver/sessions/{session_id}/stop", "/jobs/{job_id}/retry",
    "/stations/{station_id}/commands/{command_id}/cancel",
    "/tariffs/{tariff_id}/retire", "/receivables/{receivable_id}/remind",
    "/operations/parked-facts/{fact_id}/{consumer}/retry", "/operations/parked-parcels/{parked_id}/replay",
    "/payments/{payment_id}/cancel", "/payments/{payment_id}/check", "/driver/guest-payments/{link}/stop",
    "/coupons/{coupon_id}/end", "/driver/plans/{plan_id}/join",
    "/driver/plans/{plan_id}/leave",
    "/invoice-requests/{request_id}/send",
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
