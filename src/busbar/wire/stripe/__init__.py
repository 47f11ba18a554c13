"""Stripe's API as both sides speak it: forms, objects, the signature of webhooks."""
