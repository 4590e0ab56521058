"""Run RISC-V programs, prove runs and lookups, verify proofs; traces and measurements as tables.

>>> program = Program.open("fibonacci.elf")
>>> proof = program.prove((20).to_bytes(8, "little"))
>>> verdict = program.verify(proof, exit_code=0)

Errors are of three kinds, all of them a :class:`JoltLabError`: :class:`Unusable` files and arguments, :class:`Unprovable`
runs, :class:`Rejected` proofs. Whatever takes time lets other Python threads run.
"""

from ._native import (
    JoltLabError,
    LookupStatement,
    Proof,
    Rejected,
    Run,
    Unprovable,
    Unusable,
    __version__,
    prove_lookups,
)
from ._program import Program, Verdict
from .frames import columns_frame, read_results, results_frame

__all__ = [
    "JoltLabError",
    "LookupStatement",
    "Program",
    "Proof",
    "Rejected",
    "Run",
    "Unprovable",
    "Unusable",
    "Verdict",
    "__version__",
    "columns_frame",
    "prove_lookups",
    "read_results",
    "results_frame",
]
