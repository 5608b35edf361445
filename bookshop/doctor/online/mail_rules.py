"""Judge what the DNS says about the domain that mail comes from."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence

from bookshop.doctor.check import Result, State

REFUSED = "Gmail, Yahoo and Outlook refuse mail without it, or file it as spam."
# providers tell which one they use; these are the usual ones
USUAL_SELECTORS = (
    *("default", "dkim", "mail", "smtp", "google", "selector1", "selector2", "s1", "s2", "k1", "k2", "k3"),
    *("mxvault", "fm1", "fm2", "fm3", "protonmail", "protonmail2", "pm", "mandrill", "mailjet", "resend"),
    *("zoho", "zmail", "key1", "key2", "hs1", "hs2", "litesrv", "ml", "postmark", "brevo1", "brevo2"),
)
# an RSA key of 1,024 bits, the shortest that receivers accept, takes 162 bytes
MIN_RSA_BYTES = 160
SPF_END = re.compile(r"(?:^|\s)([-~?+]?)all(?:\s|$)", re.IGNORECASE)
SPF_REDIRECT = re.compile(r"\sredirect=\S", re.IGNORECASE)


def judge_spf(domain: str, records: Sequence[str]) -> Result:
    """Judge the TXT records of the domain that bounces go to (RFC 7208)."""
    name = "Mail: SPF"
    found = [record for record in records if re.match(r"v=spf1(\s|$)", record, re.IGNORECASE)]
    fix = f"Publish one TXT record of {domain} like “v=spf1 include:… -all”, as your mail provider tells."
    if not found:
        return Result(name, State.PROBLEM, f"{domain} has no SPF record.", REFUSED, fix)
    if len(found) > 1:
        why = "With more than one record, receivers use none."
        return Result(name, State.PROBLEM, f"{domain} has {len(found)} SPF records.", why, fix)
    end = SPF_END.search(found[0])
    if end is None and SPF_REDIRECT.search(found[0]):
        return Result(name, State.OK, f"The SPF record of {domain} redirects to another domain’s.")
    if end is None or end[1] in ("", "+", "?"):
        what = f"The SPF record of {domain} lets any server send mail in its name."
        return Result(name, State.WARNING, what, "Others can send mail as your shop.", "End it with “-all”.")
    return Result(name, State.OK, f"{domain} names the servers that send its mail.")


def judge_dkim(domain: str, selector: str, records: Mapping[str, Sequence[str]]) -> Result:
    """Judge the TXT records by selector (RFC 6376); `selector` is that of the settings."""
    name = "Mail: DKIM"
    keys = {
        each: key for each, texts in records.items() for key in map(read_dkim_key, texts) if key is not None
    }
    fix = f"Publish the record that your mail provider gives you at {selector or '…'}._domainkey.{domain}."
    if not keys and selector:
        what = f"There is no DKIM key at {selector}._domainkey.{domain}."
        return Result(name, State.PROBLEM, what, REFUSED, fix)
    if not keys:
        what = f"No DKIM key of {domain} was found at the usual names."
        return Result(
            name, State.WARNING, what, REFUSED, f"{fix} If it exists, set DKIM_SELECTOR to its first part."
        )
    usable = [each for each, key in keys.items() if is_usable_key(key)]
    if not usable:
        what = f"The DKIM key {next(iter(keys))}._domainkey.{domain} is revoked, damaged or too short."
        return Result(name, State.PROBLEM, what, REFUSED, fix)
    return Result(name, State.OK, f"{domain} publishes the DKIM key {usable[0]}.")


def read_dkim_key(record: str) -> dict[str, str] | None:
    """Return the tags of a DKIM record; its version may be left out."""
    tags = read_tags(record)
    return tags if "p" in tags and tags.get("v", "DKIM1") == "DKIM1" else None


def read_tags(record: str) -> dict[str, str]:
    """Return the tags of a record like `v=DMARC1; p=none`, without white space in their values."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs}


def is_usable_key(tags: Mapping[str, str]) -> bool:
    """Return whether a key is not revoked, and long enough if it is of RSA."""
    try:
        key = base64.b64decode(tags["p"], validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(key) and (tags.get("k", "rsa") != "rsa" or len(key) >= MIN_RSA_BYTES)


def judge_dmarc(domain: str, records: Sequence[str]) -> Result:
    """Judge the TXT records of `_dmarc` below the domain, or the nearest above it."""
    name = "Mail: DMARC"
    found = [read_tags(record) for record in records if re.match(r"v=DMARC1\s*(;|$)", record)]
    fix = f"Publish one TXT record of _dmarc.{domain}; begin with “v=DMARC1; p=none; rua=mailto:…”."
    if not found:
        return Result(name, State.WARNING, f"{domain} has no DMARC record.", REFUSED, fix)
    policy = found[0].get("p", "").lower()
    if len(found) > 1 or policy not in ("none", "quarantine", "reject"):
        what = f"The DMARC record of {domain} is not valid, or there is more than one."
        return Result(name, State.PROBLEM, what, REFUSED, fix)
    return Result(name, State.OK, f"The DMARC policy of {domain} is “{policy}”.")
