"""An identity provider in memory: OpenID Connect with real signatures, and a handle to make it go wrong."""
