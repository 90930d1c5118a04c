"""Tags as AWS spells them (``Key``/``Value``, ``TagKey``/``TagValue``, ``key``/``value``), made into one mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stack_verify.collect.reader import Malformed

SPELLINGS = (("Key", "Value"), ("TagKey", "TagValue"), ("key", "value"))


def tag_map(items: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The tags in ``items`` by key, in the order of their keys.

    Raises:
        Malformed: when an item is no tag.
    """
    return dict(sorted(_pair(item) for item in items))


def _pair(item: Mapping[str, str]) -> tuple[str, str]:
    for key, value in SPELLINGS:
        if key in item:
            return item[key], item.get(value, "")
    raise Malformed(f"not a tag: {sorted(item)}")
