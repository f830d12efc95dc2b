"""What readers find where nothing is published any more: one entry was there, and is withdrawn."""

from django.test import Client

from tests import builders
from timeline import record

SENTENCES = {
    "/": ["Nothing is recorded yet", "<strong>No entries</strong>"],
    "/topics/": ["No topic has an entry yet."],
    "/topics/taiwan/": ["No published entry is on this topic any more"],
    "/about/": ["Nothing is recorded yet."],
}


def test_each_page_says_so(client: Client, db: None) -> None:
    builders.cast()
    builders.publish(builders.call(topics=["taiwan"]))
    with record.writing() as writer:
        writer.withdraw(builders.event("call"), "For the test.")
    for address, sentences in SENTENCES.items():
        html = client.get(address).content.decode()
        for words in sentences:
            assert words in html, address
        assert "They speak" not in html, address
