"""Trees of real code to measure on: wheels from the package index, unpacked but never installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import BenchmarkError, note

LARGE = (
    "ansible==12.3.0",
    "apache-airflow-core==3.3.2",
    "botocore==1.44.5",
    "django==5.2.19",
    "plotly==7.1.0",
    "sympy==1.14.0",
)
"""About 20,000 files, in which almost nothing sends."""

DEEP = (*LARGE, "apache-airflow-providers-amazon==9.39.0")
"""The same with a package whose few sends are in deep class hierarchies: its own, and Airflow core's."""


def unpacked(requirement: str, work: Path) -> Path:
    """The folder with the content of a package's wheel, made on the first call. Raises BenchmarkError."""
    folder = work / "packages" / requirement.replace("==", "-")
    if folder.is_dir():
        return folder
    note(f"downloading {requirement}")
    wheels = work / "wheels" / requirement.replace("==", "-")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"]
    if subprocess.run([*pip, str(wheels), requirement], check=False).returncode:
        raise BenchmarkError(f"cannot download {requirement}")
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(partial, [name for name in archive.namelist() if name.endswith(".py")])
    partial.rename(folder)
    return folder


def large_tree(work: Path, name: str = "handful_of_sends", requirements: Sequence[str] = LARGE) -> Path:
    """A folder of this name with several packages in it, which is the root of a project."""
    tree = work / name
    if (tree / "pyproject.toml").exists():
        return tree
    shutil.rmtree(tree, ignore_errors=True)
    for requirement in requirements:
        shutil.copytree(unpacked(requirement, work), tree / requirement.partition("==")[0].replace("-", "_"))
    (tree / "pyproject.toml").touch()  # last: it marks the tree as complete
    return tree
