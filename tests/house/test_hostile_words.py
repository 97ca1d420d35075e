"""Whatever somebody types into any form: no fault, nothing runs, and the page it is shown on stays whole."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import html5lib

from citizen_platform.accounts.models import Role
from citizen_platform.core.database import CommittingFlask, session
from tests import make
from tests.conftest import Client
from tests.house.pages import faults, visit
from tests.house.test_access_grid import furnished

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)></textarea></title><!--",
    "javascript:alert(1) {{ 7*7 }}{% for x in y %}${7*7}%(name)s%s{0} '; DROP TABLE contribution; -- ' OR '1'='1",
    "\u202e\u2067txet مرحبا 👩‍👩‍👧 ŵŷ null\x00 bell\x07 escape\x1b half\ud800 next\x85line\u2028 end\ufeff"
    + "Llanfair" * 400,
    "\n\n  \t\n",
)


def forms_of(page: str) -> list[Any]:
    """Every form of a page that is posted."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    return [form for form in tree.iter("form") if (form.get("method") or "").lower() == "post"]


def filled(form: Any, words: str) -> dict[str, str]:
    """What a browser sends with these words typed into every field that takes words; the first choice of each list."""
    data: dict[str, str] = {}
    for element in form.iter():
        name, kind = element.get("name"), element.get("type", "text")
        if not name or kind in {"submit", "file", "checkbox"} or name == "switch_language":
            continue
        if element.tag == "textarea" or (element.tag == "input" and kind in {"text", "email", "search"}):
            data[name] = words
        elif element.tag == "input" and kind == "password":
            data[name] = "a long enough password"
        elif element.tag == "select":
            data[name] = next((option.get("value", "") for option in element.iter("option")), "")
        elif element.tag == "input":
            data.setdefault(name, element.get("value", ""))
    return data


def sendable(words: str) -> str:
    """Words as the test client can send them: half letters as a browser would have to force them in."""
    return words.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def test_hostile_words_in_every_form(app: CommittingFlask) -> None:
    world = furnished("tirwen")
    person = make.person("tirwen", *Role)
    session.commit()
    app.test_client_class = Client
    client: Any = app.test_client().sign_in(person)  # type: ignore[attr-defined]
    client.post("/en/assemblies/join", data={"code": "none"})
    starts = ["/cy/", "/cy/desg"]
    pages = visit(client, *starts, limit=120)
    sent: set[tuple[str, str]] = set()
    for page in list(pages.values()):
        for form in forms_of(page.html):
            target = urlsplit(form.get("action") or page.address).path
            if target.endswith(("/sign-out", "/allgofnodi", "/remove", "/tynnu")) or (target, "") in sent:
                continue
            sent.add((target, ""))
            for words in HOSTILE:
                answer = client.post(target, data=filled(form, sendable(words)))
                assert answer.status_code < 500, (target, words)
                if answer.mimetype == "text/html":
                    assert_harmless(answer.text, target)
    assert len(sent) > 20
    after = visit(client, *starts, limit=150)
    for page in [page for page in after.values() if page.html]:
        assert_harmless(page.html, page.address)
    assert [fault for page in after.values() if page.html for fault in faults(page)] == []
    assert world["reference"]


def assert_harmless(page: str, where: str) -> None:
    """Nothing that was typed became an element, an attribute or a computed value."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        assert not any(name.startswith("on") for name in element.attrib), (where, element.attrib)
        for name in ("href", "src", "action", "formaction"):
            assert not (element.get(name) or "").strip().lower().startswith(("javascript:", "http://evil")), (
                where
            )
        if element.tag == "script":
            assert element.get("src", "").startswith("/static/") and not (element.text or "").strip(), where
        assert element.tag != "img" or element.get("src") != "x", where
    assert "4949" not in page and "${49}" not in page, where


def test_a_megabyte_is_refused_in_words_and_kept_on_the_page(client: Any) -> None:
    about = make.consultation()
    field = f"question_{about.questions[0].id}"
    answer = client.post(f"/cy/ymgyngoriadau/{about.reference}/ateb", data={field: "Gair " * 200_000})
    assert answer.status_code == 422
    assert answer.text.count("Gair ") > 199_000
