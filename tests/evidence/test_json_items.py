"""JSON as people have it is read piece by piece, whatever lists, wrappers, comments and breaks there are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqsfifo_lint.evidence import json_items
from sqsfifo_lint.evidence.json_items import Item, items
from sqsfifo_lint.evidence.model import Unread


def cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def read(text: str, size: int = 7) -> tuple[list[dict[str, Any]], list[Unread]]:
    """The objects in a text that comes in pieces of a size, without members beside a list; and what is unread."""
    found = list(items(cut(text, size), "in.json"))
    objects = [one.value for one in found if isinstance(one, Item) and not one.member]
    return objects, [one for one in found if isinstance(one, Unread)]


ONE, TWO, THREE = {"id": 1}, {"id": 2, "body": 'a "{[" // no comment'}, {"id": 3, "inner": {"list": [{"x": []}]}}

THREE_TIMES = [
    json.dumps([ONE, TWO, THREE]),
    json.dumps({"Messages": [ONE, TWO, THREE]}),
    json.dumps({"Messages": [ONE, TWO, THREE], "ResponseMetadata": {"RetryAttempts": 0}, "n": 3}, indent=4),
    "\n".join(map(json.dumps, (ONE, TWO, THREE))),
    "".join(map(json.dumps, (ONE, TWO, THREE))),
    "\ufeff" + json.dumps({"Messages": [ONE]}, indent=4) + "\n" + json.dumps({"Records": [TWO, THREE]}),
    json.dumps(ONE) + " // one }{\n/* two ]} */ [" + json.dumps(TWO) + ",\r\n// three\n" + json.dumps(THREE) + ",]",
    json.dumps([[ONE], [[TWO, THREE]]]),
]


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("text", THREE_TIMES)
def test_lists_wrappers_and_documents_one_after_another(text: str, size: int) -> None:
    assert read(text, size) == ([ONE, TWO, THREE], [])


def test_a_list_that_is_not_the_first_member_stays_in_its_object() -> None:
    whole = {"queue": "orders.fifo", "messages": [ONE, TWO]}
    assert read(json.dumps(whole)) == ([whole], [])


def test_an_object_too_long_for_memory_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_items, "LONGEST_ITEM", 1000)
    monkeypatch.setattr(json_items, "LOOK_AHEAD", 100)
    many = [{"id": n} for n in range(1000)]
    text = json.dumps({"queue": "orders.fifo", "count": 1000, "messages": many})
    assert read(text, 50) == (many, [])


def test_comments_and_commas_too_many_inside_an_object() -> None:
    text = '{"id": 1, // "one" }\n "body": "http://a.example/*", /* {" */ "list": [1, 2, ], }'
    assert read(text) == ([{"id": 1, "body": "http://a.example/*", "list": [1, 2]}], [])


def test_what_is_beside_a_list_is_marked() -> None:
    found = list(items([json.dumps({"Messages": [ONE], "ResponseMetadata": {"a": 1}})], "in.json"))
    assert found == [Item(ONE, 1), Item({"a": 1}, 1, member=True)]


def test_lines_are_counted() -> None:
    found = list(items(cut('{"a": 1}\n\n{"a":\n2}\n[\n{"a": 3}]', 3), "in.json"))
    assert [one.line for one in found] == [1, 3, 6]


def test_nothing_is_nothing() -> None:
    for text in ("", " \n", "\ufeff", "[]", "// nothing", "[] // nothing\n", "/* */"):
        assert read(text) == ([], []), text


# What is broken


@pytest.mark.parametrize(
    "middle",
    [
        '{"id": 2, "body": "not closed}',
        '{"id": 2, "body": nonsense}',
        '{"id": 2,',
        "{'id': 2}",
        "Traceback (most recent call last):",
        "2025-10-06 08:02:07 INFO sent 3 messages",
        '"a text"',
        "{" * 100_000,
        '{"id": ' + "9" * 5000 + "}",
        '{"id": ' + "[" * 100_000 + "]" * 100_000 + "}",
        "\x00",
        "}}}]]]???",
    ],
)
@pytest.mark.parametrize("size", [11, 100_000])
def test_a_broken_line_costs_itself(middle: str, size: int) -> None:
    found, unread = read(f"{json.dumps(ONE)}\n{middle}\n{json.dumps(THREE)}\n{json.dumps(ONE)}\n", size)
    assert found == [ONE, THREE, ONE]
    assert [one.line for one in unread] == [2]


def test_a_broken_message_in_a_list_costs_itself() -> None:
    text = json.dumps({"Messages": [{"MessageId": "a"}, {"MessageId": "b"}, {"MessageId": "c"}]})
    for wrong in ('{"MessageId": b}', '{"MessageId": "b" "c": 1}', '{"MessageId": "b}'):
        found, unread = read(text.replace('{"MessageId": "b"}', wrong))
        assert [one["MessageId"] for one in found] == ["a", "c"], wrong
        assert len(unread) == 1


@pytest.mark.parametrize("start", ['{"Messages": [', '{"queue": "orders.fifo", "messages": [', "["])
def test_a_list_that_is_cut_off_between_messages_is_told(start: str) -> None:
    found, unread = read(start + '{"MessageId": "a"}, {"MessageId": "b"},\n')
    assert [one["MessageId"] for one in found] == ["a", "b"]
    assert [one.message for one in unread] == ["it ends before its list is closed: what followed here is lost"]


def test_a_broken_member_of_an_object_costs_nothing_else() -> None:
    text = '{"queue": nonsense, "messages": [{"MessageId": "a"}, {"MessageId": "b"}]}'
    assert [one["MessageId"] for one in read(text)[0]] == ["a", "b"]


MESSAGES = [{"MessageId": str(n), "Body": '{"a": [1, "\\\\"]}', "Attributes": {"SentTimestamp": "1"}} for n in range(5)]


@given(st.sampled_from([None, 4]), st.data(), st.integers(1, 300))
def test_a_missing_end_costs_the_last_message_and_is_told(indent: int | None, data: st.DataObject, size: int) -> None:
    text = json.dumps({"Messages": MESSAGES}, indent=indent)
    end = data.draw(st.integers(1, len(text) - 1))
    found, unread = read(text[:end], size)
    ends = [text.index(one) + len(one) for one in _each(indent)]
    whole = sum(at <= end for at in ends)
    assert found == MESSAGES[:whole]
    assert unread


def _each(indent: int | None) -> list[str]:
    """The messages as they stand in the text."""
    if indent is None:
        return [json.dumps(one) for one in MESSAGES]
    inner = json.dumps({"Messages": MESSAGES}, indent=indent)
    pieces = inner.split("\n        {")
    return ["{" + piece.rpartition("}")[0].rstrip("] \n}") for piece in pieces[1:-1]] and [
        "        {" + piece.split("\n        }")[0] + "\n        }" for piece in pieces[1:]
    ]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.fixed_dictionaries({"id": values, "other": values}), max_size=5), st.integers(1, 40), st.data())
def test_any_objects_in_any_order_of_wrappers(objects: list[dict[str, Any]], size: int, data: st.DataObject) -> None:
    text = ""
    for one in objects:
        shown = json.dumps(one, ensure_ascii=data.draw(st.booleans()), indent=data.draw(st.sampled_from([None, 2])))
        text += data.draw(st.sampled_from(["", "\n", ",", "// {\n", " [", "]"])) + shown
    found = list(items(cut(text, size), "in.json"))
    assert [one.value for one in found if isinstance(one, Item)] == objects
    assert not [one for one in found if isinstance(one, Unread) and "left out" in one.message]


@given(st.text(alphabet='{}[]",:\\/*a1 \n', max_size=60), st.integers(1, 60))
def test_any_text_is_read_to_its_end_the_same_in_any_pieces(text: str, size: int) -> None:
    found = list(items(cut(text, size), "in.json"))
    assert found == list(items([text], "in.json"))
