"""The package as its users have it: round trips, rejections, errors, columns, frames."""

import threading
import time
from pathlib import Path

import jolt_lab
import pytest
from jolt_lab import Program, Proof, Rejected, Unprovable, Unusable

ROOT = Path(__file__).resolve().parents[3]
GUESTS = ROOT / "examples" / "guests" / "elf"
INPUT = (20).to_bytes(8, "little")
F20 = (6765).to_bytes(16, "little")


@pytest.fixture(scope="module")
def program():
    return Program.open(GUESTS / "fibonacci.elf")


@pytest.fixture(scope="module")
def proof(program):
    return program.prove(INPUT)


def test_run(program):
    run = program.run(INPUT)
    assert (run.output, run.exit_code, run.status, run.success) == (F20, 0, "exit(0)", True)
    assert 0 < run.instructions <= run.cycles
    assert sum(cycles for _, cycles in run.profile.values()) == run.cycles
    assert Program((GUESTS / "fibonacci.elf").read_bytes()).run(INPUT).output == F20


def test_round_trip(program, proof):
    assert proof.zero_knowledge and (proof.lookup, proof.memory, proof.pcs) == ("shout", "twist", "hyrax")
    for given in (proof, bytes(proof)):
        verdict = program.verify(given, public=INPUT, output=F20, exit_code=0)
        assert verdict.output == F20 and verdict.secure_setup and verdict.facts["accepted"] is True
        assert "ACCEPTED" in verdict.text and "zero-knowledge" in verdict.text
    again = Proof(bytes(proof))
    assert (bytes(again), again.public, again.output, len(again)) == (bytes(proof), INPUT, F20, len(bytes(proof)))


def test_every_part_of_a_changed_proof_is_rejected(program, proof):
    good = bytes(proof)
    for place in [*range(0, len(good), len(good) // 12), len(good) - 1]:
        changed = bytearray(good)
        changed[place] ^= 1
        with pytest.raises((Rejected, Unusable)):
            program.verify(bytes(changed))
    for wrong in (good[:-1], good + b"\0"):
        with pytest.raises(Rejected):
            program.verify(wrong)


@pytest.mark.parametrize(
    "expected, cause",
    [
        ({"public": b"other"}, "another public input"),
        ({"output": b""}, "another public output"),
        ({"exit_code": 1}, r"ended with exit\(0\)"),
        ({"require": ["mode=clear"]}, "zero knowledge"),
        ({"require": ["pcs=zeromorph"]}, "not accepted"),
        ({"max_cycles": 64}, "cycles"),
    ],
)
def test_what_is_not_expected_is_rejected(program, proof, expected, cause):
    with pytest.raises(Rejected, match=cause):
        program.verify(proof, **expected)


def test_another_program_rejects_it(proof):
    with pytest.raises(Rejected, match="another program or key"):
        Program.open(GUESTS / "sort.elf").verify(proof)


def test_insecure_setups_are_refused_and_said(program):
    proof = program.prove(INPUT, pcs="pst13", zero_knowledge=False)
    with pytest.raises(Rejected, match="anybody can forge"):
        program.verify(proof, require=["pcs=pst13"])
    verdict = program.verify(proof, require=["pcs=pst13", "setup=any"])
    assert not verdict.secure_setup
    assert "NOT SECURE" in repr(verdict)
    assert "is proven" not in verdict.text


def test_errors_say_what_is_wrong(program):
    with pytest.raises(FileNotFoundError):
        Program.open("no such file")
    with pytest.raises(Unusable, match="cannot be loaded"):
        Program(b"no program", name="mine")
    with pytest.raises(Unusable, match="mine"):
        Program((GUESTS / "fibonacci.elf").read_bytes(), name="mine", arguments=["x"])
    with pytest.raises(Unusable, match="unknown lookup argument `none`"):
        program.prove(INPUT, lookup="none")
    with pytest.raises(Unusable, match="program comes first"):
        program.verify((GUESTS / "fibonacci.elf").read_bytes())
    with pytest.raises(Unusable):
        program.verify(b"")
    with pytest.raises(Unusable, match="--require lookups=x"):
        program.verify(b"", require=["lookups=x"])
    with pytest.raises(Unusable):
        Proof(b"joltlab\0")
    with pytest.raises(Unprovable, match="cycles"):
        program.run(INPUT, max_cycles=10)
    with pytest.raises(Unprovable):
        program.prove(INPUT, max_cycles=10)
    assert all(issubclass(error, jolt_lab.JoltLabError) for error in (Unusable, Unprovable, Rejected))


def test_private_input_stays_private():
    program = Program.open(GUESTS / "private-sum.elf")
    secret = b"".join(number.to_bytes(8, "little") for number in (2, 0x5EC2E7, 0x5EC2E8))
    proof = program.prove(b"", secret, max_cycles=2**14)
    assert program.verify(proof, exit_code=0).facts["zero_knowledge"] is True
    # The length of the run, too, is none of the statement.
    assert proof.cycle_vars == 14
    needle = (0x5EC2E7).to_bytes(8, "little")
    assert needle not in bytes(proof)
    run = program.run(b"", secret)
    for shown in (repr(proof), repr(run), repr(program), str(vars(type(proof)))):
        for form in (str(0x5EC2E7), needle.hex(), repr(needle)[2:-1], "5ec2e7"):
            assert form not in shown.lower()
    with pytest.raises(Unprovable) as error:
        program.prove(b"", secret, max_cycles=2**8)
    assert needle.hex() not in str(error.value) and str(0x5EC2E7) not in str(error.value)


def test_traces_are_columns(program):
    run, columns = program.run(INPUT), program.trace(INPUT)
    lengths = {len(column) for column in columns.values()}
    assert lengths == {run.cycles}
    assert list(columns["cycle"]) == list(range(run.cycles))
    assert columns["pc"][0] == program.entry
    assert columns["mnemonic"].count("add") >= 20
    part = program.trace(INPUT, first=10, last=30)
    for name, column in part.items():
        assert list(column) == list(columns[name][10:30]), name
    assert {len(column) for column in program.trace(INPUT, first=10**6).values()} == {0}
    # Entries are those of the tables, and the index is both operands, interleaved.
    meanings = {"AND": lambda left, right: left & right, "LTU": lambda left, right: int(left < right),
                "EQ": lambda left, right: int(left == right)}
    checked = set()
    for low, high, out, table in zip(*(columns[name] for name in ("index_low", "index_high", "out", "table"))):
        if table in meanings:
            index = low | high << 64
            left, right = (sum((index >> 2 * bit + side & 1) << bit for bit in range(64)) for side in (1, 0))
            assert out == meanings[table](left, right)
            checked.add(table)
    assert checked == set(meanings)


def test_lookups():
    indices = [0, 1, 2, 3, 0xFFFF, 0x1234]
    statement, proof = jolt_lab.prove_lookups("and:16", indices)
    assert (statement.table, statement.reads, statement.argument) == ("AND", 6, "shout")
    statement.verify(proof)
    changed = bytearray(proof)
    changed[len(changed) // 2] ^= 1
    for wrong in (bytes(changed), proof[:-1], b""):
        with pytest.raises(Rejected):
            statement.verify(wrong)
    other, _ = jolt_lab.prove_lookups("and:16", [5] * 6)
    with pytest.raises(Rejected):
        other.verify(proof)
    statement, proof = jolt_lab.prove_lookups("xor:16", indices, argument="lasso", pcs="pst13", zero_knowledge=False)
    with pytest.raises(Rejected, match="allow_insecure"):
        statement.verify(proof)
    statement.verify(proof, allow_insecure=True)
    for wrong, cause in (("nand", "unknown table"), ("and:7", "index bits"), ("and:16", "no indices")):
        with pytest.raises(Unusable, match=cause):
            jolt_lab.prove_lookups(wrong, [])
    with pytest.raises(Unprovable, match="index"):
        jolt_lab.prove_lookups("and:16", [1 << 16])


def test_frames(program):
    results = ROOT / "papers" / "reproduce" / "results"
    for path in sorted(results.glob("*.json")):
        frame = jolt_lab.results_frame(path)
        documents = [run["document"] for run in jolt_lab.read_results(path)["runs"]]
        assert len(frame) == sum(len(document["results"]) for document in documents) > 0
        first = documents[0]["results"][0]
        assert all(frame[name].iloc[0] == first[name] for name in ("prove_s", "threads") if name in first)
    frame = jolt_lab.columns_frame(program.trace(INPUT))
    assert len(frame) == program.run(INPUT).cycles
    assert frame.groupby("mnemonic", observed=True).size().sum() == len(frame)
    assert str(frame["rd_new"].dtype) == "uint64"
    assert len(jolt_lab.columns_frame(program.trace(INPUT, first=10**6))) == 0


def test_documents_that_are_none(tmp_path):
    for text in ("", "[]", "{}"):
        path = tmp_path / "results.json"
        path.write_text(text)
        with pytest.raises(Unusable, match="no document of results"):
            jolt_lab.results_frame(path)


def test_other_threads_run_while_one_proves(program):
    counted, done = [0], threading.Event()

    def count():
        while not done.is_set():
            counted[0] += 1
            time.sleep(0.0005)

    thread = threading.Thread(target=count)
    thread.start()
    before = counted[0]
    program.prove(INPUT)
    during = counted[0] - before
    done.set()
    thread.join()
    assert during > 3


def test_stubs_name_what_there_is():
    native = jolt_lab._native
    stub = (Path(jolt_lab.__file__).parent / "_native.pyi").read_text()
    for name in (name for name in dir(native) if not name.startswith("_")):
        assert f"class {name}" in stub or f"def {name}" in stub, name
        members = vars(getattr(native, name)) if isinstance(getattr(native, name), type) else {}
        for member in (member for member in members if not member.startswith("_")):
            assert f"def {member}(" in stub, f"{name}.{member}"
