"""A request's id goes with the tasks that it asks for, and into the worker's lines. A task of beat's has an id of its own."""

from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun

from pmp_recruit.logs import request_id

#: The message's header, beside Celery's own.
HEADER = "pmp_request"


@before_task_publish.connect
def send_along(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """What asks for a task names its request, or the task at work."""
    if headers is not None and request_id.get() != "-":
        headers.setdefault(HEADER, request_id.get())


@task_prerun.connect
def take_up(task_id: str, task: Any, **_: Any) -> None:
    """The worker's lines bear the request's id from here, or the first characters of the task's own."""
    request_id.set(task.request.get(HEADER) or task_id.replace("-", "")[:12])


@task_postrun.connect
def let_go(**_: Any) -> None:
    """What the worker says between two tasks is no request's."""
    request_id.set("-")
