"""Ids in order, codes nobody can guess or misread."""

from uuid import UUID

from runtime.ids import CODE_ALPHABET, is_id, new_code, new_id, new_secret, utc_now


def test_ids_are_version_7_and_in_order() -> None:
    ids = [new_id() for _ in range(100)]
    assert {UUID(made).version for made in ids} == {7}
    assert sorted(set(ids)) == ids


def test_an_id_is_a_uuid_in_one_form_only() -> None:
    made = new_id()
    assert is_id(made)
    assert is_id("00000000-0000-0000-0000-000000000000")
    assert [
        text
        for text in ("", "a", made.upper(), made.replace("-", ""), f"{{{made}}}", made + " ")
        if is_id(text)
    ] == []


def test_codes_are_grouped_and_hold_no_sign_that_is_misread() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {9}
    assert {code[4] for code in codes} == {"-"}
    assert not set("".join(codes)) & set("01ILOU")
    assert len(set(CODE_ALPHABET)) == len(CODE_ALPHABET) == 30


def test_secrets_differ_and_the_clock_is_aware() -> None:
    assert new_secret() != new_secret()
    assert utc_now().utcoffset() is not None
