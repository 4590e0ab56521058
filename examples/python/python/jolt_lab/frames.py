"""Measurements and traces as pandas frames. pandas is imported only here, and only when it is needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Union

from ._native import Unusable

if TYPE_CHECKING:
    import pandas

# What identifies a document, beside its results.
_OF_DOCUMENTS = ("version", "commit", "profile")


def _pandas() -> Any:
    try:
        import pandas
    except ImportError as error:
        raise ImportError("frames need pandas: pip install 'jolt-lab[frames]'") from error
    return pandas


def read_results(path: Any) -> Dict[str, Any]:
    """The document of a file that ``jolt-lab bench … --json`` or ``jolt-lab reproduce`` wrote.

    Raises `OSError` if it cannot be read, and `Unusable` if it is no such document.
    """
    text = Path(path).read_text(encoding="utf-8")
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unusable(f"{path} is no document of results: {error}") from error
    if not isinstance(document, dict) or not ("results" in document or "runs" in document):
        raise Unusable(f"{path} is no document of results: it has neither `results` nor `runs`")
    return document


def _documents(document: Mapping[str, Any]) -> Iterator[Any]:
    """The runs of a reproduction with their names, or one document without."""
    if "runs" in document:
        for run in document["runs"]:
            yield run["run"], run["document"]
    else:
        yield None, document


def _flat(result: Mapping[str, Any]) -> Dict[str, Any]:
    """The same with what is in objects by itself: ``phases.read``. Lists stay."""
    flat: Dict[str, Any] = {}
    for name, value in result.items():
        if isinstance(value, dict):
            flat.update({f"{name}.{inner}": each for inner, each in _flat(value).items()})
        else:
            flat[name] = value
    return flat


def results_frame(document: Union[Mapping[str, Any], Any]) -> "pandas.DataFrame":
    """One row for each measurement of a document, or of a file.

    Columns have the names of the document's fields; fields within fields are joined by a dot (``phases.read``, seconds).
    ``bench`` is the document's kind, ``run`` the name of a reproduction's run, ``version``, ``commit`` and ``profile``
    are of the program that measured. A measurement that was left out has only a column ``skipped``, which says why.
    """
    if not isinstance(document, Mapping):
        document = read_results(document)
    rows: List[Dict[str, Any]] = []
    for run, each in _documents(document):
        about = {"run": run, "bench": each.get("kind")}
        about.update({name: each.get(name) for name in _OF_DOCUMENTS})
        rows += [{**about, **_flat(result)} for result in each["results"]]
    return _pandas().DataFrame(rows)


def columns_frame(columns: Mapping[str, Any]) -> "pandas.DataFrame":
    """The columns of `Program.trace` as a frame: unsigned 64-bit integers, and names as categories."""
    import numpy

    pandas = _pandas()
    made = {}
    for name, column in columns.items():
        if name in ("mnemonic", "table"):
            made[name] = pandas.Categorical(column)
        else:
            made[name] = numpy.frombuffer(column, dtype=numpy.uint64) if len(column) else numpy.empty(0, numpy.uint64)
    return pandas.DataFrame(made)
