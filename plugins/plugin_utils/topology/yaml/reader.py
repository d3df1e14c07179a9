# SPDX-License-Identifier: GPL-3.0-or-later
"""From the events of libyaml to plain data, in one pass that sees everything a composer would hide.

The composer of libyaml recurses in C and dies on deeply nested input, and a composed tree no longer shows
duplicate keys, anchors or tags. The events show all of that, and building data from them is also the fastest
way: 0.4 microseconds per event, and nothing is kept but the data.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, TypeAlias

import yaml

from ...errors import InfraError
from ..position import Path, Position
from ..violation import Violation
from .scalar import NUMERIC_STARTS, WORDS, AmbiguousScalarError, resolve
from .source import Source, name_of, refused_character, refused_characters

#: JSON data, and nothing else.
Data: TypeAlias = Any
Event: TypeAlias = Any

MAX_DEPTH = 32
MAX_EVENTS = 250_000
MAX_VIOLATIONS = 500
MAX_KEY = 256
MAX_SCALAR = 65_536


class _Item:
    """Stands where a mapping has a pending key: the next node is an item of a list."""

    def __repr__(self) -> str:
        return "item"


_ITEM: Final = _Item()
_UNKNOWN: Final = object()


class _UnjudgeableError(Exception):
    """What follows cannot be judged."""


def events(source: Source) -> Iterator[Event]:
    """The events of a file, at most MAX_EVENTS. Raises yaml.YAMLError at a syntax error."""
    if not yaml.__with_libyaml__:
        raise InfraError("PyYAML: built without libyaml; install a PyYAML wheel, or libyaml and then PyYAML")
    return islice(iter(yaml.CSafeLoader(source.data).get_event, None), MAX_EVENTS)


class Reader:
    """Reads one source; afterwards ``data`` is the root and ``violations`` says what the YAML did wrong."""

    def __init__(self, source: Source) -> None:
        self.data: Data = None
        self.violations: list[Violation] = []
        self.is_whole = False
        """The file was read to its end, so that ``data`` may be judged."""
        self.source = source
        self._has_escapes = "\\" in source.text
        #: Equal texts are one object and looked at once: a topology repeats nearly all keys and most values.
        self._plain: dict[str, Data] = {}
        self._texts: dict[str, str] = {}
        self._keys: set[str] = set()
        self._documents = 0
        self._is_ended = False
        self._container: Any = []
        self._key: str | _Item | None = _ITEM
        self._stack: list[tuple[Any, str | _Item | None]] = []

    def read(self) -> None:
        """Read to the end, or to the point after which nothing can be judged."""
        try:
            for event in events(self.source):
                _HANDLERS[type(event)](self, event)
            if not self._is_ended:
                self._refuse_file("the file holds too many values", "split it into a directory of files")
        except _UnjudgeableError:
            pass
        except yaml.YAMLError as error:
            self._syntax_error(error)

    # --- nodes -------------------------------------------------------------------------------------------------

    def _scalar(self, event: Event) -> None:
        text = event.value
        if event.anchor or event.tag:
            self._refuse_properties(event)
        if event.style:
            value = self._quoted(event, text)
        else:
            value = self._plain.get(text, _UNKNOWN)
            if value is _UNKNOWN:
                value = self._first_plain(event, text)
        if self._key is None:
            self._take_key(event, value)
        elif self._key is _ITEM:
            self._container.append(value)
        else:
            self._container[self._key] = value
            self._key = None

    def _quoted(self, event: Event, text: str) -> str:
        if len(text) > MAX_SCALAR:
            self._refuse_length(event)
        elif self._has_escapes and event.style == '"' and (character := refused_character(text)):
            self._refuse(event, f"the text holds {name_of(character)}", "remove it")
        return self._texts.setdefault(text, text)

    def _first_plain(self, event: Event, text: str) -> Data:
        """The value of a plain text that has not been met yet; remembered if nothing is wrong with it."""
        before = len(self.violations)
        value: Data = text
        if len(text) > MAX_SCALAR:
            self._refuse_length(event)
        elif text in WORDS or text[0] in NUMERIC_STARTS:
            value = self._resolve(event)
        if len(self.violations) == before:
            self._plain[text] = value
        return value

    def _resolve(self, event: Event) -> Data:
        try:
            return resolve(event.value)
        except AmbiguousScalarError as error:
            if self._key is None and event.value != "<<":
                self._refuse(event, "a key must be text", "quote it" if event.value else "write one")
            else:
                self._refuse(event, error.what, error.hint)
            return event.value

    def _take_key(self, event: Event, value: Data) -> None:
        key = value if value in self._keys else self._first_key(event, value)
        if key in self._container:
            self._refuse_duplicate(event, key)
        self._key = key

    def _first_key(self, event: Event, value: Data) -> str:
        """A key that has not been met yet; remembered if nothing is wrong with it."""
        before = len(self.violations)
        if not isinstance(value, str):
            self._refuse(event, "a key must be text", "quote it")
            value = event.value
        key = _composed(value)
        if len(key) > MAX_KEY:
            self._refuse(event, "the key is longer than 256 characters", "shorten it")
        if key != value:
            self._refuse(event, "the key is not in Unicode normal form C", "type it again")
        if len(self.violations) == before:
            self._keys.add(key)
        return key

    def _place(self, value: Data) -> None:
        if self._key is _ITEM:
            self._container.append(value)
        else:
            self._container[self._key] = value
            self._key = None

    def _mapping_start(self, event: Event) -> None:
        self._enter(event)
        self._container, self._key = {}, None

    def _sequence_start(self, event: Event) -> None:
        self._enter(event)
        self._container, self._key = [], _ITEM

    def _enter(self, event: Event) -> None:
        if event.anchor or event.tag:
            self._refuse_properties(event)
        if self._key is None:
            self._stop(event, "a key must be text", "write a word before the colon")
        if len(self._stack) == MAX_DEPTH:
            self._stop(event, "this is nested deeper than 32 levels", "flatten it")
        self._stack.append((self._container, self._key))

    def _collection_end(self, _event: Event) -> None:
        collection = self._container
        self._container, self._key = self._stack.pop()
        self._place(collection)

    def _alias(self, event: Event) -> None:
        self._refuse(event, "aliases are not allowed", "write the value out")
        if self._key is None:
            self._key = f"*{event.anchor}"
        else:
            self._place(None)

    # --- the stream --------------------------------------------------------------------------------------------

    def _document_start(self, event: Event) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop(event, "a second document starts here", "keep one document per file")
        if event.version or event.tags:
            self._refuse(event, "directives are not allowed", "remove the line that starts with %")

    def _stream_end(self, _event: Event) -> None:
        self._is_ended = True
        self.data = self._container[0] if self._container else None
        self.is_whole = isinstance(self.data, dict)
        if not self.is_whole:
            what = "the file is empty" if not self._documents else "the file does not hold a mapping"
            self._refuse_file(what, "start it with schema_version: 1")

    def _ignore(self, _event: Event) -> None:
        pass

    # --- refusals ----------------------------------------------------------------------------------------------

    def _refuse(self, event: Event, what: str, hint: str, first: Path | None = None) -> None:
        mark = event.start_mark
        position = Position(self.source.name, mark.line + 1, mark.column + 1)
        is_key = self._key is None and isinstance(event, yaml.ScalarEvent)
        path = self._path(_composed(event.value)) if is_key else self._path()
        self.violations.append(Violation(path, what, hint, first, position=position))
        if len(self.violations) >= MAX_VIOLATIONS:
            self._refuse_file("there are too many errors to go on", "fix these first")
            raise _UnjudgeableError

    def _refuse_length(self, event: Event) -> None:
        self._refuse(event, "the value is longer than 65,536 characters", "put it into a file of its own")

    def _refuse_properties(self, event: Event) -> None:
        if event.anchor:
            self._refuse(event, "anchors are not allowed", "write the value out where it is used")
        if event.tag:
            self._refuse(event, "tags are not allowed", "remove the word that starts with !, quote text")

    def _refuse_duplicate(self, event: Event, key: str) -> None:
        self._refuse(event, "the key is given twice", "keep one of them", first=self._path(key))

    def _refuse_file(self, what: str, hint: str) -> None:
        self.violations.append(Violation((), what, hint, position=Position(self.source.name)))

    def _stop(self, event: Event, what: str, hint: str) -> None:
        self._refuse(event, what, hint)
        raise _UnjudgeableError

    def _syntax_error(self, error: yaml.YAMLError) -> None:
        mark = getattr(error, "problem_mark", None)
        if mark is None and any(refused_characters(self.source)):
            return
        position = Position(self.source.name, mark.line + 1, mark.column + 1) if mark else Position(self.source.name)
        what = getattr(error, "problem", None) or "a character is not allowed"
        hint = "check indentation, colons and quotes"
        self.violations.append(Violation(self._path(), f"this is not YAML: {what}", hint, position=position))

    def _path(self, *last: str) -> Path:
        frames = [*self._stack, (self._container, self._key)][1:]
        steps = (len(container) if key is _ITEM else key for container, key in frames)
        return tuple(step for step in steps if isinstance(step, str | int)) + last


#: Of the class and not of each reader: bound methods would tie a reader to itself, and with collection paused the
#: text and the data of every file would stay for good.
_HANDLERS: Final[Mapping[type, Callable[[Reader, Event], None]]] = {
    yaml.ScalarEvent: Reader._scalar,
    yaml.MappingStartEvent: Reader._mapping_start,
    yaml.SequenceStartEvent: Reader._sequence_start,
    yaml.MappingEndEvent: Reader._collection_end,
    yaml.SequenceEndEvent: Reader._collection_end,
    yaml.AliasEvent: Reader._alias,
    yaml.DocumentStartEvent: Reader._document_start,
    yaml.DocumentEndEvent: Reader._ignore,
    yaml.StreamStartEvent: Reader._ignore,
    yaml.StreamEndEvent: Reader._stream_end,
}


def _composed(key: str) -> str:
    """``key`` in Unicode normal form C: keys that look alike are one key."""
    return key if key.isascii() else unicodedata.normalize("NFC", key)
