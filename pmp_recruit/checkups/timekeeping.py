"""Whether the clocks agree: this machine's, the database's, and the world's."""

import socket
import struct
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings

from journal import clock
from pmp_recruit.checkups.verdict import NotConfigured

#: Seconds. A deadline is judged by the database's clock alone; a page that counts down shows the web's.
MOST_APART = 1.0
#: Seconds between 1900 and 1970, where NTP and Unix begin (RFC 5905, 6).
_ERA = 2_208_988_800
_PACKET = struct.Struct("!B B b b 11I")


class BadAnswer(Exception):
    """What answered is no clock to trust."""


def clock_agrees_with_the_database() -> Iterator[str]:
    """This machine's clock and the database's, by which every deadline is judged."""
    before = datetime.now(UTC)
    theirs = clock.real()
    after = datetime.now(UTC)
    apart = (theirs - (before + (after - before) / 2)).total_seconds()
    if abs(apart) > MOST_APART + (after - before).total_seconds() / 2:
        yield (
            f"The database's clock is {abs(apart):.1f} s {'ahead of' if apart > 0 else 'behind'} this machine's: "
            "have both keep their time by NTP (timedatectl set-ntp true)."
        )


def clock_agrees_with_ntp() -> Iterator[str]:
    """The clock of record's machine against the true time, asked of PMP_NTP_SERVER."""
    if not settings.PMP_NTP_SERVER:
        raise NotConfigured("PMP_NTP_SERVER is not set: nothing vouches for the true time.")
    host, _colon, port = settings.PMP_NTP_SERVER.partition(":")
    try:
        true = ask(host, int(port or 123))
    except (OSError, BadAnswer) as error:
        yield f"{settings.PMP_NTP_SERVER} gives no time ({error}): is UDP port 123 open, is it the right server?"
        return
    apart = clock.real().timestamp() - true
    if abs(apart) > MOST_APART:
        yield (
            f"The clock of record is {abs(apart):.1f} s {'ahead of' if apart > 0 else 'behind'} the true time: "
            "mend the database machine's NTP before any deadline."
        )


def ask(host: str, port: int, *, timeout: float = 3.0) -> float:
    """The true time in seconds since 1970, at this instant, by SNTP (RFC 4330). Raises OSError, BadAnswer."""
    family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as line:
        line.settimeout(timeout)
        line.connect(address)
        sent = time.time()
        seconds, fraction = int(sent) + _ERA, int(sent % 1 * 2**32)
        line.send(_PACKET.pack(0x23, 0, 0, 0, *([0] * 9), seconds & 0xFFFFFFFF, fraction))
        answer = line.recv(512)
        back = time.time()
    if len(answer) < _PACKET.size:
        raise BadAnswer("its answer is too short")
    flags, stratum, _poll, _precision, *words = _PACKET.unpack(answer[: _PACKET.size])
    if words[5:7] != [seconds & 0xFFFFFFFF, fraction]:
        raise BadAnswer("it answers another question")
    if flags & 7 != 4 or not 1 <= stratum <= 15 or flags >> 6 == 3:
        raise BadAnswer("it doesn't keep time itself")
    received, transmitted = (_moment(*words[place : place + 2], near=back) for place in (7, 9))
    offset = ((received - sent) + (transmitted - back)) / 2
    return time.time() + offset


def _moment(seconds: int, fraction: int, *, near: float) -> float:
    """An NTP timestamp in seconds since 1970, in the era that is nearest: 32 bits run out in 2036."""
    value = seconds - _ERA + fraction / 2**32
    return value + round((near - value) / 2**32) * 2**32
