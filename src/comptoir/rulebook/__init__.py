"""Facts on marketplaces as typed, validated data with their sources. No decisions about a ticket.

`facts` holds the shapes, `catalogue` reads the files of `data/channels`, `presets` turns a channel
into a policy to start from, `capabilities` says how it is read and answered, `wordings` holds the
phrases of buyers and machines.
"""

from comptoir.rulebook.capabilities import Capability, capability
from comptoir.rulebook.catalogue import UnknownMarketplaceError, marketplace, marketplaces
from comptoir.rulebook.facts import Marketplace
from comptoir.rulebook.presets import Preset, preset

__all__ = [
    "Capability",
    "Marketplace",
    "Preset",
    "UnknownMarketplaceError",
    "capability",
    "marketplace",
    "marketplaces",
    "preset",
]
