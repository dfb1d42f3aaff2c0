"""Things that stand or move in a scene."""
