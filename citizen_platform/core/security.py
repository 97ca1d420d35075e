"""Access declared on every page, headers on every answer.

A page is added with :func:`page`, which asks who may open it; a route added without is a fault that stops the request.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from citizen_platform.core.i18n import LANGUAGES, translated_rule

csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"


@dataclass(frozen=True)
class Access:
    """Who may open a page. ``allows`` is asked with the person signed in (or None) and the words of the address."""

    name: str
    allows: Callable[[Any, Mapping[str, Any]], bool]


PUBLIC = Access("public", lambda person, address: True)
SIGNED_IN = Access("signed in", lambda person, address: person is not None)

ACCESS: dict[str, Access] = {"static": PUBLIC}


def page(
    blueprint: Blueprint,
    rule: str,
    *,
    access: Access,
    methods: tuple[str, ...] = ("GET",),
    endpoint: str | None = None,
) -> Callable[[View], View]:
    """Add a view at its Welsh and its English address and declare who may open it.

    ``rule`` is in the English words of ``i18n.PATH_WORDS``, without the language: ``/consultations/<reference>``.
    """

    def add(view: View) -> View:
        name = endpoint or view.__name__
        ACCESS[f"{blueprint.name}.{name}"] = access
        for language in LANGUAGES:
            blueprint.add_url_rule(
                translated_rule(rule, language), name, view, methods=methods, defaults={"lang_code": language}
            )
        return view

    return add


def plain_route(
    blueprint: Blueprint, rule: str, *, access: Access, methods: tuple[str, ...] = ("GET",)
) -> Callable[[View], View]:
    """Add a view outside the two languages (health checks, the choice of language) and declare who may open it."""

    def add(view: View) -> View:
        ACCESS[f"{blueprint.name}.{view.__name__}"] = access
        blueprint.add_url_rule(rule, view.__name__, view, methods=methods)
        return view

    return add


def current_person() -> Any:
    """The person signed in, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def require_access() -> ResponseReturnValue | None:
    """Before every request: refuse what the page's declared access does not allow."""
    if request.endpoint is None:
        return None
    access = ACCESS.get(request.endpoint)
    if access is None:
        current_app.logger.error("no access declared for %s", request.endpoint)
        abort(500)
    person = current_person() if access is not PUBLIC else None
    if access.allows(person, request.view_args or {}):
        return None
    if person is not None:
        abort(403)
    if request.method == "POST":
        return signed_out_meanwhile()
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))


def signed_out_meanwhile() -> ResponseReturnValue:
    """Somebody was signed out while they wrote: say that nothing is stored, and give them their words back.

    After signing in they come to the page they wrote on, where it can be opened.
    """
    rule = request.url_rule
    may_open = rule is not None and "GET" in (rule.methods or ())
    target = request.full_path.rstrip("?") if may_open else None
    typed = [
        value
        for name, value in request.form.items(multi=True)
        if value.strip() and name not in HIDDEN_FIELDS and not value.isdecimal()
    ]
    return render_template(
        "errors/signed_out.html", typed=typed, sign_in=url_for("accounts.sign_in", next=target)
    ), 401


HIDDEN_FIELDS = frozenset({"csrf_token", "seen", "once", "switch_language", "do", "to"})
"""Fields that hold nothing anybody typed."""


LARGEST_NUMBER = 2**31 - 1
"""The largest number that a row of either database can have."""


class RowNumber(IntegerConverter):
    """``<int:...>`` in an address: a number that a row may have; any other leads to no page."""

    def __init__(self, map: Map, **limits: Any) -> None:
        super().__init__(map, **{"max": LARGEST_NUMBER, **limits})


def row_number(text: str) -> int:
    """A row's number out of a form or a query; raises ValueError for what no row has."""
    number = int(text)
    if not 0 < number <= LARGEST_NUMBER:
        raise ValueError("no row has this number")
    return number


def refuse_nul() -> None:
    """Before every request: no address of ours holds a NUL, and PostgreSQL would stumble over it."""
    if "\0" in request.path or any("\0" in part for pair in request.args.items(multi=True) for part in pair):
        abort(404)


def safe_next(target: str | None, fallback: str) -> str:
    """Where to go after signing in: a path on this site only (S18)."""
    if not target or not target.startswith("/") or target[1:2] in {"/", "\\"}:
        return fallback
    unfit = any(letter == "\\" or letter.isspace() or not letter.isprintable() for letter in target)
    return fallback if unfit else target


def add_headers(response: Any) -> Any:
    """The same protective headers on every answer; nothing that depends on who asks is cached (S24, S31)."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    if current_app.config["DOLEN"].is_production:
        response.headers["Strict-Transport-Security"] = TRANSPORT_SECURITY
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.vary.update(("Cookie", "Accept-Language"))
    return response


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OILU", "011V")


def new_code(length: int) -> str:
    """A random code of ``length`` letters and digits that cannot be mistaken for each other (Crockford base 32).

    Each character carries 5 bits: 28 characters hold 140.
    """
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def derived_code(key: str, purpose: str, length: int = 28) -> str:
    """The code that belongs to a purpose such as "draft:<secret>": as hard to guess as a random one for whoever lacks
    the service's key, and the same each time, so that sending twice shows the same receipt.
    """
    number = int.from_bytes(hmac.new(key.encode(), purpose.encode(), hashlib.sha256).digest(), "big")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(length))


def in_groups(code: str, size: int = 4) -> str:
    """A code as people read it: ``ABCD-EFGH-...``."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def read_code(typed: str) -> str:
    """A code as it was issued from whatever was typed: case, spaces, dashes and look-alike letters do not matter."""
    return "".join(letter for letter in typed.upper().translate(_READ_AS) if letter in ALPHABET)


def digest(secret: str) -> str:
    """How a secret is kept at rest: SHA-256 in urlsafe base 64, for random secrets of 128 bits or more only."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode().rstrip("=")


def network_digest() -> str:
    """The network a request comes from, as a keyed digest that gives no address away; of IPv6 the first 64 bits."""
    address = request.remote_addr or ""
    try:
        parsed = ipaddress.ip_address(address)
        if parsed.version == 6:
            address = str(ipaddress.ip_network((parsed, 64), strict=False))
    except ValueError:
        pass
    return keyed_digest(f"network:{address}")


def keyed_digest(text: str) -> str:
    """A digest only this installation can make: for things that could be guessed, such as addresses."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def init_app(app: Flask) -> None:
    """Take the number of proxies in front into account, then guard every request: forgeries, addresses, access."""
    proxies = app.config["DOLEN"].proxies
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    app.url_map.converters["int"] = RowNumber
    csrf.init_app(app)
    app.before_request(refuse_nul)
    app.before_request(require_access)
    app.after_request(add_headers)
    app.context_processor(lambda: {"current_person": current_person()})
