"""How Celery and the cache reach the broker that ``PMP_BROKER_URL`` names: the embedded folder, or a Redis."""

from pathlib import Path
from typing import Any

_REDIS = ("redis://", "rediss://", "redis+socket://")


def transport_options(url: str, home: Path) -> dict[str, Any]:
    """Celery's options for the broker."""
    if url == "filesystem://":
        return {
            "data_folder_in": str(home / "broker"),
            "data_folder_out": str(home / "broker"),
            "control_folder": str(home / "broker-control"),
            "store_processed": False,
            "polling_interval": 0.1,
        }
    # A web request must never hang on a broker that is gone: what is owed stands in the database.
    return {"socket_timeout": 5, "socket_connect_timeout": 2}


def cache(url: str, home: Path) -> dict[str, Any]:
    """Django's cache. It holds the rate limits, which every web process must share."""
    if not url.startswith(_REDIS):
        return {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(home / "cache")}
    # Celery and redis-py name a Unix socket and its database differently.
    location = url.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": location}
