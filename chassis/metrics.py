"""Every metric of the platform, declared in one place (Prometheus)."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

HTTP_REQUESTS = Counter("http_requests", "HTTP requests answered", ["route", "method", "status"])
HTTP_SECONDS = Histogram(
    "http_request_seconds", "Seconds to answer an HTTP request", ["route", "status"], buckets=_SECONDS
)
HTTP_REFUSED = Counter("http_refused", "Connections and requests refused before anybody worked on them", ["reason"])
RATE_LIMITED = Counter("rate_limited", "HTTP requests refused because a studio is over its rate limit")
PLACES = Gauge("places", "Places of a kind that this process has: connections, requests, uploads", ["kind"])
PLACES_USED = Gauge("places_used", "Places of a kind that are taken now", ["kind"])
RPC_CALLS = Counter("rpc_calls", "Calls from the gateway to a service", ["operation", "outcome"])
RPC_SECONDS = Histogram("rpc_call_seconds", "Seconds from call to answer", ["operation"], buckets=_SECONDS)
RPC_SERVED_SECONDS = Histogram(
    "rpc_served_seconds", "Seconds a service worked on a call", ["operation"], buckets=_SECONDS
)
EVENTS_HANDLED = Counter("events_handled", "Events by handler and outcome", ["handler", "outcome"])
HANDLING_SECONDS = Histogram(
    "event_handling_seconds", "Seconds a handler worked on a batch", ["handler"], buckets=_SECONDS
)
OUTBOX_PENDING = Gauge("outbox_pending", "Events stored and not yet confirmed by the broker")
OUTBOX_OLDEST_AGE = Gauge("outbox_oldest_age_seconds", "Age of the oldest event not yet confirmed by the broker")
RELAY_CONFIRMS = Counter("relay_confirms", "Published events by what the broker said", ["outcome"])
PARKED = Gauge("parked_messages", "Messages given up on and waiting for a person", ["handler"])
LEDGER_SIZE = Gauge("ledger_size", "Entries in the transparency ledger")
LEDGER_LAG = Gauge("ledger_lag_seconds", "Seconds between the latest entry's event and its entry in the ledger")
LEDGER_GAPS = Gauge(
    "ledger_gaps", "Aggregates of which an event is missing in the ledger although later ones are there"
)
LETTERS = Counter("letters", "Letters to people by what became of a try to send them", ["outcome"])
LETTERS_DUE = Gauge("letters_due", "Letters to people that wait to be sent")
PAPERS_WITHOUT_TIMESTAMP = Gauge(
    "papers_without_timestamp", "Executed contracts without sealed paper while the time-stamping authority is away"
)
LETTERS_STUCK = Gauge(
    "letters_stuck", "Letters that cannot be sent because neither mail server nor webhook is configured"
)
