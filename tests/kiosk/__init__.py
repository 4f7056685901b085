"""The screen: the visit, the desk, the app under Pilot, its pictures."""
