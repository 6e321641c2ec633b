"""Work of a page that takes longer than a moment: a bar that moves, a button that ends it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import ipywidgets as widgets

from svcnb.errors import SvcnbError
from svcnb.i18n import N_


class Cancelled(Exception):
    """The reader pressed Cancel."""


class Waiting:
    """The bar and its button, hidden while nothing is under way: ``view``, ``bar``, ``cancel``, ``busy``."""

    def __init__(self, words):
        self.words, self.busy, self._ended = words, False, False
        self.bar = widgets.FloatProgress(min=0.0, max=1.0, tooltip=words("Progress"))
        self.cancel = widgets.Button(description=words("Cancel"))
        self.cancel.on_click(self._end)
        self.view = widgets.HBox([self.bar, self.cancel])
        self.view.layout.display = "none"

    def run(self, work: Callable, done: Callable, failed: Callable[[str], None], busy: Callable[[bool], None]) -> None:
        """Do ``work(progress)`` beside the page; without an event loop, as in a test, at once.

        Parameters
        ----------
        work : called with ``progress(share)``, which raises `Cancelled` once the reader wants no more
        done : called with what ``work`` returned
        failed : called with the sentence that says why nothing came of it
        busy : called with True when it begins and with False when it is over
        """
        if self.busy:
            return
        self.busy, self._ended, self.bar.value = True, False, 0.0
        busy(True)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._over(lambda: work(self._moved), done, failed, busy)
        else:
            self.view.layout.display = None
            self.task = loop.create_task(self._beside(loop, work, done, failed, busy))

    async def _beside(self, loop, work, done, failed, busy) -> None:
        told = lambda share: (self._ask(), loop.call_soon_threadsafe(self._moved, share))
        future = loop.run_in_executor(None, work, told)
        await asyncio.wait([future])
        self._over(future.result, done, failed, busy)

    def _over(self, result, done, failed, busy) -> None:
        words = self.words
        self.busy, self.view.layout.display = False, "none"
        busy(False)
        try:
            done(result())
        except Cancelled:
            failed(words("Cancelled; nothing was changed."))
        except SvcnbError as error:
            failed(sentence_of(error, words))
        except Exception as error:  # on a page nobody would see a traceback
            logging.getLogger("svcnb").exception("work beside the page")
            failed(words(N_("This part could not be shown; the others are not affected. Tell whoever runs the workbook: "
                            "{kind}."), kind=type(error).__name__))

    def _end(self, _button) -> None:
        self._ended = True

    def _ask(self) -> None:
        if self._ended:
            raise Cancelled

    def _moved(self, share: float) -> None:
        self.bar.value = share


def sentence_of(error: SvcnbError, words) -> str:
    """The error in the reader's words, the problem that it quotes too."""
    problems = getattr(error, "problems", ())
    values = {**error.values, "first": problems[0].line(words)} if problems else error.values
    return words(error.template, **values)
