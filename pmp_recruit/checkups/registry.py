"""Every checkup, in the order in which they are made. A line here registers a function."""

from pmp_recruit.checkups import answers, certificates, configuration, data, mail, timekeeping
from pmp_recruit.checkups.verdict import Checkup

CHECKUPS: tuple[Checkup, ...] = (
    configuration.settings_are_safe,
    data.migrations_are_applied,
    data.journal_key_is_right,
    data.invariants_hold,
    timekeeping.clock_agrees_with_the_database,
    timekeeping.clock_agrees_with_ntp,
    answers.broker_carries_a_message,
    answers.processes_are_alive,
    answers.storage_keeps_and_gives_back,
    answers.scanner_answers,
    mail.server_takes_mail,
    mail.letters_can_be_drawn,
    certificates.site_certificate_is_valid,
    certificates.seal_certificate_is_valid,
)
