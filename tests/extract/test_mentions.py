"""Who is in an article, and whom its words mean."""

from typing import Any

import pytest

from timeline.ingest.extract.mentions import People
from timeline.ingest.extract.text import sentences

ITO: dict[str, Any] = {
    "slug": "aiko-ito",
    "name": "Aiko Ito",
    "family_name": "Ito",
    "native_name": "",
    "other_names": ["Ito Aiko"],
    "posts": [{"title": "Prime Minister", "country": "JP", "since": "2024-10-01", "until": ""}],
}


def read(text, *, home="", leaders=(), day="2025-11-25"):
    """The people of a text, and the mentions of each sentence as (words, form, names)."""
    found = sentences(text)
    people = People(leaders, home, day)
    people.introduce(found)
    return people, [[_told(one, mention) for mention in people.mentions(one)] for one in found]


def _told(sentence, mention):
    words = " ".join(token.text for token in sentence.tokens[mention.start : mention.end])
    return words, mention.form, [person.name for person in mention.people]


def introduced(text, **known):
    people, _ = read(text, **known)
    return {person.name: (person.country, person.offices) for person in people.everyone}


def test_a_title_introduces():
    found = introduced("French President Luc Morel met Brazil’s foreign minister, Ana Prado, on Monday.")
    assert found == {"Luc Morel": ("FR", ["president"]), "Ana Prado": ("BR", ["foreign minister"])}


def test_a_title_behind_the_name_introduces():
    found = introduced("Jan Novak, the prime minister of Poland, arrived.")
    assert found == {"Jan Novak": ("PL", ["prime minister"])}


def test_long_titles_are_taken_whole():
    found = introduced("Minister for Foreign Affairs of the Republic of Korea Han Ji-woo spoke.")
    assert found == {"Han Ji-woo": ("KR", ["minister"])}


def test_a_scholar_has_no_office():
    assert introduced("“No,” said Ruth Adams, chief economist at a bank.")["Ruth Adams"] == ("", [])


def test_a_surname_alone_is_the_one_introduced():
    _, mentions = read("President Luc Morel arrived. Morel smiled.")
    assert mentions[1] == [("Morel", "name", ["Luc Morel"])]


def test_the_same_surname_is_told_apart_by_title():
    text = "President Lee Min-ho met Prime Minister Lee Wei Ming. President Lee left. Prime Minister Lee stayed."
    _, mentions = read(text)
    assert [one[0][2] for one in mentions[1:]] == [["Lee Min-ho"], ["Lee Wei Ming"]]


def test_an_office_alone_is_its_holder_by_country():
    text = "Japanese Prime Minister Aiko Ito met Indian Prime Minister Ravi Nair. The Indian prime minister left."
    assert read(text)[1][1][0][2] == ["Ravi Nair"]


def test_an_office_alone_is_its_holder_at_home():
    text = "Prime Minister Aiko Ito met Indian Prime Minister Ravi Nair. The prime minister spoke."
    assert read(text, home="JP")[1][1][0][2] == ["Aiko Ito"]


def test_an_office_that_nobody_holds_is_nobody():
    assert read("Luc Morel met the Danish foreign minister.")[1][0][-1][1:] == ("nobody", [])


def test_a_leader_of_the_record_is_known_in_either_order_and_by_office():
    people, mentions = read("Ito Aiko spoke. The prime minister left.", home="JP", leaders=[ITO])
    assert [person.slug for person in people.everyone] == ["aiko-ito"]
    assert mentions[1][0][2] == ["Aiko Ito"]


def test_an_office_is_not_given_to_who_no_longer_holds_it():
    former = {**ITO, "posts": [{**ITO["posts"][0], "until": "2025-10-01"}]}
    assert read("The prime minister left.", home="JP", leaders=[former])[1][0][0][1] == "nobody"


def test_two_surnames_with_a_dash_are_two_people():
    _, mentions = read("President Luc Morel met President Ida Holm. The Morel-Holm talks ended.")
    assert mentions[1][0][1:] == ("pair", ["Luc Morel", "Ida Holm"])


def test_articles_before_arabic_names_belong_to_them():
    assert "Omar al-Sayed" in introduced("Iraqi President Omar al-Sayed left.")
    assert "Nasser bin Khalid Al Thani" in introduced("Emir Nasser bin Khalid Al Thani left.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Senegal’s President Ousmane Fall left.", {"Ousmane Fall": "SN"}),
        ("North Korean leader Kim Jong Un left.", {"Kim Jong Un": "KP"}),
        ("Chinese Vice Premier He Lifeng left.", {"He Lifeng": "CN"}),
        ("President of the sisterly Republic of Türkiye Orhan Demir left.", {"Orhan Demir": "TR"}),
        ("Egypt’s Foreign Minister Ambassador Nabil Attia left.", {"Nabil Attia": "EG"}),
        ("Japan’s top spokesman, Chief Cabinet Secretary Ryo Sato, spoke.", {"Ryo Sato": "JP"}),
        ("A spokesman for the mission, Ivo Petrov, spoke.", {"Ivo Petrov": ""}),
        ("China’s Global Governance Initiative is new.", {}),
        ("The United Nations General Debate began.", {}),
    ],
)
def test_names_that_are_words_too_and_words_that_are_no_names(text, expected):
    people, _ = read(text)
    assert {person.name: person.country for person in people.everyone} == expected


def test_counterparts_named_together_are_all_meant():
    _, mentions = read(
        "Polish Foreign Minister Jan Nowak met his Czech and Slovak counterparts, Petr Novy and Ivan Stary, in Brno."
    )
    assert mentions[0][1][2] == ["Petr Novy", "Ivan Stary"]


def test_a_government_s_own_prime_minister_is_never_a_guest():
    found = sentences("The Prime Minister met the Prime Minister of Norway, Ola Dahl.")
    people = People((), "GB", "2025-11-25", own=True)
    people.introduce(found)
    assert [mention.form for mention in people.mentions(found[0])] == ["nobody", "name"]


def test_nobody_is_prime_minister_of_a_country_that_has_none():
    assert introduced("Prime Minister Le Quang left.", home="US")["Le Quang"][0] == ""
