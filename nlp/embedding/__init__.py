"""One vector space for both languages: Welsh is glossed word by word into English, then one encoder reads both.

Import :class:`nlp.embedding.encoder.Encoder`; this package itself loads nothing heavy.
"""
