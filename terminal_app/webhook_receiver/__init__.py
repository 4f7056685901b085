"""The receiver of Protime's webhooks: kept durably by its own process, applied to the roster by the courier."""
