"""The front door: HTTP, accounts and tenants, validation, limits. Knows no single operation: they come from `services/*/api.py`.

owns      studios, members, credentials
publishes gateway.studio.*, gateway.member.*, gateway.credential.*, gateway.access.denied
handles   nothing
"""
