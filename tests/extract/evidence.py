"""What all evidence keeps to, whatever it is evidence for."""

from typing import Any


def check(text: str, found: list[dict[str, Any]]) -> None:
    """Each proposal of `found` (as JSON) rests on words that stand in the text where it says, and on some at all."""
    for one in found:
        for name, spans in one["evidence"].items():
            for span in spans:
                assert text[span["start"] : span["end"]] == span["text"], name
                assert span["text"].strip(), name
                assert span["certainty"] in ("stated", "attributed", "inferred", "speculated")
        for name in ("kind", "occurrence", "participants", *(name for name in ("date", "format") if one[name])):
            assert one["evidence"][name], f"{name} without evidence"
