"""The courier: delivers the clockings to Protime and keeps people, reasons and activities up to date."""
