"""allauth's mails, through the outbox. Here, and not in accounts, since accounts stands below notices."""

from allauth.account.adapter import DefaultAccountAdapter


class CodeByMailAdapter(DefaultAccountAdapter):
    """Owes the sign-in code as a notice and tries to send it at once."""
