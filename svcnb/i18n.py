"""Words, numbers and dates in the reader's language.

English texts are the message ids; ``locale/<language>/LC_MESSAGES/*.po`` hold the others,
one catalogue a room of the package, compiled to ``.mo`` by ``python tools/catalogues.py``.

>>> words_in("es").number(1234.5, 1)
'1.234,5'
>>> words_in("en")("{share:%} of {n} orders", share=0.875, n=1200)
'87.5 % of 1,200 orders'
"""

from __future__ import annotations

import copy
import gettext
import numbers
import re
import string
from functools import lru_cache
from pathlib import Path

LANGUAGES = {"en": "English", "es": "Español"}
LOCALE = Path(__file__).parent / "locale"
NO_VALUE = "–"
NAMED = {  # fields of a template whose values are ids (one or a list), and of what
    **{kind: kind for kind in ("component", "segment", "group", "activity", "expert", "measure", "service", "goal")},
    "components": "component", "segments": "segment", "groups": "group", "activities": "activity", "experts": "expert",
    "measures": "measure", "services": "service", "goals": "goal", "messages": "message", "penalties": "penalty",
    "items": "parameter", "forces": "force", "drivers": "driver",
    "strata": "segment", "criteria": "criterion", "contents": "content", "first": "measure", "second": "measure",
    "names": "goal", "looked": "", "variables": "", "factors": ""}
GOAL = re.compile(r"[\w.-]+:[\w.-]+")
LEADING = re.compile(r"\{(\w+)[^}]*\}")  # the field a template begins with


def N_(text: str) -> str:
    """Mark a text for the catalogues where it is defined; it is translated where it is shown."""
    return text


def is_missing(value) -> bool:
    """None, NaN, NaT or pandas' NA."""
    try:
        return value is None or bool(value != value)
    except (TypeError, ValueError):  # NA says neither; a list of values is none of them
        return type(value).__name__ == "NAType"


class Words(string.Formatter):
    """Translator and number formatter of one language.

    Call it with an English template and named values. Numbers follow the language; the format
    spec of a field is ``%`` (a share as per cent, one decimal), a digit (that many decimals),
    ``$`` (money, no decimals; ``$2`` with two), ``date`` or ``time``; a field ``{name:word}`` is translated too.
    A list is shown joined. ``of_study`` gives the words of one study: its currency stands behind each amount, the
    fields of ``NAMED`` show names instead of ids, and a text that the study calls otherwise is said its way.

    >>> words = words_in("en").of_study("EUR", {"component": {"C1": "costo"}})
    >>> words("for {components}: {sum:$}", components=["C1", "C2"], sum=1200)
    'for costo, C2: 1,200 EUR'
    >>> words_in("en").of_study("EUR", {"text": {"Factor 1": "Factor 1: speed"}})("by {what:word}", what="Factor 1")
    'by Factor 1: speed'
    """

    currency = ""
    names: dict[str, dict[str, str]] = {}  # kind -> id -> name

    def __init__(self, language: str):
        self.language = language
        self._catalogue = gettext.NullTranslations()
        for path in sorted((LOCALE / language / "LC_MESSAGES").glob("*.mo")):
            with path.open("rb") as file:
                translations = gettext.GNUTranslations(file)
            translations.add_fallback(self._catalogue)
            self._catalogue = translations

    def of_study(self, currency: str, names: dict[str, dict[str, str]]) -> Words:
        """The same words for one study.

        Parameters
        ----------
        currency : its code, as the study writes it
        names : kind -> id -> name
        """
        words = copy.copy(self)
        words.currency, words.names = currency, names
        return words

    def __call__(self, text: str, /, **values) -> str:
        text = self.names.get("text", {}).get(text, text)
        translated = self._catalogue.gettext(text) if text else ""
        return self.vformat(translated, (), values) if values else translated

    def get_value(self, key, args, kwargs):
        value = super().get_value(key, args, kwargs)
        return self.name(NAMED[key], value) if key in NAMED else value

    def name(self, kind: str, value):
        """The name of an id or of a list of ids; an unknown id, and what is no text, stays as it is."""
        if isinstance(value, (list, tuple)):
            return [self.name(kind, one) for one in value]
        if not isinstance(value, str):
            return value
        known = self.names.get(kind, {})
        if kind == "goal" and value not in known:  # a text that names goals
            return GOAL.sub(lambda goal: known.get(goal[0], goal[0]), self(value))
        return self(known.get(value, value))

    def reason(self, reason) -> str:
        """The sentence of a ``svcnb.errors.Reason`` or of an error that carries a template."""
        text, first = self(reason.template, **reason.values), LEADING.match(self(reason.template))
        return text[:1].upper() + text[1:] if self.names and first and first[1] in NAMED else text

    def format_field(self, value, spec):
        if isinstance(value, (list, tuple)):
            return ", ".join(self.format_field(one, spec) for one in value)
        if is_missing(value):
            return self("not measured")
        if spec == "word":
            return self(str(value))
        if spec == "%":
            return self.percent(value)
        if spec.startswith("$"):
            return self.money(value, int(spec[1:] or 0))
        if spec == "date":
            return self.date(value)
        if spec == "time":
            return self.time(value)
        if spec.isdigit():
            return self.number(value, int(spec))
        if isinstance(value, bool) or not isinstance(value, numbers.Real):  # numpy's numbers are Real
            return format(value, spec)
        return self.number(value)

    def number(self, value, digits: int | None = None) -> str:
        """A number; without ``digits`` whole numbers stay whole and others show four significant figures."""
        if is_missing(value):
            return NO_VALUE
        from babel.numbers import format_decimal

        if digits is None:
            pattern = "#,##0" if float(value).is_integer() else "#,##0.####" if abs(value) >= 0.001 else "#,##0.########"
            if not float(value).is_integer():
                value = float(f"{value:.4g}") if abs(value) < 1000 else round(float(value), 1)
        else:
            pattern = "#,##0" + ("." + "0" * digits if digits else "")
        text = format_decimal(value, format=pattern, locale=self.language)
        return text[1:] if text.startswith("-0") and not text.strip("-0.,") else text  # no negative zero

    def percent(self, share, digits: int = 1) -> str:
        """A share 0 to 1 as per cent with one decimal."""
        return NO_VALUE if is_missing(share) else f"{self.number(100 * share, digits)} %"

    def money(self, amount, digits: int = 0) -> str:
        """An amount with the study's currency."""
        return NO_VALUE if is_missing(amount) else f"{self.number(amount, digits)} {self.currency}".rstrip()

    @property
    def money_unit(self) -> str:
        """What amounts are counted in: the study's currency, else the word money."""
        return self.currency or self("money")

    def date(self, value) -> str:
        from babel.dates import format_date

        return format_date(value, format="medium", locale=self.language)

    def time(self, value) -> str:
        from babel.dates import format_time

        return format_time(value, format="HH:mm:ss", locale=self.language)


@lru_cache
def words_in(language: str = "en") -> Words:
    """The words of a language; an unknown language falls back to English."""
    return Words(language if language in LANGUAGES else "en")
