"""Who is who: leaders with the post they hold or held last, how often they appear, when they last had contact."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from pyroaring import BitMap

from timeline import edtf, index, lanes, search
from timeline.index import Index
from timeline.index.bitmaps import Key
from timeline.models import Country, Event, Leader, Participation, Post, State
from timeline.models.people import pick_post

MOST = 500


# Posts ---------------------------------------------------------------------------------------------------


def standing_post(posts: Iterable[Post], today: date, country_code: str = "") -> Post | None:
    """The post held today, or else the one that ended last; one for `country_code` comes first."""
    known = list(posts)
    if country_code:
        known = [post for post in known if post.country_id == country_code] or known
    held = pick_post(known, today, today)
    return held or max(known, key=lambda post: (post.until_latest, post.since_earliest), default=None)


def post_words(post: Post | None, today: date, *, country: bool = True) -> str:
    """“Prime Minister of Japan”; “President of the United States, until January 2021”; the title alone on wish.

    Of a post whose end nobody has recorded it says when it was last seen: “Shah of Iran, as of November 1977”.
    """
    if post is None:
        return ""
    words = post.title if not country or post.names_its_country else _("%(title)s of %(country)s") % _title(post)
    if last_seen := _last_seen(post):
        return _("%(post)s, as of %(date)s") % {"post": words, "date": edtf.words(last_seen, unknown=False)}
    if post.until_latest < today:
        return _("%(post)s, until %(date)s") % {"post": words, "date": edtf.words(post.until, unknown=False)}
    return words


def _last_seen(post: Post) -> str:
    """The day on which a post was held yet, where it is not recorded when it ended or whether; else nothing."""
    start, _slash, end = post.until.partition("/")
    return start if end == ".." else ""


def _first_seen(post: Post) -> str:
    """The day by which a post was held already, where it is not recorded when it began; else nothing."""
    start, _slash, end = post.since.partition("/")
    return end if start == ".." else ""


def _title(post: Post) -> dict[str, str]:
    return {"title": post.title, "country": post.country.name_in_sentence}


def spoke_for_last(leader: Leader) -> Country | None:
    """The country that a leader spoke for last, where the record says; for one without a post. One query."""
    spoke = _published().filter(leader=leader).select_related("country")
    newest = spoke.order_by("-event__position", "-event_id").first()
    return newest.country if newest else None


@dataclass
class Office:
    """A post as the page of its holder lists it, with each of its terms, the latest first."""

    words: str
    terms: list[str] = field(default_factory=list)


def offices(posts: Iterable[Post]) -> list[Office]:
    """The posts held, the latest first; terms of the same post stand together."""
    found: dict[tuple[str, str], Office] = {}
    for post in sorted(posts, key=lambda one: (one.since_earliest, one.until_latest), reverse=True):
        words = post.title if post.names_its_country else _("%(title)s of %(country)s") % _title(post)
        office = found.setdefault((post.title, post.country_id), Office(words))
        office.terms.append(_term(post))
    return list(found.values())


def _term(post: Post) -> str:
    seen = _first_seen(post), _last_seen(post)
    since, until = (lanes.short_date(text) if text else "" for text in (seen[0] or post.since, seen[1] or post.until))
    words = {"since": since, "until": until}
    if since and until:
        return (_("recorded from %(since)s to %(until)s") if any(seen) else _("%(since)s to %(until)s")) % words
    if since:
        return (_("recorded since %(since)s") if any(seen) else _("since %(since)s")) % words
    if until:
        return (_("recorded until %(until)s") if any(seen) else _("until %(until)s")) % words
    return _("dates not recorded")


# Leaders -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """A leader in a list: `entries` counts published ones, `last` is the date of the last contact in words."""

    leader: Leader
    country: str  # code
    post: str
    entries: int
    last: str


@dataclass(frozen=True)
class Group:
    """The leaders of one country, the most frequent first."""

    country: Country
    members: list[Member]


@dataclass(frozen=True)
class Roster:
    """Leaders by country; `found` may be more than are shown."""

    groups: list[Group]
    found: int
    shown: int


def roster(words: str, today: date) -> Roster:
    """All leaders who appear in published entries or hold posts, or those whose names hold all of `words`."""
    members = [one for one in _members(_known(), today) if _fits(one.leader, words)]
    members.sort(key=lambda one: (-one.entries, one.leader.name))
    cut = members[:MOST]
    countries = Country.objects.in_bulk(sorted({one.country for one in cut}))
    by_country: dict[str, list[Member]] = defaultdict(list)
    for one in cut:
        by_country[one.country].append(one)
    groups = [Group(countries[code], some) for code, some in by_country.items()]
    return Roster(sorted(groups, key=lambda group: group.country.name), len(members), len(cut))


def of_country(code: str, today: date) -> list[Member]:
    """The leaders who spoke for a country in published entries or hold its posts, the most frequent first."""
    spoke = [leader for leader, codes in index.current().spoke_for.items() if leader and code in codes]
    held = Post.objects.filter(country=code, leader=OuterRef("pk"))
    leaders = _with_posts(Leader.objects.filter(Q(pk__in=spoke) | Exists(held)))
    return sorted(_members(leaders, today, code), key=lambda one: (-one.entries, one.leader.name))


def _published() -> QuerySet[Participation]:
    return Participation.objects.filter(event__state=State.PUBLISHED)


def _known() -> QuerySet[Leader]:
    appears = _published().filter(leader=OuterRef("pk"))
    return _with_posts(Leader.objects.filter(Exists(appears) | Exists(Post.objects.filter(leader=OuterRef("pk")))))


def _with_posts(leaders: QuerySet[Leader]) -> QuerySet[Leader]:
    return leaders.prefetch_related(Prefetch("posts", Post.objects.select_related("country")))


def _members(leaders: QuerySet[Leader], today: date, code: str = "") -> list[Member]:
    """The leaders with what is known of them; five queries."""
    held = index.current()
    rows = list(leaders)
    met = held.of("country", code) & held.met if code else held.met
    last = last_contacts(held, {leader.pk: held.of("leader", leader.pk) & met for leader in rows})
    members = []
    for leader in rows:
        counts = Counter({one: len(held.of("spoke", (leader.pk, one))) for one in held.spoke_for.get(leader.pk, ())})
        post = standing_post(leader.posts.all(), today, code)
        own = code or (post.country_id if post else counts.most_common(1)[0][0])
        number = counts[code] if code else counts.total()
        members.append(Member(leader, own, _post_in(own, post, today), number, last.get(leader.pk, "")))
    return members


def _post_in(code: str, post: Post | None, today: date) -> str:
    """A post in a list of one country's leaders: without the country, unless it is another one's."""
    return post_words(post, today, country=post is not None and post.country_id != code)


def last_contacts(held: Index, contacts: Mapping[Key, BitMap]) -> dict[Key, str]:
    """The date of the newest of each one's contacts in words, for those that have any; one query."""
    newest = {one: event for one, ids in contacts.items() if (event := held.newest(ids)) is not None}
    dates = dict(Event.objects.filter(pk__in=set(newest.values())).values_list("pk", "date"))
    return {one: last_words(dates[event]) for one, event in newest.items() if event in dates}


def last_words(written: str) -> str:
    """“25 Nov 2025”."""
    return capfirst(lanes.short_date(written))


def _fits(leader: Leader, words: str) -> bool:
    """Whether all of the words stand in one of the leader's names, in whatever case, script or spelling."""
    names = _plain(" ".join([leader.name, leader.native_name, *leader.other_names, leader.slug]))
    return all(word in names for word in _plain(words).split())


def _plain(text: str) -> str:
    return "".join(char if char.isalnum() else " " for char in search.fold(text))
