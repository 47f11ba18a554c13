"""WeChat Pay v3 as both sides speak it: signed requests and answers, sealed notices, bills."""
