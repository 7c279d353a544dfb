"""What a browser calls itself, in two words people recognise it by."""

from functools import lru_cache

from ua_parser import parse

_LONGEST = 500
_NO_NEWS = (" Mobile", " WebView", " iOS")


@lru_cache(maxsize=512)
def in_words(header: str) -> str:
    """`Chrome, Android` from a User-Agent header; "" when it says nothing we know."""
    found = parse(header[:_LONGEST])
    browser = found.user_agent.family if found.user_agent else ""
    for word in _NO_NEWS:
        browser = browser.removesuffix(word)
    system = found.os.family if found.os else ""
    return ", ".join(part for part in (browser.removeprefix("Mobile "), system) if part)
