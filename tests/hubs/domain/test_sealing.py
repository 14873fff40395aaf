"""What is sealed opens with the right keys for the right purpose, and with nothing else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hubs.domain.sealing import (
    BadMasterKey,
    CannotUnseal,
    MasterKeys,
    WrappedKey,
    master_keys,
    new_data_key,
    seal,
    unseal,
)

KEY = new_data_key()


@given(st.binary(max_size=2000), st.binary(max_size=50))
def test_what_was_sealed_opens_again_and_shows_nothing_meanwhile(text, about):
    sealed = seal(KEY, text, about)
    assert unseal(KEY, sealed, about) == text
    assert len(text) < 4 or text not in sealed


def test_the_same_text_is_never_sealed_the_same_way_twice():
    assert seal(KEY, b"today", b"") != seal(KEY, b"today", b"")


@given(st.integers(0, 44), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place, change):
    sealed = bytearray(seal(KEY, b"a visit to a family", b"about"))
    sealed[place] ^= change
    with pytest.raises(CannotUnseal):
        unseal(KEY, bytes(sealed), b"about")


def test_a_text_moved_to_another_reflection_does_not_open():
    with pytest.raises(CannotUnseal):
        unseal(KEY, seal(KEY, b"text", b"reflection one"), b"reflection two")


def test_another_students_key_does_not_open_it():
    with pytest.raises(CannotUnseal):
        unseal(new_data_key(), seal(KEY, b"text", b""), b"")


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 12, b"x" * 27])
def test_broken_bytes_do_not_open(sealed):
    with pytest.raises(CannotUnseal):
        unseal(KEY, sealed, b"")


def test_a_wrapped_key_unwraps_after_the_master_key_was_replaced():
    old, new = new_data_key(), new_data_key()
    wrapped = MasterKeys(old).wrap(KEY, b"student")
    assert KEY not in wrapped.sealed
    assert MasterKeys(new, (old,)).unwrap(wrapped, b"student") == KEY
    assert MasterKeys(new, (old,)).wrap(KEY, b"student").master_key_id != wrapped.master_key_id


def test_a_wrapped_key_does_not_unwrap_without_its_master_key_or_for_another_student():
    keys = MasterKeys(new_data_key())
    wrapped = keys.wrap(KEY, b"student")
    with pytest.raises(CannotUnseal):
        MasterKeys(new_data_key()).unwrap(wrapped, b"student")
    with pytest.raises(CannotUnseal):
        keys.unwrap(wrapped, b"another student")
    with pytest.raises(CannotUnseal):
        keys.unwrap(WrappedKey(wrapped.master_key_id, wrapped.sealed[:-1]), b"student")


def test_a_master_key_is_read_from_either_alphabet_of_base64_with_or_without_padding():
    key = bytes([251, 255] * 16)
    for text in (
        base64.b64encode(key),
        base64.urlsafe_b64encode(key),
        base64.b64encode(key).rstrip(b"=") + b"\n",
    ):
        assert master_keys(text.decode()).current == key


@pytest.mark.parametrize("text", ["", "not base64!", "c2hvcnQ="])
def test_a_bad_master_key_is_refused_at_once(text):
    with pytest.raises(BadMasterKey):
        master_keys(text)


def test_master_keys_do_not_show_themselves():
    assert repr(KEY) not in repr(MasterKeys(KEY, (KEY,)))
