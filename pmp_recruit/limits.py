"""How often, and from where: the rates that people meet, and what a browser may load."""

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from pmp_recruit import env

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}


def rates(*, rehearsal: bool) -> dict[str, str]:
    """allauth's limits, by action: so many in a time for an address (``key``), a person (``user``) or a network (``ip``).

    What is tight is counted for an address at one network (``_here``): whoever uses up a rival's codes in the last hour
    uses up those of their own network, and the rival's stay. A network's own limit is wide: an institution may share one.
    A rehearsal's crowd, and one person playing every role, sit at one machine.
    """
    return {
        "request_login_code": "2000/m/ip,60/m/key" if rehearsal else "60/m/ip,30/h/key",
        "request_login_code_here": "600/h/key" if rehearsal else "3/m/key,8/h/key",
        # Beside the session's own count of tries: a browser's parallel requests would each begin from nought there.
        "confirm_login_code_here": "400/h/key" if rehearsal else "40/h/key",
        "change_address": "60/h/user,60/h/key" if rehearsal else "5/h/user,5/h/key",
        "export_data": "5/h/user",
        # Asked for by people without an account, at an address that nobody guesses: hammering alone meets it.
        "reference_link": "2000/m/ip" if rehearsal else "60/m/ip",
        # Each takes a second of a processor.
        "verify_document": "2000/m/ip" if rehearsal else "20/m/ip",
        "passkey_login": "2000/m/ip" if rehearsal else "60/m/ip",
    }


def staff_sessions() -> tuple[int, int]:
    """Minutes without a request, and hours since the sign-in, after which whoever works here signs in again.

    ``accounts/middleware_staff.py`` ends their session. Raises ImproperlyConfigured for a limit that protects nothing.
    """
    idle, longest = env.number("PMP_STAFF_IDLE_MINUTES", 30), env.number("PMP_STAFF_SESSION_HOURS", 10)
    if not 5 <= idle <= 240 or not 1 <= longest <= 12:
        raise ImproperlyConfigured("PMP_STAFF_IDLE_MINUTES is from 5 to 240, PMP_STAFF_SESSION_HOURS from 1 to 12.")
    return idle, longest
