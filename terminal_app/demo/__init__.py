"""The main job at once, on one machine: simulator, courier, kiosk and a virtual badge reader."""
