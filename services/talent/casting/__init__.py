"""From a role to a contract: calls, submissions, selects, auditions, holds and offers."""
