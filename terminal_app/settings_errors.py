"""What can be wrong with the settings; without pydantic, so that the kiosk can name it."""


class SettingsError(Exception):
    """The settings cannot be used; each fault is a line for the operator: file, key, reason. Never holds a secret."""

    def __init__(self, *faults: str) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(self.faults)
