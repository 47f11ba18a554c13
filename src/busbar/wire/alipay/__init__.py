"""Alipay's open gateway as both sides speak it: signed parameters, signed answers, notices, bills."""
