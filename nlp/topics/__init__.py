"""What people said, grouped: topics proposed by machine over both languages, for people to decide on.

Import :func:`nlp.topics.run.find_topics`; this package itself loads nothing heavy.
"""
