"""Near-identical statements are found, told apart from people who merely agree, and counted in full."""

import json
import random

from nlp.campaigns import find_campaigns
from nlp.contract import Statement
from tests.nlp.civic import CIVIC, rows
from tests.nlp.conftest import Run

LETTERS = {
    "cy": "Ysgrifennaf i wrthwynebu'r cynllun i gau'r llyfrgell. Mae'r llyfrgell yn galon i'r gymuned ac yn lle cynnes "
    "i bobl hŷn. Gofynnaf i'r cyngor gadw'r drysau ar agor bob dydd o'r wythnos.",
    "en": "I am writing to object to the plan to close the library. The library is the heart of our community and a "
    "warm place for older people. I ask the council to keep its doors open every day of the week.",
}


def letters() -> list[Statement]:
    draw = random.Random(5)
    found: list[Statement] = []
    for language, letter in LETTERS.items():
        own = [text for matter in ("schools", "buses", "doctors") for text in CIVIC[matter][language]]
        for number in range(20):
            text = letter.upper() if number % 5 == 4 else letter
            if number % 2:
                added = draw.choice(own)
                text = f"{added} {text}" if number % 3 else f"{text}\n\n{added}"
            found.append(
                Statement(f"{language}-{number}", text.replace("ŷ", "y") if number % 4 == 0 else text)
            )
    return found + [Statement(row["id"], row["text"]) for row in rows()]


def test_two_letters_in_two_languages_are_two_campaigns() -> None:
    statements = letters()
    campaigns = find_campaigns(statements)
    assert [c.size for c in campaigns] == [20, 20]
    for campaign in campaigns:
        assert len({m.id[:3] for m in campaign.members}) == 1
        assert campaign.text in LETTERS.values()
        by_id = {s.id: s.text for s in statements}
        for number, member in enumerate(campaign.members):
            assert bool(member.added) == bool(number % 2)
            assert member.added in by_id[member.id]


def test_the_order_of_statements_does_not_matter() -> None:
    statements = letters()
    one = {frozenset(m.id for m in c.members) for c in find_campaigns(statements)}
    random.Random(1).shuffle(statements)
    assert {frozenset(m.id for m in c.members) for c in find_campaigns(statements)} == one


def test_people_who_say_the_same_shortly_are_no_campaign() -> None:
    short = [
        "Very friendly staff",
        "More buses please",
        "Staff gyfeillgar iawn",
        "The staff were very friendly and helpful",
    ]
    assert find_campaigns([Statement(str(n), short[n % 4]) for n in range(60)]) == []
    assert find_campaigns([]) == []


def test_the_command_prints_the_agreed_shape(nlp: Run) -> None:
    lines = [{"id": n, "text": LETTERS["cy"] + (" Diolch, Mair." if n == 2 else "")} for n in range(4)]
    done = nlp("campaigns", lines=[*lines, {"id": "x", "text": "Bws"}])
    assert json.loads(done.stdout) == {
        "campaigns": [
            {
                "text": LETTERS["cy"],
                "size": 4,
                "members": [{"id": n, "added": "Diolch, Mair." if n == 2 else ""} for n in range(4)],
            }
        ]
    }
