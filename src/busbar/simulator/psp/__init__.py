"""A payment provider to try things with: Stripe, Alipay and WeChat Pay as their merchants see them, on this machine."""
