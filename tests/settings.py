"""The project's settings, with a private home for each test process and static files straight from the sources."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# A process that a test starts inherits these, and so finds the same home again.
if "PMP_TEST_HOME" not in os.environ:
    if "PMP_HOME" not in os.environ:
        os.environ["PMP_HOME"] = tempfile.mkdtemp(prefix="pmp-test-")
        atexit.register(shutil.rmtree, os.environ["PMP_HOME"], ignore_errors=True)
    os.environ["PMP_TEST_HOME"] = os.environ["PMP_HOME"]
_run = Path(os.environ["PMP_TEST_HOME"])
_home = _run / os.environ.get("PYTEST_XDIST_WORKER", "main")
_home.mkdir(parents=True, exist_ok=True)
os.environ["PMP_HOME"] = str(_home)
os.environ.setdefault("PMP_REHEARSAL", "1")
# Rate limits and messages of one test process are no other's: a test that empties the cache would empty its neighbour's.
_broker, _worker = os.environ.get("PMP_BROKER_URL", ""), os.environ.get("PYTEST_XDIST_WORKER", "")
if _broker.startswith("redis+socket://") and _worker and "virtual_host=" not in _broker:
    os.environ["PMP_BROKER_URL"] = f"{_broker}?virtual_host={int(_worker.removeprefix('gw')) + 1}"

from pmp_recruit.settings import *
from pmp_recruit.settings import DATABASES, PMP_HOME, SQLITE, STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
if SQLITE:
    # In a file, since threads and processes that share it are part of what is tested.
    DATABASES["default"]["TEST"] = {"NAME": str(PMP_HOME / "test.sqlite3")}
