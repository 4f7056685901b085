"""The administrator's screen: loaded when it is asked for."""
