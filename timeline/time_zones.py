"""Time zones by their IANA names."""

from zoneinfo import ZoneInfo


def is_time_zone(name: str) -> bool:
    """Whether this machine knows an IANA time zone of this name, as in Asia/Tokyo."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no name at all; a folder of names
        return False
    return True
