"""The checklists as data: sections of items, validated, and the digest that a record names."""

from checklists.catalogue.load import (
    SECTIONS,
    Section,
    by_section,
    check_named,
    digest,
    item_named,
    items,
    load,
)

__all__ = ["SECTIONS", "Section", "by_section", "check_named", "digest", "item_named", "items", "load"]
