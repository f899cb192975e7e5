"""Who a visitor is without saying who: an id made from address and user agent, both personal data.

The id is a hash, so neither stands in clear in any topic, table or log. Without a salt the addresses of the whole
internet could be tried one by one; with a secret salt they cannot. The same salt gives the same ids in every import.
"""

from hashlib import blake2b

ID_BYTES = 12
SALT_BYTES_MAX = blake2b.MAX_KEY_SIZE


def visitor_id(address: str, user_agent: str | None, salt: bytes = b"") -> str:
    """Return the lead id of a visitor.

    Args:
        address: The client's address, as the log has it.
        user_agent: The client's user agent; None if it sent none.
        salt: A secret of any length; empty for none.

    Returns:
        ``visitor-`` and 24 hexadecimal digits.

    Example:
        >>> visitor_id("192.0.2.7", "Mozilla/5.0") == visitor_id("192.0.2.7", "Mozilla/5.0")
        True
        >>> visitor_id("192.0.2.7", "Mozilla/5.0") == visitor_id("192.0.2.7", "Mozilla/5.0", salt=b"secret")
        False
    """
    key = salt if len(salt) <= SALT_BYTES_MAX else blake2b(salt).digest()
    text = f"{address}\0{user_agent or ''}".encode("utf-8", errors="replace")
    return f"visitor-{blake2b(text, digest_size=ID_BYTES, key=key, person=b'visitor').hexdigest()}"
