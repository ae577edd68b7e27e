"""``script/verify`` and ``script/verify-archive`` as modules, to try hundreds of archives without as many processes."""

import importlib.machinery
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

from django.conf import settings

SCRIPTS = Path(settings.BASE_DIR) / "script"


@cache
def programs() -> tuple[ModuleType, ModuleType]:
    """The two, in that order."""
    loaded = []
    for name in ("verify", "verify-archive"):
        loader = importlib.machinery.SourceFileLoader(f"script_{name.replace('-', '_')}", str(SCRIPTS / name))
        module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))  # type: ignore[arg-type]
        loader.exec_module(module)
        loaded.append(module)
    return loaded[0], loaded[1]
