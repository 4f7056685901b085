"""`webhooks`: the receiver of Protime's webhooks, a process of its own."""
