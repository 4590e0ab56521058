"""Executes the notebook beside this package in a fresh kernel; what it draws is written where the first argument says."""

import base64
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1]

notebook = nbformat.read(FOLDER / "jolt_lab.ipynb", as_version=4)
# An error in a cell is raised here, and so is a warning that something is deprecated a line of the log.
NotebookClient(notebook, timeout=300, resources={"metadata": {"path": FOLDER}}).execute()
outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
pictures = [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]
if len(pictures) != 1:
    raise SystemExit(f"the notebook has {len(pictures)} figures, and one is expected")
printed = "".join(output["text"] for output in outputs if output.output_type == "stream" and output.name == "stdout")
if "ACCEPTED" not in printed or "REJECTED" not in printed:
    raise SystemExit(f"the notebook shows no verdicts:\n{printed}")
if len(sys.argv) > 1:
    Path(sys.argv[1]).write_bytes(base64.b64decode(pictures[0]))
print("the notebook runs, and has its figure and its verdicts")
