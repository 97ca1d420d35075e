"""How well the engine does, measured on labelled data beside what it is to be compared with.

``python -m nlp evaluate FOLDER`` prints every table for which FOLDER holds the data; the benchmarks call the same
functions. Nothing here is loaded by the service.
"""
