"""Welsh and English text in, answers out.

Knows nothing of the web, the database or the platform. Reached through ``python -m nlp`` (JSON lines); only
:mod:`nlp.contract` and :mod:`nlp.welsh` are light enough to be imported by a web process.
"""
