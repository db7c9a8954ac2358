"""Settings about channels: connecting a mailbox, its health, policies, quarantine, the demo's clock.

People, teams and the trail are not here but in `web.accounts`; verbs are the lower rooms'.
"""
