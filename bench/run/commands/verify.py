# SPDX-License-Identifier: BSD-2-Clause
"""`l4lab verify`: is every record of results/ whole, and does every hash in it name what this tree has and builds?

Each record is checked against the schema, its source and model hash against the tree, its text and image hash against
an image built now, and the model named in each table against the records. Exit 1 if one differs.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from analysis import records
from analysis.tables.table import MODEL_DIGITS
from analysis.tables.table import read as read_table
from bench.run import again, build, runner
from bench.run.paths import RAW, TABLES, shown
from boot.image.manifest import source_hash

EXAMPLE = "l4lab verify"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="source", type=Path, default=RAW, metavar="DIR", help="records, in any folder below")
    parser.add_argument("--no-build", action="store_true", help="leave out the hashes that need an image")


def _differing(record: records.Record, known: dict[str, str | None]) -> list[str]:
    return [f"{key} {record.run[key]}, not {value}" for key, value in known.items() if record.run[key] != value]


def _of_tree(record: records.Record, sources: str) -> dict[str, str | None]:
    request = again.request(record)
    model = build.model_hash(request.machine, request.board) if request.board else None
    return {"source_hash": sources, "model_hash": model}


def _of_image(record: records.Record) -> dict[str, str | None]:
    prepared = runner.prepare(again.request(record))
    return {"text_hash": prepared.image.manifest["text_hash"], "image_hash": prepared.image_hash}


def _problems(path: Path, sources: str, builds: bool) -> list[str]:
    try:
        record = records.load(path)
    except records.RecordError as error:
        return [str(error)]
    known = _of_tree(record, sources)
    return _differing(record, {**known, **_of_image(record)} if builds else known)


def _table_problems(known: set[str]) -> Iterator[tuple[Path, list[str]]]:
    """Every table with a column `model`."""
    for path in sorted(TABLES.rglob("*.csv")):
        named = {row["model"] for row in read_table(path) if row.get("model")}
        yield path, [f"model {one} is in no record" for one in sorted(named - known)]


def _models(paths: list[Path]) -> set[str]:
    return {str(records.first_line(path).get("model_hash"))[:MODEL_DIGITS] for path in paths}


def run(arguments: argparse.Namespace) -> int:
    sources, wrong = source_hash(), 0
    paths = sorted(arguments.source.rglob("*.jsonl"))
    found = [(path, _problems(path, sources, not arguments.no_build)) for path in paths]
    if arguments.source == RAW:
        found += _table_problems(_models(paths))
    for path, problems in found:
        wrong += bool(problems)
        print(f"{'differs' if problems else 'ok':8} {shown(path)}")
        for problem in problems:
            print(f"         {problem}")
    print(f"{len(found) - wrong} of {len(found)} files are what this tree makes")
    return 1 if wrong or not paths else 0
