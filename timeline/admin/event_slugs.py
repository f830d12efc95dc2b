"""The slug that a new event gets of itself."""

from collections.abc import Iterable

from django.utils.text import slugify

from timeline.models import Country, Leader, Slug

_FAMILIES = 3


def free(people: Iterable[Leader | Country], kind: str, date: str) -> str:
    """“takaichi-trump-call-2025-11-25”, or with -2, -3 where that has been taken; `date` is EDTF."""
    names = [_name(one) for one in people][:_FAMILIES]
    days = date.replace("..", "").strip("/").split("/")[0]
    base = slugify("-".join([*names, kind, days]))[:110].strip("-")
    slug, number = base, 1
    while Slug.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def _name(one: Leader | Country) -> str:
    if isinstance(one, Country):
        return one.code.lower()
    return slugify(one.family_name).replace("_", "-") or one.slug
