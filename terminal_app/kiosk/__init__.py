"""The full-screen kiosk: badge readers, screen, ledger. No network, no secret."""
