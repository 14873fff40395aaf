"""News: an outbox written with every change, a relay that orders it, a feed, an inbox, and webhooks."""
