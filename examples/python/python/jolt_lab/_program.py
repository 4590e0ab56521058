"""Programs and verdicts: what is nicer to say in Python than in Rust."""

from __future__ import annotations

import json
from array import array
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from . import _native


class Verdict:
    """A proof that was accepted, and what it says.

    ``text`` is the statement in the words of ``jolt-lab verify``; ``facts`` are the values of ``jolt-lab verify --json``.
    """

    def __init__(self, text: str, facts: Mapping[str, Any]):
        self.text = text
        self.facts = dict(facts)

    @property
    def secure_setup(self) -> bool:
        """Whether there is reason to believe in the setup. Otherwise the proof convinces nobody who does not trust it."""
        return bool(self.facts["secure_setup"])

    @property
    def output(self) -> bytes:
        """The public output that is proven."""
        return bytes.fromhex(self.facts["output_hex"])

    def __repr__(self) -> str:
        doubt = "" if self.secure_setup else ", under a setup that is NOT SECURE"
        return f"Verdict(accepted, {self.facts['status']}{doubt})"


class Program:
    """A RISC-V program: the contents of an ELF file.

    A Linux program is started with its name, ``arguments``, ``environment`` (``NAME=VALUE``, each) and standard input,
    which reads the ``"public"`` or the ``"private"`` input. They are part of what is proven.
    """

    def __init__(
        self,
        elf: bytes,
        *,
        name: str = "program",
        arguments: Sequence[str] = (),
        environment: Sequence[str] = (),
        stdin: Optional[str] = None,
    ):
        self._of(_native.Program(elf, name=name, arguments=list(arguments), environment=list(environment), stdin=stdin))

    def _of(self, native: _native.Program) -> None:
        self._native = native

    @classmethod
    def open(
        cls,
        path: Any,
        *,
        arguments: Sequence[str] = (),
        environment: Sequence[str] = (),
        stdin: Optional[str] = None,
    ) -> "Program":
        """Loads a file. Raises `OSError` if it cannot be read, and `Unusable` if it is no program."""
        program = cls.__new__(cls)
        program._of(
            _native.Program.open(path, arguments=list(arguments), environment=list(environment), stdin=stdin)
        )
        return program

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self._native.name

    @property
    def sha256(self) -> str:
        """Digest of its file."""
        return self._native.sha256

    @property
    def word_bits(self) -> int:
        """32 or 64."""
        return self._native.word_bits

    @property
    def entry(self) -> int:
        """Address of the first instruction."""
        return self._native.entry

    @property
    def rows(self) -> int:
        """Bytecode rows."""
        return self._native.rows

    def __repr__(self) -> str:
        return repr(self._native)

    def run(self, public: bytes = b"", private: bytes = b"", *, max_cycles: Optional[int] = None) -> _native.Run:
        """Runs it. Raises `Unprovable` if the run faults or takes more cycles."""
        return self._native.run(public, private, max_cycles=max_cycles)

    def trace(
        self,
        public: bytes = b"",
        private: bytes = b"",
        *,
        first: int = 0,
        last: Optional[int] = None,
        max_cycles: Optional[int] = None,
    ) -> Dict[str, Union["array[int]", List[Optional[str]]]]:
        """What happens in the cycles from ``first`` and before ``last``, by column.

        Columns are arrays of unsigned 64-bit integers, as long as there are cycles, which NumPy takes without a copy;
        ``mnemonic`` and ``table`` are lists of names, None where nothing is looked up.

        ============================ =============================================================
        ``cycle``, ``row``, ``pc``   number of the cycle, bytecode row, address of the instruction
        ``rs1``, ``rs2``             values that are read
        ``rd``, ``rd_old``, ``rd_new`` number of the register that is written, its value before and after
        ``address``, ``offset``      of the memory cell, a word; the first byte in it
        ``cell_old``, ``cell_new``   its value before and after
        ``index_low``, ``index_high`` the lookup's index, 128 bits
        ``out``                      the table's entry
        ============================ =============================================================

        The private input is in the trace. Memory grows by some 150 bytes a cycle of the range.
        """
        given = self._native._columns(public, private, first=first, last=last, max_cycles=max_cycles)
        columns: Dict[str, Any] = {}
        for name, column in given.items():
            if isinstance(column, tuple):
                code, contents = column
                column = array(code)
                column.frombytes(contents)
            columns[name] = column
        return columns

    def prove(
        self,
        public: bytes = b"",
        private: bytes = b"",
        *,
        max_cycles: Optional[int] = None,
        zero_knowledge: bool = True,
        lookup: str = "shout",
        memory: str = "twist",
        pcs: str = "hyrax",
        srs: Optional[Any] = None,
    ) -> _native.Proof:
        """Runs it and proves the run, under the smallest key that fits.

        With private input the statement has ``max_cycles`` (2^20 if not given) in place of the run's own number, and a
        smaller one makes the proof cheaper. ``zero_knowledge=False`` makes a succinct proof, which may tell more than
        its statement. ``srs`` is the file of a ceremony, for schemes over powers of tau. Raises `Unprovable` for runs
        that cannot be proven, `Unusable` for unknown names.
        """
        return self._native.prove(
            public,
            private,
            max_cycles=max_cycles,
            zero_knowledge=zero_knowledge,
            lookup=lookup,
            memory=memory,
            pcs=pcs,
            srs=srs,
        )

    def verify(
        self,
        proof: Union[bytes, _native.Proof],
        *,
        require: Sequence[str] = (),
        max_cycles: Optional[int] = None,
        public: Optional[bytes] = None,
        output: Optional[bytes] = None,
        exit_code: Optional[int] = None,
        name: str = "proof",
    ) -> Verdict:
        """Verifies a proof of a run of this program, as ``jolt-lab verify`` does; what it says, if it is accepted.

        ``require`` is what to accept in place of the default, such as ``["pcs=zeromorph", "mode=zero-knowledge"]``.
        ``public``, ``output`` and ``exit_code`` are what is expected of the statement: a proof of another input, or of
        a failure, is a proof all the same. Raises `Rejected`, and `Unusable` if the bytes are no proof file.
        """
        verdict = self._native.verify(
            bytes(proof),
            require=list(require),
            max_cycles=max_cycles,
            public=public,
            output=output,
            exit_code=exit_code,
            name=name,
        )
        return Verdict(verdict.text, json.loads(verdict._facts))
