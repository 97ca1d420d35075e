"""Work on statements in the worker: which language is each one in?"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from citizen_platform.contributions import queries, services
from citizen_platform.contributions.models import TextLanguage
from citizen_platform.core.database import session, transaction
from citizen_platform.core.jobs import Running, handles
from citizen_platform.core.jobs.child import KeptChild

BATCH = 200
detector = KeptChild("nlp", "language")
_one_at_a_time = threading.Lock()


@handles("contributions.detect")
def detect(run: Running) -> None:
    """Find the language of every statement that has none yet. Safe to run twice, and twice at once."""
    with _one_at_a_time:
        run.result = dict(find_languages(lambda done, total: run.report("languages", done, total)))


def find_languages(on_progress: Callable[[int, int], None] = lambda done, total: None) -> Counter[str]:
    """Ask the nlp child about statements without a language, a batch at a time; how many were found in each language.

    What was found is kept after every batch, in a short transaction. Raises ChildFailed when the child dies: what was
    kept stays, and the next run starts a new child on the rest.
    """
    found: Counter[str] = Counter()
    total, after = queries.number_without_language(), 0
    session.rollback()  # no read transaction is held open while the child thinks
    while True:
        batch = queries.without_language(after=after, limit=BATCH)
        session.rollback()
        if not batch:
            return found
        answers = detector.ask([{"id": str(number), "text": text} for number, text in batch])
        languages = [
            (int(answer["id"]), TextLanguage(answer["language"]), float(answer["probability"]))
            for answer in answers
        ]
        with transaction():
            services.set_languages(languages)
        found.update(language.value for _number, language, _likely in languages)
        after = batch[-1][0]
        on_progress(found.total(), max(total, found.total()))
