"""Editors keep leaders, countries, topics and sources in the admin."""

import pytest

from tests import builders, desk
from timeline.models import Change, Country, DataVersion, Leader, Source, Topic

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
    ("typed", "field", "told"),
    [
        ({"slug": "Satsuki_K"}, "slug", "Expected lower-case letters"),
        ({"slug": ""}, "slug", "required"),
        ({"wikidata": "22686"}, "wikidata", "Expected a Wikidata id"),
        ({"other_names": "x" * 301}, "other_names", "too long"),
        ({"other_names": "\x00"}, "other_names", "Null characters"),
        ({"posts-0-since": "October"}, "since", "“October” does not say which year"),
        ({"posts-0-until": "2020"}, "until", "ends before it begins"),
        ({"posts-0-country": "\x00"}, "country", "not one of the available choices"),
        ({"posts-0-country": "Nowhere at all"}, "country", "not one of the available choices"),
    ],
)
def test_a_leader_is_refused_in_words(admin_client, typed, field, told):
    found = refusal(admin_client, "/admin/timeline/leader/add/", POSTS | KATAYAMA | typed)
    assert list(found) == [field]
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
    renamed = country | {"name": "The Republic of Atlantis", "code": "YY"}
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


@pytest.mark.parametrize("noun", ["leader", "source", "topic", "country"])
def test_what_events_rest_on_is_not_deleted(admin_client, noun):
    builders.cast()
    builders.publish(builders.call(topics=["taiwan"]))
    model = {"leader": Leader, "source": Source, "topic": Topic, "country": Country}[noun]
    used = {"leader": builders.TAKAICHI, "source": builders.SOURCE, "topic": "taiwan", "country": "JP"}[noun]
    kept = model.objects.get(**{"pk" if noun == "country" else "slug": used})
    listed = f"/admin/timeline/{noun}/"
    page = admin_client.post(f"{listed}{kept.pk}/delete/", {"post": "yes"})
    assert "protected related objects" in page.text
    chosen = {"action": "delete_selected", "_selected_action": [kept.pk]}
    page = admin_client.post(listed, chosen)
    assert "protected related objects" in page.text
    assert admin_client.post(listed, chosen | {"post": "yes"}).status_code == 200
    assert model.objects.filter(pk=kept.pk).exists()


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


@pytest.mark.parametrize(
    "path",
    [
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
        "event/choices/?term=%00",
        "event/choices/?term=x&app_label=timeline&model_name=link&field_name=target&page=x",
    ],
)
def test_nonsense_in_an_address_is_no_server_error(admin_client, path):
    assert admin_client.get(f"/admin/timeline/{path}").status_code < 500
