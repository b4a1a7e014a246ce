"""What a check of an export finds, and by which guarantee: as in `test_forgeries`, without a server."""

from collections.abc import Callable, Iterable

import pytest

from eventstore.offline.checking import check_export
from eventstore.offline.lines import NotAnExport, header_of
from eventstore.offline.recorded import recorded_facts
from eventstore.offline.said import finding, summary, verdict_body
from eventstore.seals.key import SealKey, key_line
from eventstore.seals.keys import Keys
from eventstore.seals.seal import Seal, seal_line
from eventstore.verify import Break, Guarantee, Verdict
from tests.eventstore.seals.by_hand import FIRST, FORGER, LOG, NOON, SECOND, Log, line_of, signed, two_keys

EXPORTED_AT = "2026-06-01T13:00:00.000000Z"
HEADER, KEY_1, A1, B1, A2, SEAL_3, KEY_2, B2, A3, SEAL_5, A4, TRAILER = range(12)


def checked(lines: list[bytes], pinned: bytes | None = None, saved: Iterable[Seal | SealKey] = ()) -> Verdict:
    return check_export(lines, pinned, saved, lambda _: None)


def broken(
    lines: list[bytes], pinned: bytes | None = None, saved: Iterable[Seal | SealKey] = ()
) -> tuple[int, Guarantee]:
    bad = checked(lines, pinned, saved).first_bad
    assert bad is not None
    return bad.position, bad.guarantee


def with_line(number: int, *instead: bytes) -> list[bytes]:
    lines = two_keys().lines()
    return [*lines[:number], *instead, *lines[number + 1 :]]


@pytest.mark.parametrize("pinned", [None, FIRST.public, SECOND.public])
@pytest.mark.parametrize("kept", ["nothing", "seals", "all"])
def test_a_log_that_is_whole_is_whole_by_everything_that_was_kept(pinned: bytes | None, kept: str) -> None:
    log = two_keys()
    saved = {"nothing": (), "seals": log.seals, "all": [*log.keys, *log.seals]}[kept]
    assert checked(log.lines(), pinned, saved) == Verdict(6, 2, 6, None, 2, 5, 1, EXPORTED_AT, None)


def test_the_lines_of_a_key_and_a_seal_are_what_auditors_were_given() -> None:
    assert key_line(SealKey(7, 1, bytes(32), 0, NOON, b"\x01")) == (
        b'{"key":{"after":0,"created_at":"2026-06-01T12:00:00.000000Z","key_id":"66687aadf862bd77","log_id":7,'
        b'"number":1,"public_key":"%s","signature":"01"}}' % (b"00" * 32)
    )
    assert seal_line(Seal(7, 9, b"\x02", b"\x03", NOON, "k", b"\x04")) == (
        b'{"seal":{"key_id":"k","log_id":7,"previous":"03","root":"02",'
        b'"sealed_at":"2026-06-01T12:00:00.000000Z","signature":"04","size":9}}'
    )


@pytest.mark.parametrize("number", [A1, B1, A2, B2, A3, A4])
def test_a_fact_that_is_changed_or_missing_is_found_where_it_is(number: int) -> None:
    line = two_keys().lines()[number]
    position = [A1, B1, A2, B2, A3, A4].index(number) + 1
    assert broken(with_line(number, line.replace(b'"data":{"n":', b'"data":{"n":9'))) == (
        position,
        Guarantee.CHAIN,
    )
    found = checked(with_line(number)).first_bad
    assert found is not None
    assert found.guarantee in (Guarantee.NO_GAPS, Guarantee.TREE, Guarantee.HEADS)


def test_the_last_fact_cannot_go_unseen() -> None:
    assert broken(with_line(A4)) == (6, Guarantee.HEADS)


def test_a_seal_of_other_facts_by_the_right_key_is_found_by_the_tree() -> None:
    seal = two_keys().seals[0]
    assert (
        broken(with_line(SEAL_3, line_of(signed(seal._replace(root=bytes(32)), FIRST)) + b"\n"))[1]
        == Guarantee.TREE
    )
    assert (
        broken(with_line(SEAL_3, line_of(signed(seal._replace(size=2), FIRST)) + b"\n"))[1] == Guarantee.TREE
    )


def test_a_seal_by_nobodys_key_or_by_one_that_does_not_sign_there_is_found_by_its_signature() -> None:
    seal = two_keys().seals[0]
    for signer in (FORGER, SECOND):
        assert broken(with_line(SEAL_3, line_of(signed(seal, signer)) + b"\n")) == (3, Guarantee.SIGNATURE)
    unsigned = seal._replace(signature=bytes(64))
    assert broken(with_line(SEAL_3, line_of(unsigned) + b"\n")) == (3, Guarantee.SIGNATURE)
    late = two_keys().seals[1]
    assert broken(with_line(SEAL_5, line_of(signed(late, FIRST)) + b"\n")) == (5, Guarantee.SIGNATURE)


def test_a_seal_that_is_left_out_or_comes_twice_is_found_by_the_one_behind_it() -> None:
    assert broken(with_line(SEAL_3)) == (5, Guarantee.SEAL_CHAIN)
    line = two_keys().lines()[SEAL_3]
    assert broken(with_line(SEAL_3, line, line)) == (3, Guarantee.SEAL_CHAIN)


def test_a_key_that_the_one_before_it_has_not_signed_is_none() -> None:
    key = two_keys().keys[1]
    assert broken(with_line(KEY_2, line_of(key._replace(signature=bytes(64))) + b"\n")) == (3, Guarantee.KEYS)
    assert broken(with_line(KEY_2, line_of(key._replace(number=3)) + b"\n")) == (3, Guarantee.KEYS)
    assert broken(with_line(KEY_1)) == (0 + 3, Guarantee.SIGNATURE)


def test_a_key_does_not_take_over_before_the_one_before_it() -> None:
    log, keys = Log(), Keys()
    log.append("a", "a")
    log.key(FIRST, by=FIRST)
    later = log.keys[0]
    log.tree.size = 1
    log.key(SECOND, by=FIRST)
    assert keys.add(later) is None
    assert keys.add(log.keys[1]) == "key 2 takes over before key 1 does"
    assert (len(keys), keys.numbered(0), keys.numbered(1), keys.numbered(2)) == (1, None, later, None)
    assert (keys.number_of_id(later.id), keys.number_of_id("x"), keys.number_of(SECOND.public)) == (
        1,
        0,
        None,
    )


def test_the_key_that_was_given_must_be_of_the_log_and_have_signed() -> None:
    log = two_keys()
    assert broken(log.lines(), FORGER.public) == (6, Guarantee.KEYS)
    unused = Log()
    unused.key(FIRST, by=FIRST)
    unused.append("a")
    unused.seal(FIRST)
    unused.key(SECOND, by=FIRST)
    assert checked(unused.lines(), FIRST.public).first_bad is None
    assert broken(unused.lines(), SECOND.public) == (1, Guarantee.KEYS)
    assert checked(Log().lines(), FIRST.public).first_bad is None


def forged() -> Log:
    """The same streams with another fact in front, and everything sealed anew by a forger's own key."""
    log = Log()
    log.key(FORGER, by=FORGER)
    log.append("z", "a", "b")
    log.seal(FORGER)
    return log


def test_a_log_that_was_made_anew_is_found_by_what_was_kept() -> None:
    log, kept = forged(), two_keys()
    assert checked(log.lines()).first_bad is None
    assert broken(log.lines(), saved=kept.seals[:1]) == (3, Guarantee.SAVED_SEALS)
    assert broken(log.lines(), saved=kept.keys[:1])[1] == Guarantee.SAVED_SEALS
    assert broken(log.lines(), saved=kept.seals) == (3, Guarantee.SAVED_SEALS)


def test_a_kept_seal_must_be_there_as_it_was() -> None:
    log = two_keys()
    first, second = log.seals
    another = signed(first._replace(sealed_at=NOON), FIRST)
    assert broken(log.lines(), saved=[another]) == (3, Guarantee.SAVED_SEALS)
    cut = Log(parts=log.parts[: log.parts.index(second)])
    assert broken(cut.lines(), saved=[first, second]) == (5, Guarantee.SAVED_SEALS)
    without = Log(parts=[each for each in cut.parts if each != first])
    assert broken(without.lines(), saved=[first]) == (3, Guarantee.SAVED_SEALS)
    shorter = Log(parts=log.parts[: log.parts.index(second) - 1])
    assert broken(shorter.lines(), saved=[first, second]) == (4, Guarantee.SAVED_SEALS)


def test_a_seal_that_was_kept_after_the_export_was_made_is_told_and_not_missed() -> None:
    log = two_keys()
    later = log.seals[1]._replace(size=9, sealed_at=NOON.replace(hour=14))
    found = checked(log.lines(), saved=[*log.seals, later])
    assert found.first_bad is None
    assert found.not_compared == "the saved seal of 9 facts, made at 2026-06-01T14:00:00.000000Z"
    earlier = later._replace(sealed_at=NOON.replace(minute=58))
    assert broken(log.lines(), saved=[*log.seals, earlier]) == (6, Guarantee.SAVED_SEALS)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (list, "line 1: this is not the header of an export"),
        (lambda: two_keys().lines()[:-1], "line 11: the export ends here without a trailer: it was cut off"),
        (lambda: [*two_keys().lines(), b"{}\n"], "line 13: there is something behind the trailer"),
        (
            lambda: with_line(TRAILER, b'{"trailer":{"facts":6,"seals":1}}\n'),
            "line 12: the trailer counts other facts or seals",
        ),
        (lambda: with_line(TRAILER, b'{"trailer":{"facts":6,"seals":2}}'), "line 12: the line is cut off"),
        (lambda: with_line(A1, b"{}\n"), "line 3: this is neither a fact, a seal, a key nor a trailer"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_form_is_said_with_the_line(
    lines: Callable[[], list[bytes]], problem: str
) -> None:
    found = checked(lines())
    assert found.first_bad is not None
    assert (found.first_bad.problem, found.first_bad.guarantee) == (problem, Guarantee.FORM)
    assert (found.first_bad.stream, found.first_bad.version) == ("", 0)
    assert found.first_bad.position == (0 if problem.startswith("line 1:") else found.facts + 1)


def test_the_facts_of_an_export_are_read_back_as_they_were() -> None:
    log = two_keys()
    assert list(recorded_facts(log.lines())) == log.facts
    for lines, problem in (
        (log.lines()[:-1], "cut off"),
        (with_line(TRAILER, b'{"trailer":{"facts":5,"seals":2}}\n'), "cut off"),
        (with_line(A1), "position 1 is missing"),
        (with_line(A2, log.lines()[A2].replace(b'"n":', b'"n":9')), "position 3 of this export does not match"),
        ([b'{"header":{"after":1,"exported_at":"%s","format":"seatledger-export-1","log_id":7,"peaks":["%s"],"to":1}}\n'
          % (EXPORTED_AT.encode(), b"00" * 32)], "begins after position 1"),
    ):  # fmt: skip
        with pytest.raises(NotAnExport, match=problem):
            list(recorded_facts(lines))
    assert header_of(log.lines()[0][:-1]).log_id == LOG


def test_a_verdict_is_told_in_words_and_as_json() -> None:
    good = checked(two_keys().lines())
    assert summary(good, None) == (
        "verified: 6 facts in 2 streams; sealed up to position 5 by the log's own keys (give --key to compare them), "
        f"1 fact behind not sealed yet; exported at {EXPORTED_AT}"
    )
    assert summary(Verdict(1, 1, 1, None, 1, 1), b"k") == (
        "verified: 1 fact in 1 stream; sealed up to position 1 by the key that was given"
    )
    assert summary(Verdict(0, 0, 0, None, not_compared="x"), None) == (
        "verified: 0 facts in 0 streams; none of it is sealed; NOT COMPARED: x, so take a newer export"
    )
    whole = {"facts": 6, "streams": 2, "seals": 2, "sealed_to": 5, "verified": True, "first_bad": None}
    assert verdict_body(good) == {**whole, "exported_at": EXPORTED_AT, "not_compared": None}
    bad = Break(3, "a", 2, "it is changed", Guarantee.CHAIN)
    assert finding(bad) == "the log is broken at position 3, version 2 of a: it is changed (found by: chain)"
    assert (
        finding(bad._replace(stream="")) == "the log is broken at position 3: it is changed (found by: chain)"
    )
    form = bad._replace(guarantee=Guarantee.FORM)
    assert finding(form) == "the export is broken at position 3, it is changed (found by: form)"
    assert finding(form._replace(position=0)) == "the export is broken, it is changed (found by: form)"
    said = {"position": 3, "stream": "a", "version": 2, "problem": "it is changed", "guarantee": "chain"}
    told = verdict_body(Verdict(2, 1, 2, bad))
    assert (told["first_bad"], told["verified"], "exported_at" in told) == (said, False, False)
    assert verdict_body(Verdict(2, 1, 2, bad._replace(stream="")))["first_bad"] == {
        **said,
        "stream": None,
        "version": None,
    }
