"""Editors keep leaders, countries, topics and sources in the admin."""

from contextlib import nullcontext

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User

from tests import builders, desk
from timeline import record
from timeline.models import Change, Country, DataVersion, Former, Leader, Source, Topic
from timeline.record.nouns import leader_row

pytestmark = pytest.mark.django_db

POSTS = {"posts-TOTAL_FORMS": "1", "posts-INITIAL_FORMS": "0"}
KATAYAMA = {
    "name": "Satsuki Katayama",
    "slug": "satsuki-katayama",
    "family_name": "Katayama",
    "other_names": "片山さつき\r\n\r\n Katayama Satsuki \r\n片山さつき",
    "posts-0-title": "Minister of Finance",
    "posts-0-country": "JP",
    "posts-0-since": "2025-10-21",
}


def refusal(client, address, sent):
    """What is said at which field, rows' fields by their own names."""
    return {place.split()[-1]: told for place, told in desk.refusal(client, address, sent).items()}


def test_a_leader_is_entered_with_posts_and_names(admin_client):
    assert admin_client.post("/admin/timeline/leader/add/", POSTS | KATAYAMA).status_code == 302
    leader = Leader.objects.get()
    assert leader.other_names == ["片山さつき", "Katayama Satsuki"]
    assert [post.title for post in leader.posts.all()] == ["Minister of Finance"]
    assert Change.objects.filter(noun="leader", key=str(leader.pk)).exists()

    page = admin_client.get(f"/admin/timeline/leader/{leader.pk}/change/")
    assert 'name="slug"' not in page.text
    assert "片山さつき\nKatayama Satsuki" in page.text.replace("\r\n", "\n")
    with desk.unshown():
        for term in ("katayama", "片山", "Satsuki Minister", "finance jap", "Satsuki President"):
            found = admin_client.get("/admin/timeline/leader/", {"q": term}).context_data["cl"].result_list
            assert len(found) == (term != "Satsuki President")


def test_saving_a_leader_unchanged_writes_nothing(admin_client):
    admin_client.post("/admin/timeline/leader/add/", POSTS | KATAYAMA)
    leader = Leader.objects.get()
    post = leader.posts.get()
    sent = KATAYAMA | {"other_names": "片山さつき\r\nKatayama Satsuki", "posts-TOTAL_FORMS": "1"}
    sent |= {"posts-INITIAL_FORMS": "1", "posts-0-id": str(post.pk), "posts-0-leader": str(leader.pk)}
    before = DataVersion.objects.get().number
    assert admin_client.post(f"/admin/timeline/leader/{leader.pk}/change/", sent).status_code == 302
    assert DataVersion.objects.get().number == before
    assert admin_client.post(f"/admin/timeline/leader/{leader.pk}/change/", sent | {"slug": "other"}).status_code == 302
    assert Leader.objects.get().slug == "satsuki-katayama"


@pytest.mark.parametrize(
    "together",
    [
        [
            ({"slug": "Satsuki_K"}, "slug", "Expected lower-case letters"),
            ({"wikidata": "22686"}, "wikidata", "Expected a Wikidata id"),
            ({"other_names": "x" * 301}, "other_names", "too long"),
            ({"posts-0-since": "October"}, "since", "“October” does not say which year"),
            ({"posts-0-country": "\x00"}, "country", "not one of the available choices"),
        ],
        [
            ({"slug": ""}, "slug", "required"),
            ({"other_names": "\x00"}, "other_names", "Null characters"),
            ({"posts-0-country": "Nowhere at all"}, "country", "not one of the available choices"),
        ],
        [
            (
                {name.replace("-0-", "-1-"): typed for name, typed in KATAYAMA.items() if "-0-" in name}
                | {"posts-TOTAL_FORMS": "2"},
                "__all__",
                "This is post 1 again: title, country and since are the same.",
            ),
        ],
        [
            ({"posts-0-until": "2020"}, "until", "ends before it begins"),
        ],
    ],
)
def test_a_leader_is_refused_in_words(admin_client, together):
    sent = POSTS | KATAYAMA
    for typed, _field, _told in together:
        sent = sent | typed
    found = refusal(admin_client, "/admin/timeline/leader/add/", sent)
    assert set(found) == {field for _typed, field, _told in together}
    for _typed, field, told in together:
        assert told in found[field][0]


def test_topics_sources_and_countries_are_entered(admin_client):
    assert admin_client.post("/admin/timeline/topic/add/", {"name": "Beef", "slug": "beef"}).status_code == 302
    source = {
        "publisher": "NHK",
        "title": "News",
        "slug": "nhk",
        "url": "https://nhk.example/",
        "published": "2025-11",
    }
    assert admin_client.post("/admin/timeline/source/add/", source).status_code == 302
    country = {"code": "xz", "name": "Atlantis", "time_zone": "Europe/Belgrade"}
    assert admin_client.post("/admin/timeline/country/add/", country).status_code == 302
    assert (Topic.objects.get().slug, Source.objects.get().published) == ("beef", "2025-11")
    page = admin_client.get("/admin/timeline/country/XZ/change/")
    assert 'name="code"' not in page.text
    renamed = desk.as_a_browser_sends_it(page) | {"name": "The Republic of Atlantis", "code": "YY"}
    assert admin_client.post("/admin/timeline/country/XZ/change/", renamed).status_code == 302
    assert Country.objects.get(code="XZ").name == "The Republic of Atlantis"


def test_nonsense_in_a_source_is_refused_in_words(admin_client):
    source = {
        "publisher": "NHK",
        "title": "News",
        "slug": "nhk",
        "url": "javascript:alert(1)",
        "published": "soon",
    }
    assert set(refusal(admin_client, "/admin/timeline/source/add/", source)) == {"url", "published"}


def test_what_two_editors_changed_in_a_leader_is_put_together_or_asked(admin_client, client):
    """Fields, names and posts: what only one changed stands; what both changed is chosen, and kept as it was typed."""
    admin_client.post("/admin/timeline/leader/add/", POSTS | KATAYAMA)
    leader = Leader.objects.get()
    address = f"/admin/timeline/leader/{leader.pk}/change/"
    client.force_login(User.objects.create_superuser("other"))
    mine, theirs = (desk.form_at(one, address) for one in (admin_client, client))
    theirs |= {"name": "Katayama Satsuki", "native_name": "片山さつき", "posts-0-until": "2026"}
    theirs |= desk.row("posts", 1, title="Member", country="JP") | {"posts-TOTAL_FORMS": "2"}
    desk.saved(client.post(address, theirs))

    mine |= {"name": "S. Katayama", "wikidata": "Q1", "posts-0-until": "2027", "other_names": "Katayama"}
    shown = admin_client.post(address, mine)
    assert "other has saved this leader since you opened it" in desk.errors_on(shown)["__all__"][0]
    asked = {one.label: (one.before, one.theirs, one.mine) for one in shown.context_data["questions"]}
    assert asked == {
        "name": ("Satsuki Katayama", "Katayama Satsuki", "S. Katayama"),
        "posts": tuple(
            f"Minister of Finance, Japan, since 21 October 2025{until}"
            for until in ("", ", until 2026", ", until 2027")
        ),
    }
    assert shown.text.count('value="theirs"') == 2
    again = desk.as_a_browser_sends_it(shown)
    assert (again["name"], again["posts-0-until"]) == ("S. Katayama", "2027")
    leader.refresh_from_db()
    assert (leader.name, leader.wikidata) == ("Katayama Satsuki", "")

    chosen = {question.name: "theirs" for question in shown.context_data["questions"] if question.label == "name"}
    told = admin_client.post(address, again | chosen, follow=True)
    named = "What has changed meanwhile stands beside your changes: name, name in the native script and posts (other)."
    assert named in told.text
    row = leader_row(Leader.objects.get())
    assert (row["name"], row["native_name"], row["wikidata"]) == ("Katayama Satsuki", "片山さつき", "Q1")
    assert row["other_names"] == ["Katayama"]
    assert [(post["title"], post["until"]) for post in row["posts"]] == [
        ("Minister of Finance", "2027"),
        ("Member", None),
    ]


def test_a_noun_is_not_overwritten_unseen(admin_client):
    """Nor by a form that says nothing of what it was filled from; by one that changes nothing, nothing is written."""
    topic = builders.topic("aid", "Aid")
    address = f"/admin/timeline/topic/{topic.pk}/change/"
    sent = desk.form_at(admin_client, address)
    for seen in ("", "x", sent["seen"] + "x"):
        refused = desk.refusal(admin_client, address, sent | {"name": "Help", "seen": seen})
        assert "may have saved this topic" in refused["__all__"][0]
    with record.writing():
        topic.name = "Support"
        topic.save()
    assert "choose above" in desk.refusal(admin_client, address, sent | {"name": "Help"})["__all__"][0]
    before = DataVersion.objects.get().number
    desk.saved(admin_client.post(address, sent))
    assert (Topic.objects.get().name, DataVersion.objects.get().number) == ("Support", before)


def test_what_published_entries_show_is_not_changed_without_a_note(admin_client, client):
    builders.cast()
    builders.publish(builders.call(topics=["taiwan"]))
    trump = Leader.objects.get(slug=builders.TRUMP)
    address = f"/admin/timeline/leader/{trump.pk}/change/"
    sent = desk.form_at(admin_client, address)
    desk.saved(admin_client.post(address, sent | {"other_names": "Donald J. Trump"}))
    sent = desk.form_at(admin_client, address)
    assert "nothing to tell" in desk.refusal(admin_client, address, sent | {"correction": "x"})["correction"][0]
    sent |= {"name": "Ronald Trump"}
    assert "Published entries show this" in desk.refusal(admin_client, address, sent)["correction"][0]
    both = {"correction": "x", "not_correction": "y"}
    assert list(desk.refusal(admin_client, address, sent | both)) == ["not_correction"]
    desk.saved(admin_client.post(address, sent | {"correction": "He is called Ronald."}))
    assert Former.objects.get(correction="He is called Ronald.").by_name == "admin"
    history = LogEntry.objects.latest("pk").get_change_message()
    assert history == "Changed name. Correction, for readers: He is called Ronald."
    for page in ("/corrections/", "/corrections.atom"):
        told = client.get(page).text
        assert "He is called Ronald." in told
        assert "Ronald Trump" in told


def test_what_events_rest_on_is_not_deleted(admin_client):
    builders.cast()
    builders.publish(builders.call(topics=["taiwan"]))
    used = {
        "leader": Leader.objects.get(slug=builders.TAKAICHI),
        "source": Source.objects.get(),
        "topic": Topic.objects.get(),
        "country": Country.objects.get(pk="JP"),
    }
    for noun, kept in used.items():
        listed = f"/admin/timeline/{noun}/"
        chosen = {"action": "delete_selected", "_selected_action": [kept.pk]}
        with nullcontext() if noun == "leader" else desk.unshown():
            pages = [
                admin_client.post(f"{listed}{kept.pk}/delete/", {"post": "yes"}),
                admin_client.post(listed, chosen),
            ]
        assert all(page.context_data["protected"] for page in pages)
        assert all("protected related objects" in page.text for page in pages) or noun != "leader"
        with desk.unshown():
            assert admin_client.post(listed, chosen | {"post": "yes"}).status_code == 200
        assert type(kept).objects.filter(pk=kept.pk).exists()


@pytest.mark.parametrize("way", ["alone", "among others"])
def test_what_nothing_rests_on_is_deleted(admin_client, way):
    unused = builders.leader("unused")
    if way == "alone":
        response = admin_client.post(f"/admin/timeline/leader/{unused.pk}/delete/", {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [unused.pk], "post": "yes"}
        response = admin_client.post("/admin/timeline/leader/", chosen)
    assert response.status_code == 302
    assert not Leader.objects.exists()


NONSENSE = [
    "country/a%00/change/",
    "country/_00/change/",
    f"leader/{'9' * 40}/change/",
    "leader/x/change/",
    f"call/{'9' * 40}/change/",
    "call/x/delete/",
    "call/x/history/",
    "call/?q=%00&country=%00",
    f"call/?id__exact={'9' * 40}",
    "call/?p=99999&o=x",
    "call/add/?country=nowhere&date=x&chosen_topics=y&initiated_by=%00",
    "leader/?q=%00",
    "bulkchange/?what=%00",
    f"bulkchange/{'9' * 40}/change/",
    "bulkchange/x/put-back/",
    "event/choices/?term=%00",
    "event/choices/?term=x&app_label=timeline&model_name=link&field_name=target&page=x",
]


def test_nonsense_in_an_address_is_no_server_error(admin_client):
    for path in NONSENSE:
        with nullcontext() if path.startswith(("call/add", "call/?q", "country")) else desk.unshown():
            assert admin_client.get(f"/admin/timeline/{path}").status_code < 500, path
