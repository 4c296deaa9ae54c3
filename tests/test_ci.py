"""What runs in CI systems: the action, GitLab's component, the image, and this repository's own workflows.

The shell in them is run here, as the systems run it, with hostile values for whatever a user or a branch can choose.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from sqsfifo_lint import __version__
from tests.commands import ROOT, Done
from tests.programs import CONSTANT_GROUP, NO_DEDUP, write

ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
COMPONENT = ROOT / "templates" / "sqsfifo-lint" / "template.yml"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

HOSTILE = (
    "$(touch pwned)",
    "`touch pwned`",
    '"; touch pwned; "',
    "'; touch pwned; '",
    "${{ github.token }}",
    "*",
    "--exit-zero",
)
"""Texts of which each would do something if a shell or the command read it as more than a name."""

needs_bash = pytest.mark.skipif(shutil.which("bash") is None or sys.platform == "win32", reason="bash is not installed")


def loaded(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # everything is text; `on` is no boolean


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """The steps of an action, or of all jobs of a workflow."""
    content = loaded(path)
    jobs = content["jobs"].values() if "jobs" in content else [content["runs"]]
    for job in jobs:
        yield from job["steps"]


def program(folder: Path, name: str, text: str) -> Path:
    write(folder, {name: text})
    (folder / name).chmod(0o755)
    return folder / name


PYTHON = f"""\
#!/bin/sh
# Stands for a Python: makes an environment whose `pip` writes down what it is to install.
folder=$3
mkdir -p "$folder/bin"
printf '#!/bin/sh\\nprintf "%%s\\\\n" "$@" > "{{log}}"\\n' > "$folder/bin/python"
cp "$folder/bin/python" "$folder/bin/pip"
printf '#!/bin/sh\\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m sqsfifo_lint "$@"\\n' > "$folder/bin/sqsfifo-lint"
chmod +x "$folder/bin/python" "$folder/bin/pip" "$folder/bin/sqsfifo-lint"
"""


class Runner:
    """Runs the steps of the action as GitHub does: expressions are put into `env`, and nowhere else."""

    def __init__(self, root: Path, inputs: Mapping[str, str]) -> None:
        self.project = write(root / "project", {"orders.py": CONSTANT_GROUP, "app/new.py": NO_DEDUP, ".git/HEAD": ""})
        self.temp = root / "temp dir"
        self.temp.mkdir()
        self.files = {name: root / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        self.log = root / "pip.log"
        python = program(root, "a python", PYTHON.replace("{log}", str(self.log)))
        defaults = {name: one.get("default", "") for name, one in loaded(ACTION)["inputs"].items()}
        self.values: dict[str, str] = {
            f"inputs.{name}": value for name, value in {**defaults, "python": str(python), **inputs}.items()
        }
        self.values |= {"github.action_path": "/the action; touch pwned", "runner.temp": str(self.temp)}
        self.done: dict[str, Done] = {}

    def evaluated(self, text: str) -> str:
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: self.values[found[1]], text)

    def run(self) -> None:
        for step in steps(ACTION):
            if "run" not in step:
                continue
            script = self.temp / "script.sh"
            script.write_text(step["run"], encoding="utf-8")
            for file in self.files.values():
                file.touch()
            env = {name: self.evaluated(value) for name, value in step["env"].items()}
            env |= {name: str(file) for name, file in self.files.items()}
            folder = self.project / self.evaluated(step.get("working-directory", "."))
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
                cwd=folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.temp), "LC_ALL": "C.UTF-8", **env},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
            )
            self.done[step["name"]] = done
            for line in self.files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines():
                name, _, value = line.partition("=")
                self.values[f"steps.{step.get('id')}.outputs.{name}"] = value
            self.files["GITHUB_OUTPUT"].unlink()
            if done.returncode:
                break

    def output(self, name: str) -> str:
        return self.values[f"steps.check.outputs.{name}"]

    @property
    def last(self) -> Done:
        return [*self.done.values()][-1]

    def results(self) -> list[str]:
        """The codes of the findings in the report; none where there is no report."""
        if "steps.check.outputs.sarif" not in self.values:
            return []
        report = json.loads(Path(self.output("sarif")).read_text(encoding="utf-8"))
        return [one["ruleId"] for one in report["runs"][0]["results"]]


@needs_bash
def test_the_action_installs_checks_and_tells(tmp_path: Path) -> None:
    runner = Runner(tmp_path, {})
    runner.run()
    assert runner.log.read_text(encoding="utf-8").splitlines()[-1] == "/the action; touch pwned"
    assert runner.results() == ["SQF201", "SQF101"]
    assert "::warning file=orders.py" in runner.done["Check"].stdout
    assert "SQF101" in (tmp_path / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8")
    assert (runner.output("exit-status"), [*runner.done][-1], runner.last.returncode) == (
        "1",
        "Exit as the check did",
        1,
    )


@needs_bash
@pytest.mark.parametrize(
    ("inputs", "status", "results"),
    [
        ({"paths": "app\norders.py\n", "args": "--exclude=new.py\n\n"}, "1", ["SQF101"]),
        ({"working-directory": "app", "fail-on": "never"}, "0", ["SQF201"]),
        ({"paths": "nowhere.py"}, "2", []),
    ],
)
def test_inputs_of_the_action(tmp_path: Path, inputs: dict[str, str], status: str, results: list[str]) -> None:
    runner = Runner(tmp_path, inputs)
    runner.run()
    assert (runner.output("exit-status"), runner.last.returncode) == (status, int(status))
    assert runner.results() == results


@needs_bash
def test_what_is_not_wanted_is_left_out(tmp_path: Path) -> None:
    runner = Runner(tmp_path, {"annotations": "false", "summary": "false"})
    runner.run()
    assert "::warning" not in runner.done["Check"].stdout
    assert (tmp_path / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8") == ""


@needs_bash
@pytest.mark.parametrize(
    ("name", "text"), [("paths", "\n".join(HOSTILE)), ("fail-on", HOSTILE[0]), ("fail-on", HOSTILE[2])]
)
def test_no_input_of_the_action_is_run(tmp_path: Path, name: str, text: str) -> None:
    runner = Runner(tmp_path, {name: text})
    runner.run()
    assert (runner.output("exit-status"), runner.last.returncode) == ("2", 2)
    assert not [*tmp_path.rglob("pwned")]


@needs_bash
def test_no_argument_of_the_action_is_run(tmp_path: Path) -> None:
    runner = Runner(tmp_path, {"args": "".join(f"--exclude={text}\n" for text in HOSTILE), "paths": "orders.py"})
    runner.run()
    assert runner.results() == ["SQF101"]
    assert not [*tmp_path.rglob("pwned")]


def test_the_upload_depends_on_the_input_and_a_report() -> None:
    (upload,) = [step for step in steps(ACTION) if "uses" in step]
    assert upload["if"] == "inputs.upload-sarif == 'true' && steps.check.outputs.sarif != ''"


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_no_expression_is_in_shell_and_every_action_is_pinned(path: Path) -> None:
    assert not [step["run"] for step in steps(path) if "${{" in step.get("run", "")]
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if "uses: " in line and "uses: ./" not in line
    ]
    assert not [line for line in lines if not re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_permissions_are_given_to_jobs(path: Path) -> None:
    workflow = loaded(path)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"] in ({"contents": "read"}, {"id-token": "write"})
        assert "timeout-minutes" in job


def test_every_python_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    prefix = "Programming Language :: Python :: "
    versions = [one.removeprefix(prefix) for one in project["classifiers"] if one.startswith(f"{prefix}3.")]
    matrix = loaded(ROOT / ".github" / "workflows" / "tests.yml")["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == versions
    assert matrix["include"] == [{"python": versions[0], "dependencies": "lowest"}]
    assert f"PYTHONS = {json.dumps(versions).replace('[', '(').replace(']', ')')}" in NOXFILE


# The release


@needs_bash
@pytest.mark.parametrize(
    ("tag", "fits"),
    [(f"v{__version__}", True), ("v9.9.9", False), ("v", False), *((f"v{text}", False) for text in HOSTILE)],
)
def test_a_tag_is_the_version(tmp_path: Path, tag: str, fits: bool) -> None:
    (step,) = [one for one in steps(WORKFLOWS[0]) if "TAG" in one.get("env", {})]
    for name in ("CHANGELOG.md", "sqsfifo_lint/__init__.py"):
        write(tmp_path, {name: (ROOT / name).read_text(encoding="utf-8")})
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env={**os.environ, "TAG": tag},
        capture_output=True,
    )
    assert (done.returncode == 0) == fits
    assert not (tmp_path / "pwned").exists()


# GitLab


def component(inputs: Mapping[str, str]) -> dict[str, Any]:
    """The job that the component becomes."""
    spec, text = COMPONENT.read_text(encoding="utf-8").split("\n---\n")
    defaults = {name: one.get("default") for name, one in yaml.safe_load(spec)["spec"]["inputs"].items()}
    values = {**defaults, **inputs}

    def filled(node: Any) -> Any:
        match node:
            case str():
                return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: values[found[1]], node)
            case dict():
                return {filled(key): filled(value) for key, value in node.items()}
            case list():
                return [filled(one) for one in node]
        return node

    job = filled(yaml.safe_load(text))
    assert isinstance(job, dict)
    return job


def run_component(root: Path, inputs: Mapping[str, str]) -> tuple[Path, Done]:
    (job,) = component({"requirement": "a wheel; touch pwned", **inputs}).values()
    project = write(root / "project", {"orders.py": CONSTANT_GROUP, "app/new.py": NO_DEDUP, ".git/HEAD": ""})
    program(root, "bin/python", PYTHON.replace("{log}", str(root / "pip.log")))
    variables = {name: one["value"] for name, one in job["variables"].items()}
    path = os.pathsep.join([str(root / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join(job["script"])],
        cwd=project,
        env={"PATH": path, "LC_ALL": "C.UTF-8", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return project, done


@needs_bash
@pytest.mark.parametrize(
    ("inputs", "status", "found"),
    [
        ({"paths": "app\norders.py\n", "fail-on": "never"}, 0, ["SQF201", "SQF101"]),
        ({"args": "".join(f"--exclude={text}\n" for text in HOSTILE), "paths": "orders.py"}, 1, ["SQF101"]),
    ],
)
def test_the_component_checks(tmp_path: Path, inputs: dict[str, str], status: int, found: list[str]) -> None:
    project, done = run_component(tmp_path, inputs)
    assert done.returncode == status, done.stderr
    assert (tmp_path / "pip.log").read_text(encoding="utf-8").splitlines()[-1] == "a wheel; touch pwned"
    quality = json.loads((project / "gl-code-quality.json").read_text(encoding="utf-8"))
    assert [one["check_name"].partition(" ")[0] for one in quality] == found
    assert (project / "sqsfifo-lint.xml").exists()
    assert not [*tmp_path.rglob("pwned")]


@needs_bash
def test_no_path_of_the_component_is_run(tmp_path: Path) -> None:
    _, done = run_component(tmp_path, {"paths": "\n".join(HOSTILE)})
    assert (done.returncode, done.stderr.count("no such file or folder")) == (2, len(HOSTILE))
    assert not [*tmp_path.rglob("pwned")]


def test_the_component_keeps_values_out_of_its_script() -> None:
    text = COMPONENT.read_text(encoding="utf-8")
    script = text.partition("  script:\n")[2].partition("  artifacts:\n")[0]
    assert "$[[" not in script
    (job,) = yaml.safe_load(text.split("\n---\n")[1]).values()
    assert all(one["expand"] is False for one in job["variables"].values())


# The image


def test_the_image_is_pinned_and_not_run_as_root() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 2
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", base) for base in bases)
    assert len(set(bases)) == 1
    assert loaded_image() in bases
    *_, user = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)
    assert user == "10001:10001"
    assert "ADD " not in DOCKERFILE


def loaded_image() -> str:
    spec = yaml.safe_load(COMPONENT.read_text(encoding="utf-8").split("\n---\n")[0])
    return str(spec["spec"]["inputs"]["image"]["default"])


def test_the_image_gets_what_a_wheel_needs(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = [line[1:] for line in lines if line.startswith("!")]
    assert lines[1] == "*"
    for name in kept:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").iterdir()
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names >= {"sqsfifo_lint/cli.py", "sqsfifo_lint/rules/examples/SQF101/bad_1.py", "sqsfifo_lint/py.typed"}


# This repository's habits

NOXFILE = (ROOT / "noxfile.py").read_text(encoding="utf-8")


def test_the_hooks_that_others_get_are_run_here() -> None:
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    ours = {hook["id"]: hook for hook in local["hooks"]}
    for hook in offered:
        wanted = {**hook, "language": "system", "args": ["--fail-on=never"]}
        del wanted["description"]
        assert ours[hook["id"]] == wanted


def test_every_chore_is_explained() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    sessions = re.findall(r"^@nox\.session.*\ndef (\w+)", NOXFILE, re.MULTILINE)
    assert len(sessions) > 6
    assert [name for name in sessions if f"| `nox -s {name}`" not in text] == []


# The page

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
SNIPPETS = [
    yaml.load(block, yaml.BaseLoader) for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
]


def test_snippets_name_inputs_that_there_are() -> None:
    inputs = loaded(ACTION)["inputs"]
    jobs = [job for snippet in SNIPPETS for job in snippet.get("jobs", {}).values()]
    uses = [step for job in jobs for step in job["steps"] if step.get("uses") == "OWNER/sqsfifo-lint@COMMIT"]
    assert len(uses) == 2
    assert {name for step in uses for name in step["with"]} <= set(inputs)
    assert re.findall(r"^\| `([\w-]+)` \| ", PAGE, re.MULTILINE) == [*inputs]
    (include,) = [one for snippet in SNIPPETS for one in snippet.get("include", ())]
    spec = yaml.safe_load(COMPONENT.read_text(encoding="utf-8").split("\n---\n")[0])["spec"]["inputs"]
    assert set(include["inputs"]) <= set(spec)
    assert not [name for name in spec if f"`{name}`" not in PAGE and name not in include["inputs"]]


def test_snippets_name_hooks_that_there_are() -> None:
    offered = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    named = [hook["id"] for one in SNIPPETS for repo in one.get("repos", ()) for hook in repo["hooks"]]
    assert named
    assert set(named) <= offered


def test_defaults_are_those_that_the_page_tells() -> None:
    told = dict(re.findall(r"^\| `([\w-]+)` \|(?: `([^`]*)`)? \| ", PAGE, re.MULTILINE))
    assert told == {name: one["default"] for name, one in loaded(ACTION)["inputs"].items()}


def test_workflows_of_the_page_have_the_form_that_github_asks_for(tmp_path: Path) -> None:
    workflows = [
        block for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL) if "jobs:" in block
    ]
    files = write(tmp_path, {f"{number}.yml": text for number, text in enumerate(workflows)})
    paths = [str(path) for path in sorted(files.glob("*.yml"))]
    assert len(paths) == 2
    quiet(linter("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *paths)


# Linters


def linter(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def quiet(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_is_content() -> None:
    quiet(linter("zizmor"), "--offline", "--no-progress", "action.yml", ".github/workflows", ".github/dependabot.yml")


def test_actionlint_is_content() -> None:
    quiet(linter("actionlint"), *map(str, WORKFLOWS))


@pytest.mark.parametrize("path", [ACTION, *WORKFLOWS], ids=lambda path: path.name)
def test_shellcheck_is_content(tmp_path: Path, path: Path) -> None:
    # SC2153: a variable of the step's `env` may look like a misspelt one of the script.
    for number, step in enumerate(one for one in steps(path) if "run" in one):
        write(tmp_path, {f"{number}.sh": f"#!/bin/bash\n{step['run']}"})
    quiet(linter("shellcheck"), "--exclude=SC2153", *map(str, tmp_path.glob("*.sh")))


SCHEMAS = {
    "github-actions": ["action.yml"],
    "github-workflows": [".github/workflows/*"],
    "dependabot": [".github/dependabot.yml"],
    "github-issue-forms": [".github/ISSUE_TEMPLATE/*"],
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_have_the_form_that_github_asks_for(schema: str) -> None:
    files = [str(path) for pattern in SCHEMAS[schema] for path in sorted(ROOT.glob(pattern))]
    assert files
    quiet(linter("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *files)


def test_the_component_has_the_form_that_gitlab_asks_for(tmp_path: Path) -> None:
    job = component({"requirement": "sqsfifo-lint"})
    write(tmp_path, {"job.yml": yaml.safe_dump(job)})
    quiet(linter("check-jsonschema"), "--builtin-schema", "vendor.gitlab-ci", str(tmp_path / "job.yml"))
