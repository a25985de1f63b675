"""What can be wrong with the merchant's settings: everything is told at once, by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from services.customers.domain.contacts import Problems, address_problems
from services.customers.domain.merchant import Merchant
from services.customers.domain.numbers import checked_bic, checked_iban, checked_vat_number
from services.customers.domain.texts import checked_email, tidy
from shared.kernel.numbering import PATTERNS, Numbering

# Gives the merchant with its values in their usual form, and notes the code of what is wrong with a field by its path.
Checks = Callable[[Merchant, Problems], Merchant]

_ANY_DAY = date(2000, 1, 1)


def check_company(merchant: Merchant, problems: Problems) -> Merchant:
    """Its name, address, numbers and bank account."""
    company = merchant.company
    if not company.name:
        problems["company.name"] = "required"
    problems.update((f"company.{path}", code) for path, code in address_problems(company.address).items())
    bank = replace(
        company.bank,
        iban=_check(problems, "company.bank.iban", "invalid_iban", checked_iban, company.bank.iban),
        bic=_check(problems, "company.bank.bic", "invalid_bic", checked_bic, company.bank.bic),
    )

    def vat_number(text: str) -> str:
        return checked_vat_number(text, company.address.country)

    return replace(
        merchant,
        company=replace(
            company,
            bank=bank,
            email=_check(problems, "company.email", "invalid_email", checked_email, company.email),
            website=_check(problems, "company.website", "invalid_url", checked_url, company.website),
            vat_number=_check(
                problems, "company.vat_number", "invalid_vat_number", vat_number, company.vat_number
            ),
        ),
    )


def check_portal(merchant: Merchant, problems: Problems) -> Merchant:
    """Ways to sign in, links, headlines, and who may frame the portal."""
    if not merchant.sign_in_ways:
        problems["sign_in_ways"] = "required"
    headlines = {language: tidy(text) for language, text in merchant.headlines.items()}
    origins = dict.fromkeys(
        _check(problems, "frame_origins", "invalid_origin", checked_origin, tidy(text))
        for text in merchant.frame_origins
    )
    return replace(
        merchant,
        headlines={language: text for language, text in headlines.items() if text},
        terms_url=_check(problems, "terms_url", "invalid_url", checked_url, tidy(merchant.terms_url)),
        privacy_url=_check(problems, "privacy_url", "invalid_url", checked_url, tidy(merchant.privacy_url)),
        frame_origins=tuple(origin for origin in origins if origin),
    )


def check_documents(merchant: Merchant, problems: Problems) -> Merchant:
    """The numbering of each kind: no two kinds may share a series, or each would have gaps."""
    patterns = {kind: tidy(merchant.numbering.get(kind, "")) or PATTERNS[kind] for kind in PATTERNS}
    kinds_of_series: dict[str, str] = {}
    for kind, pattern in patterns.items():
        try:
            series = Numbering(pattern).series_on(_ANY_DAY)
        except ValueError:
            problems[f"numbering.{kind}"] = "invalid_numbering"
            continue
        if series in kinds_of_series:
            problems[f"numbering.{kind}"] = "numbering_used"
        kinds_of_series[series] = kind
    return replace(merchant, numbering=patterns)


def checked_url(text: str) -> str:
    """A web address that may stand in a link: anything but http and https is refused with ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(text)
    return text


def checked_origin(text: str) -> str:
    """An origin as browsers write it, like ``https://app.example:8443``. Raises ValueError for anything but HTTPS.

    It goes into a header: what is no host and no port has no place in it.
    """
    parts = urlsplit(text)
    port = parts.port
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise ValueError(text)
    if parts.path not in ("", "/") or parts.query or parts.fragment or text.endswith(("?", "#")):
        raise ValueError(text)
    host = parts.hostname.encode("idna").decode()
    if not host.replace("-", "").replace(".", "").isalnum() or "." not in host.strip("."):
        raise ValueError(text)
    return f"https://{host}" + (f":{port}" if port not in (None, 443) else "")


def _check(problems: Problems, path: str, code: str, checked: Callable[[str], str], text: str) -> str:
    try:
        return checked(text) if text else ""
    except ValueError:
        problems[path] = code
        return text
