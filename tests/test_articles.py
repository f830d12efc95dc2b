"""Articles: what is read, what is refused, and what the command says."""

import hashlib
import json
import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from timeline.ingest.article import ArticleError, read
from timeline.models import Article, Event, Leader, Proposal, Source

TEXT = (
    "PARIS, March 4 (Wire) -- French President Luc Morel and Japanese Prime Minister Aiko Ito held talks in Paris on "
    "Tuesday.\r\n\r\nMorel told reporters after the talks that they had been “très utiles”.\r\n"
)
BODY = "".join(f"<p>{sentence}</p>" for sentence in (
    "French President Luc Morel and Japanese Prime Minister Aiko Ito held talks in Paris on Tuesday, his office said.",
    "The two leaders agreed that the ties between France and Japan were strong and would become stronger with time.",
    "Morel told reporters after the talks that he was content with what had been said and with what had been done.",
))  # fmt: skip
PAGE = (
    "<!doctype html><html lang='en'><head><title>Morel and Ito meet - The Paper</title>"
    "<meta property='og:site_name' content='The Paper'><meta property='og:title' content='Morel and Ito meet'>{stated}"
    "</head><body><nav><a href='/'>Home</a></nav><article><h1>Morel and Ito meet</h1>" + BODY + "</article>"
    "<footer>Copyright 2019 The Paper</footer></body></html>"
)


@pytest.fixture
def article(tmp_path):
    def write(content, name="article.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def said(*args, **options):
    out = StringIO()
    call_command("ingest", *args, stdout=out, **options)
    return out.getvalue()


def test_it_keeps_the_text_verbatim_with_its_hash(article):
    found = read(article(TEXT), "2025-03-05")
    assert found.text == TEXT
    assert found.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()


def test_it_takes_text_title_and_publisher_out_of_a_page(article):
    found = read(article(PAGE.format(stated=""), "page.html"), "2025-03-05")
    assert (found.title, found.publisher, found.published) == ("Morel and Ito meet", "The Paper", date(2025, 3, 5))
    assert "held talks in Paris" in found.text
    assert "Copyright" not in found.text


def test_it_invents_no_date_from_a_line_of_copyright(article):
    found = read(article(PAGE.format(stated=""), "page.html"), "2025-03-05")
    assert (found.found, found.notes) == (None, [])


def test_it_notes_where_the_page_states_another_day(article):
    stated = "<meta property='article:published_time' content='2025-02-20T08:00:00+01:00'>"
    found = read(article(PAGE.format(stated=stated), "page.html"), "2025-03-05")
    assert found.found == date(2025, 2, 20)
    assert found.published == date(2025, 3, 5)
    assert "2025-02-20" in found.notes[0]


def test_a_days_difference_may_be_the_time_zone(article):
    stated = "<meta property='article:published_time' content='2025-03-04T22:00:00Z'>"
    assert read(article(PAGE.format(stated=stated), "page.html"), "2025-03-05").notes == []


REFUSED = [
    (b"", "empty"),
    (b" \n\t ", "empty"),
    (b"\x89PNG\r\n\x1a\n12345", "binary"),
    (b"%PDF-1.7 text", "binary"),
    (b"The leaders\x00met", "binary"),
    (b"\xff\xfe\xfd caf\xe9", "UTF-8"),
    (b"1234 5678", "no words"),
    ("Le président français et la première ministre japonaise ont parlé au téléphone lundi soir.".encode(), "English"),
    ("日本の首相とフランスの大統領は月曜日に電話で会談した。".encode(), "English"),
    (b"the leaders met and talked. " * 40000, "1 MB"),
]


@pytest.mark.parametrize(("content", "reason"), REFUSED)
def test_it_refuses_what_is_no_article(article, content, reason):
    with pytest.raises(ArticleError, match=reason):
        read(article(content), "2025-03-05")


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<html><body><nav>Home</nav></body></html>", "<p>"])
def test_it_refuses_a_page_without_an_article(article, page):
    with pytest.raises(ArticleError, match="no article"):
        read(article(page, "page.html"), "2025-03-05")


TOMORROW_BUT_ONE = (date.today() + timedelta(2)).isoformat()


@pytest.mark.parametrize(
    ("published", "told"),
    [
        (None, "needs its day of publication, as in 2025-11-25."),
        ("", "needs its day of publication, as in 2025-11-25."),
        ("yesterday", "“yesterday” is no day: expected its day of publication, as in 2025-11-25."),
        ("2025-02-30", "“2025-02-30” is no day"),
        ("20250305", "“20250305” is no day"),
        ("2025-3-5", "“2025-3-5” is no day"),
        (TOMORROW_BUT_ONE, "lies in the future."),
        ("0001-01-20", "“0001-01-20” is too early: expected a day since 1600."),
        ("1599-12-31", "is too early"),
    ],
)
def test_it_refuses_a_day_of_publication_that_is_none(article, published, told):
    with pytest.raises(ArticleError, match=told) as refused:
        read(article(TEXT), published)
    assert refused.value.about == "published"


def test_it_reads_an_old_article(article):
    assert read(article(TEXT), "1600-01-01").published == date(1600, 1, 1)


@pytest.mark.django_db
def test_the_command_prints_proposals_as_json_and_writes_nothing(article):
    printed = said(str(article(TEXT)), published="2025-03-05", dry_run=True, json=True)
    result = json.loads(printed)
    assert result["article"]["text"] == TEXT
    assert [(one["kind"], one["date"], one["participants"]) for one in result["proposals"]] == [
        ("meeting", "2025-03-04", ["Luc Morel", "Aiko Ito"]),
        ("statement", "2025-03-04", ["Luc Morel"]),
    ]
    for one in result["proposals"]:
        for spans in one["evidence"].values():
            assert all(TEXT[span["start"] : span["end"]] == span["text"] for span in spans)
    assert not Article.objects.exists()
    assert not Event.objects.exists()
    assert not Source.objects.exists()
    assert not Leader.objects.exists()


@pytest.mark.django_db
def test_the_command_knows_the_records_leaders(article, bundled):
    text = "Takaichi told reporters on Tuesday that the talks with the United States had gone well, and that was that."
    result = json.loads(said(str(article(text)), published="2025-11-25", home="JP", dry_run=True, json=True))
    assert [one["participants"] for one in result["proposals"]] == [["Sanae Takaichi"]]


@pytest.mark.django_db
def test_no_event_is_no_fault(article):
    text = "The economy of the country grew by two percent in the first quarter, and the yen was weaker than it was."
    assert said(str(article(text)), published="2025-03-05", dry_run=True) == "0 proposals.\n"
    assert said(str(article(text)), published="2025-03-05") == "0 proposals.\n"
    assert said(str(article(text)), published="2025-03-05") == "Unchanged: 0 proposals.\n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "options"),
    [
        ("published", {}),
        ("published", {"published": ""}),
        ("published", {"published": "2025-02-30"}),
        ("published", {"published": "0001-01-20"}),
        ("home", {"published": "2025-03-05", "home": "XX1"}),
        ("url", {"published": "2025-03-05", "url": "javascript:alert(1)"}),
        ("url", {"published": "2025-03-05", "url": "https://news.example/" + "a" * 2000}),
        ("publisher", {"published": "2025-03-05", "publisher": "P" * 301}),
        ("title", {"published": "2025-03-05", "title": "Two\nlines"}),
    ],
)
def test_the_command_refuses_in_one_sentence_and_names_the_option(article, option, options):
    path = article(TEXT)
    with pytest.raises(CommandError, match=f"^{re.escape(str(path))} --{option}: ") as caught:
        said(str(path), **options)
    assert caught.value.returncode == 1
    assert len(str(caught.value).splitlines()) == 1
    assert not Article.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("options", [["--published"], ["--published", "2025-11-25"], ["--home", "JP"], ["--title", ""]])
def test_the_command_takes_no_article_without_a_path_for_the_bundled_dossiers(options):
    with pytest.raises(CommandError, match=f"^{options[0]} belongs to an article: ") as caught:
        said(*options)
    assert caught.value.returncode == 1
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_the_command_asks_for_the_day_where_the_option_has_none(article):
    with pytest.raises(CommandError, match="needs its day of publication") as caught:
        said(str(article(TEXT)), "--published")
    assert caught.value.returncode == 1


@pytest.mark.django_db
def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(CommandError, match="no such file"):
        said(str(tmp_path / "none.txt"), published="2025-03-05")


# Many in one run ---------------------------------------------------------------------------------------------

HEAD = "file,published,url,publisher,title,home\n"


@pytest.fixture
def folder(article):
    """A folder of two articles, one of them bad; `folder(manifest)` writes the manifest beside them."""

    def write(manifest, name="manifest.csv"):
        article(TEXT, "one.txt")
        article(b"%PDF-1.7", "bad.txt")
        article(manifest, name)
        return article("beside", "notes.md").parent

    return write


def told(*args, **options):
    """What the command prints, and the sentences that it fails with."""
    out, err = StringIO(), StringIO()
    status, faults = 0, ""
    try:
        call_command("ingest", *map(str, args), stdout=out, stderr=err, **options)
    except CommandError as error:
        status, faults = error.returncode, str(error)
    assert status == bool(faults)
    return out.getvalue(), [*err.getvalue().splitlines(), *faults.splitlines()]


@pytest.mark.django_db
def test_a_folder_is_read_with_its_manifest_and_a_bad_article_holds_up_no_other(folder):
    path = folder(HEAD + "bad.txt,2025-03-05\none.txt,2025-03-05,https://wire.example/1,The Wire,,FR\n")
    (path / "left.txt").write_text(TEXT)
    printed, faults = told(path, manifest=path / "manifest.csv")
    assert printed == "Articles: 1 new, 0 amended, 0 read anew, 0 unchanged, 2 failed. 2 new proposals.\n"
    assert [line.split(": ", 1) for line in faults] == [
        [str(path / "bad.txt"), "The file is binary: expected text or HTML."],
        [str((path / "left.txt").resolve()), "The manifest does not name this article."],
        ["2 of 3 failed; the others stand."],
    ]
    stored = Article.objects.get()
    assert (stored.url, stored.publisher, stored.home) == ("https://wire.example/1", "The Wire", "FR")
    assert Proposal.objects.count() == 2
    printed, faults = told(path / "one.txt", manifest=path / "manifest.csv")
    assert printed == "Articles: 0 new, 0 amended, 0 read anew, 1 unchanged, 0 failed. 0 new proposals.\n"
    assert faults == []


@pytest.mark.django_db
def test_a_manifest_may_be_json_lines_and_a_dry_run_writes_nothing(folder):
    path = folder('{"file": "one.txt", "published": "2025-03-05"}\n\nnonsense\n[]\n{"file": 3}\n', "m.jsonl")
    printed, faults = told(path / "one.txt", manifest=path / "m.jsonl", dry_run=True, json=True)
    assert [len(json.loads(line)["proposals"]) for line in printed.splitlines()] == [2]
    assert [line.split(": ", 1)[1] for line in faults[:-1]] == [
        "Expected a JSON object in one line.",
        "Expected a JSON object in one line.",
        "Expected text under “file”.",
    ]
    assert not Article.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("manifest", ["", "file\n", "file,published,when\n", 'file,published\n"x,2025\n', b"\xff\xfe"])
def test_a_manifest_that_cannot_be_read_is_refused_whole(folder, manifest):
    path = folder(manifest)
    printed, faults = told(path, manifest=path / "manifest.csv")
    assert (printed, len(faults)) == ("", 1)
    assert "manifest" in faults[0]
