"""``python -m nlp COMMAND``: JSON lines in, JSON out. Heavy libraries load only in the command that needs them."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from nlp import lines
from nlp.contract import Frame, Statement


def _language(args: argparse.Namespace, stream: IO[bytes], out: IO[str]) -> None:
    from nlp.language import detect

    for given, statement in lines.read_statements(stream):
        language, probability = detect(statement.text)
        _answer(out, {"id": given, "language": language, "probability": probability})


def _lemmas(args: argparse.Namespace, stream: IO[bytes], out: IO[str]) -> None:
    from nlp.language import detect
    from nlp.lemmas import lemmatise
    from nlp.tokens import lemmatise_text

    for number, value in lines.read_lines(stream):
        language = lines.language_of(number, value)
        words = value.get("words")
        if words is None:
            text = lines.text_of(number, value)
            tokens = lemmatise_text(text, language or detect(text)[0])
        elif isinstance(words, list) and all(isinstance(word, str) for word in words):
            clean = [word.encode("utf-8", "replace").decode("utf-8") for word in words]
            tokens = lemmatise(clean, language or detect(" ".join(clean))[0])
        else:
            raise lines.BadLine(number, '"words" is not a list of texts')
        _answer(out, {"id": value["id"], "tokens": [asdict(token) for token in tokens]})


def _embed(args: argparse.Namespace, stream: IO[bytes], out: IO[str]) -> None:
    from nlp.embedding.encoder import Encoder

    encoder = Encoder()
    for given, statement in lines.read_statements(stream):
        vector = encoder.encode([statement.text], [statement.language])[0]
        _answer(out, {"id": given, "vector": [round(float(x), 6) for x in vector]})


def _passages(args: argparse.Namespace, stream: IO[bytes], out: IO[str]) -> None:
    from nlp.embedding.encoder import Encoder
    from nlp.reading import read

    encoder = Encoder()
    for given, statement in lines.read_statements(stream):
        _answer(out, asdict(read([statement], encoder)[0]) | {"id": given})


def _all_statements(
    stream: IO[bytes], check: Callable[[int, Statement], None] | None = None
) -> tuple[list[Statement], dict[str, Any]]:
    """Every statement, ids distinct, and each id as it was given."""
    statements: list[Statement] = []
    given: dict[str, Any] = {}
    for number, value in lines.read_lines(stream):
        statement = lines.statement_of(number, value)
        if statement.id in given:
            raise lines.BadLine(number, f"id {statement.id!r} was given before")
        if check:
            check(number, statement)
        given[statement.id] = value["id"]
        statements.append(statement)
    return statements, given


def _vector_check() -> Callable[[int, Statement], None]:
    """Refuses a line whose vectors claim to be of the encoder in use and cannot be."""
    from nlp.embedding.encoder import Encoder
    from nlp.vectors import BadVector, unpack

    encoder = Encoder()

    def check(number: int, statement: Statement) -> None:
        if statement.version == encoder.version:
            for passage in statement.passages or ():
                try:
                    unpack(passage.vector, encoder.dimensions)
                except BadVector as error:
                    raise lines.BadLine(number, str(error)) from None

    return check


def _campaigns(args: argparse.Namespace, stream: IO[bytes], out: IO[str]) -> None:
    from nlp.campaigns import find_campaigns

    statements, given = _all_statements(stream)
    report = _report if args.progress else _silent
    found = find_campaigns(statements, lambda done, total: report("comparing", done, total))
    _answer(out, {"campaigns": _plain_campaigns([asdict(campaign) for campaign in found], given)})


def _plain_campaigns(campaigns: list[dict[str, Any]], given: dict[str, Any]) -> list[dict[str, Any]]:
    for campaign in campaigns:
        for member in campaign["members"]:
            member["id"] = given[member["id"]]
    return campaigns


def _topics(args: argparse.Namespace, stream: IO[bytes], out: IO[str]) -> None:
    frames = _frames(args.frames)
    previous = _previous(args.previous)
    if args.frames_only and not frames:
        raise BadFile("--frames-only needs --frames")
    statements, given = _all_statements(stream, _vector_check())

    from nlp.topics.run import find_topics

    result = asdict(
        find_topics(
            statements,
            seed=args.seed,
            frames=frames,
            frames_only=args.frames_only,
            previous=previous,
            progress=_report if args.progress else _silent,
        )
    )
    for topic in result["topics"]:
        topic["examples"] = [given[name] for name in topic["examples"]]
        topic["far"] = [given[name] for name in topic["far"]]
        if topic["change"]:
            topic["change"]["from"] = topic["change"].pop("from_")
    for assignment in result["assignments"]:
        assignment["id"] = given[assignment["id"]]
    for kind in ("unassigned", "no_content"):
        result[kind] = [given[name] for name in result[kind]]
    _plain_campaigns(result["campaigns"], given)
    _answer(out, result)


def _place(args: argparse.Namespace, stream: IO[bytes], out: IO[str]) -> None:
    from nlp.embedding.encoder import Encoder
    from nlp.embedding.model import unit
    from nlp.topics.place import Known, Placer
    from nlp.vectors import unpack

    value = _load(args.topics)
    encoder = Encoder()
    try:
        version = value["run"]["versions"]["embedding"]
        if version != encoder.version:
            raise BadFile(
                f"{args.topics}: its topics were formed with the embedding {version!r} and not "
                f"{encoder.version!r}: make a new run"
            )
        known = [
            Known(
                str(topic["id"]),
                unit(unpack(topic["middle"], encoder.dimensions)[None, :])[0],
                None if topic.get("parent") is None else str(topic["parent"]),
                topic.get("framed") is True,
                float(topic.get("floor") or 0.0),
            )
            for topic in value["topics"]
        ]
    except BadFile:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFile(f"{args.topics}: not a result of topics ({error})") from None
    placer = Placer(known, encoder)
    check = _vector_check()
    for number, line in lines.read_lines(stream):
        statement = lines.statement_of(number, line)
        check(number, statement)
        _answer(out, asdict(placer.place(statement)) | {"id": line["id"]})


def _evaluate(args: argparse.Namespace, stream: IO[bytes], out: IO[str]) -> None:
    from nlp.evaluation.report import as_json, as_text
    from nlp.evaluation.tables import TABLES, evaluate

    folder = Path(args.folder)
    if not folder.is_dir():
        raise BadFile(f"{folder}: not a folder")
    unknown = sorted(set(args.only or ()) - set(TABLES))
    if unknown:
        raise BadFile(f"no table {', '.join(unknown)}; there are {', '.join(TABLES)}")
    report = _report if args.progress else _silent
    tables, absent = evaluate(folder, args.only or (), large=args.large, progress=report)
    out.write(lines.dump(as_json(tables, absent)) + "\n" if args.json else as_text(tables, absent))


class BadFile(ValueError):
    """A file named by an option cannot be used."""


def _load(path: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadFile(f"{path}: {error}") from None


def _frames(path: str | None) -> list[Frame]:
    if path is None:
        return []
    value = _load(path)
    if not isinstance(value, list):
        raise BadFile(f"{path}: not a list of frames")
    frames: list[Frame] = []
    for place, row in enumerate(value, 1):
        description = row.get("description") if isinstance(row, dict) else None
        if not isinstance(description, dict) or not isinstance(row.get("id"), str | int):
            raise BadFile(f'{path}: frame {place} needs "id" and "description"')
        texts = {language: description.get(language) or "" for language in ("cy", "en")}
        if not all(isinstance(text, str) for text in texts.values()) or not "".join(texts.values()).strip():
            raise BadFile(f"{path}: frame {place} has no description")
        frames.append(Frame(str(row["id"]), texts["cy"].strip(), texts["en"].strip()))
    if len({frame.id for frame in frames}) < len(frames):
        raise BadFile(f"{path}: two frames have one id")
    return frames


def _previous(path: str | None) -> dict[str, set[str]] | None:
    """Topic ids and their statements from an earlier result of ``topics``."""
    if path is None:
        return None
    value = _load(path)
    try:
        found: dict[str, set[str]] = {str(topic["id"]): set() for topic in value["topics"]}
        for assignment in value["assignments"]:
            for passage in assignment["passages"]:
                for topic in passage["topics"]:
                    found[str(topic["topic"])].add(str(assignment["id"]))
    except (KeyError, TypeError):
        raise BadFile(f"{path}: not a result of topics") from None
    return found


def _silent(stage: str, done: int, total: int) -> None:
    return None


def _report(stage: str, done: int, total: int) -> None:
    print(lines.dump({"stage": stage, "done": done, "total": total}), file=sys.stderr, flush=True)


def _answer(out: IO[str], value: dict[str, Any]) -> None:
    out.write(lines.dump(value) + "\n")
    out.flush()


Command = Callable[[argparse.Namespace, IO[bytes], IO[str]], None]
_COMMANDS: dict[str, tuple[Command, str]] = {
    "language": (_language, "the language of each text"),
    "lemmas": (_lemmas, "dictionary forms and mutations"),
    "embed": (_embed, "a vector for each text, one space for both languages"),
    "passages": (_passages, "the passages of each text with language, stance and vector, to be kept"),
    "campaigns": (_campaigns, "near-identical texts, and what each person added"),
    "topics": (_topics, "statements grouped by what they are about"),
    "place": (_place, "new statements among the topics of an earlier run"),
    "evaluate": (_evaluate, "how well all this does on labelled data, beside what it is compared with"),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nlp", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, words) in _COMMANDS.items():
        command = commands.add_parser(name, help=words, description=words)
        if name != "evaluate":
            command.add_argument("--input", help="a file of JSON lines (default: standard input)")
        command.add_argument("--output", help="the file to write (default: standard output)")
        command.add_argument(
            "--progress", action="store_true", help="progress as JSON lines on standard error"
        )
        if name == "topics":
            command.add_argument("--seed", type=int, default=0)
            command.add_argument("--previous", help="an earlier result, whose topic ids are kept")
            command.add_argument("--frames", help='a JSON list of {"id", "description": {"cy", "en"}}')
            command.add_argument("--frames-only", action="store_true", help="no discovery beyond the frames")
        if name == "evaluate":
            command.add_argument("folder", help="labelled data")
            command.add_argument("--json", action="store_true", help="JSON instead of text")
            command.add_argument(
                "--only", action="append", metavar="TABLE", help="this table (may be repeated)"
            )
            command.add_argument(
                "--large", action="store_true", help="50,000 statements where it takes minutes"
            )
        if name == "place":
            command.add_argument("--topics", required=True, help="a result of topics")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0, or 2 where the input cannot be read."""
    args = _parser().parse_args(arguments)
    if not 0 <= getattr(args, "seed", 0) < 2**32:
        print("--seed must lie between 0 and 4294967295", file=sys.stderr)
        return 2
    # One thread each: faster on a shared machine, and sums come out the same whatever the number of cores.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    run, _ = _COMMANDS[args.command]
    try:
        with lines.input_from(getattr(args, "input", None)) as source, lines.output_to(args.output) as out:
            run(args, source, out)
    except (lines.BadLine, BadFile) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or ''}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
