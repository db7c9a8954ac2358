"""How people get in: nobody signs up by themselves, all are invited."""

from allauth.account.adapter import DefaultAccountAdapter


class Accounts(DefaultAccountAdapter):
    """Closes the sign-up that allauth would offer."""

    def is_open_for_signup(self, request: object) -> bool:
        """Refuse: people come by invitation."""
        return False
