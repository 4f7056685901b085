"""The roster: people, reasons and activities as last read from Protime; only the courier writes it."""
