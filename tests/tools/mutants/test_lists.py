"""What is written down of mutants: reasons, tests that exist, and how the lists are kept."""

from __future__ import annotations

from tools.mutants.lists import Mistake, Survivors, drawn, read_killers, read_survivors

WHY = "Nobody can see it."


def test_each_survivor_has_a_reason() -> None:
    assert [mutants for why, mutants in read_survivors().groups if not why.strip()] == []


def test_a_sample_meets_tests() -> None:
    """Which of them are gone, the sample itself finds out: it counts what they would notice."""
    assert sum(map(len, read_killers("compiler").values())) > 100


def test_who_survives_again_keeps_the_reason() -> None:
    known = Survivors(((WHY, {"a f: left out": 2}),))
    assert known.updated(["a f: left out"] * 2, {"a f: left out"}, []) == known


def test_who_is_noticed_now_leaves_the_list() -> None:
    known = Survivors(((WHY, {"a f: left out": 2, "a g: left out": 1}),))
    found = known.updated(["a f: left out"], {"a f: left out", "a g: left out"}, [])
    assert found.groups == ((WHY, {"a f: left out": 1}),)


def test_who_is_not_tried_stays_and_who_is_gone_goes() -> None:
    known = Survivors(((WHY, {"a f: left out": 1, "a g: left out": 1}),))
    assert known.updated([], [], ["a g: left out"]).groups == ((WHY, {"a f: left out": 1}),)


def test_one_more_survivor_has_no_reason() -> None:
    known = Survivors(((WHY, {"a f: left out": 1}),))
    found = known.updated(["a f: left out"] * 2, {"a f: left out"}, [])
    assert found.groups == ((WHY, {"a f: left out": 1}), ("", {"a f: left out": 1}))
    assert found.explained("a f: left out") == 1
    again = found.updated(["a f: left out"] * 2, {"a f: left out"}, [])
    assert again == found


def test_a_sample_has_each_statement_left_out_and_some_others() -> None:
    forgotten = [Mistake("a", "f", "left out", number) for number in range(300)]
    others = [Mistake("a", "f", "another string", number) for number in range(300)]
    found = drawn([*others, *forgotten])
    assert {*forgotten} < {*found}
    assert len(found) == 450
    assert drawn([*forgotten, *others]) == found
