import pytest

from shared.sealing import NotUnsealable, derive_key, seal, unseal

SECRET = b"s" * 32


def test_what_was_sealed_is_unsealed():
    assert unseal(SECRET, "codes", seal(SECRET, "codes", "12345678 ä")) == "12345678 ä"


def test_sealing_twice_gives_different_texts_without_the_content():
    first, second = seal(SECRET, "codes", "12345678"), seal(SECRET, "codes", "12345678")
    assert first != second
    assert "12345678" not in first


@pytest.mark.parametrize(
    "secret, purpose, change",
    [
        (b"t" * 32, "codes", lambda text: text),
        (SECRET, "ibans", lambda text: text),
        (SECRET, "codes", lambda text: text[:-4] + "AAAA"),
        (SECRET, "codes", lambda text: text[:8]),
        (SECRET, "codes", lambda _: "not base64 ä"),
    ],
)
def test_another_secret_purpose_or_text_is_refused(secret, purpose, change):
    sealed = seal(SECRET, "codes", "12345678")
    with pytest.raises(NotUnsealable):
        unseal(secret, purpose, change(sealed))


def test_each_purpose_has_its_key():
    assert derive_key(SECRET, "a") != derive_key(SECRET, "b")
    assert len(derive_key(SECRET, "a")) == 32
