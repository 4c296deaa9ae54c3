"""What an import means, judging by file names alone, and which file leads to which."""

from __future__ import annotations

import pytest

from sqsfifo_lint.source import files
from sqsfifo_lint.source.files import Files
from sqsfifo_lint.source.project import Project, inherits, may_inherit


def named(*names: str) -> Files:
    return Files({}, names)


@pytest.mark.parametrize(
    ("name", "level", "folder", "expected"),
    [
        ("shop.ids", 0, "shop", "shop/ids.py"),
        ("shop", 0, "shop", "shop/__init__.py"),
        ("ids", 1, "shop", "shop/ids.py"),
        ("", 1, "shop", "shop/__init__.py"),
        ("shop.ids", 2, "shop/deep", None),
        ("ids", 2, "shop/deep", "shop/ids.py"),
        ("ids", 0, "shop", None),  # no implicit relative import
        ("worker", 0, "", "worker.py"),
        ("tools.made", 0, "", "src/tools/made.py"),
        ("tools", 0, "", "src/tools"),
        ("json", 0, "", None),  # a folder of that name gives way to the standard library
        ("json.decoder", 0, "", "json/decoder.py"),
        ("numpy", 0, "shop", None),
        ("lambdas.ids", 0, "shop", "deploy/lambdas/ids.py"),  # the only file that ends like this
        ("handlers.ids", 0, "shop", None),  # one of two
        ("deep.__init__", 0, "deploy", "shop/deep/__init__.py"),
    ],
)
def test_an_import_is_resolved_by_names(name: str, level: int, folder: str, expected: str | None) -> None:
    project = named(
        *("shop/__init__.py", "shop/ids.py", "shop/deep/__init__.py", "worker.py", "src/tools/made.py"),
        *("json/decoder.py", "deploy/lambdas/ids.py", "a/handlers/ids.py", "b/handlers/ids.py"),
    )
    assert project.find(name, level, folder) == expected


def test_the_package_of_that_dotted_name_counts_as_the_module_does() -> None:
    assert named("x/app.py", "y/core/ids/__init__.py").find("core.ids", 0, "x") == "y/core/ids/__init__.py"


def test_what_a_file_imports_stands_anywhere_in_it() -> None:
    sources = {
        "shop/__init__.py": b"",
        "shop/app.py": b"import shop.ids, os\ndef f():\n    from . import queue as q  # late\n",
        "shop/ids.py": b"text = 'import shop.never'\n",
        "shop/queue.py": b"from .ids import (\n    new,\n    old,\n)\n",
        "shop/never.py": b"",
    }
    project = Files(sources)
    assert project.imported("shop/app.py") == {"shop/__init__.py", "shop/ids.py", "shop/queue.py"}
    assert project.imported("shop/queue.py") == {"shop/__init__.py", "shop/ids.py"}
    assert project.imported("shop/ids.py") == frozenset()
    assert project.importers("shop/ids.py") == {"shop/ids.py", "shop/queue.py", "shop/app.py"}
    assert project.importers("shop/never.py") == {"shop/never.py"}


@pytest.mark.parametrize(
    "code",
    [
        "import b",
        "import a, b as c",
        "import a; import b",
        "try: import b\nexcept ImportError: b = None",
        "if x: from . import b; y = 1",
        "from b import c; from a import d",
        "from . import a, \\\n    b",
        "from . import \\\r\n    b",
        "import \\\n    b",
        "from . import (  # why\n    a,  # that, too\n    b as c,\n)",
        "from .b import *",
        "from important import a\nimport b # import a",
    ],
)
def test_no_form_of_import_is_missed(code: str) -> None:
    project = Files({"x.py": code.encode(), "b.py": b"", "important.py": b""})
    assert "b.py" in project.imported("x.py")


def test_in_a_very_large_project_importers_stand_below_the_same_folder_or_at_the_top(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sources = {
        "shop/ids.py": b"",
        "shop/app.py": b"import shop.ids",
        "other/app.py": b"import shop.ids",
        "main.py": b"import shop.app",
    }
    assert Files(sources).importers("shop/ids.py") == sources.keys()
    monkeypatch.setattr(files, "WIDE_SEARCH", 3)
    assert Files(sources).importers("shop/ids.py") == sources.keys() - {"other/app.py"}


@pytest.mark.parametrize("name", ["Queue", "Händler", "Übermittler", "Größe"])
def test_a_class_that_may_inherit_is_found_by_its_text(name: str) -> None:
    assert may_inherit(f"class Unter{name}(base.{name}, other):\n    pass\n".encode(), name)
    assert may_inherit(f"class Äußerer(\n    {name}[int],\n): ...\n".encode(), name)
    assert not may_inherit(f"class Other(My{name}): ...\nx = {name}\n".encode(), name)


def test_a_class_that_inherits_is_found_by_syntax() -> None:
    for code in ("class A(Base): ...", "if x:\n  class A(b.Base[int]): ...", "def f():\n  class A(\n  B, Base): ..."):
        assert inherits(code.encode(), "Base")
        assert not inherits(f"x = '''\n{code}\n'''".encode(), "Base")
    assert may_inherit(b"text = 'class A(Base): ...'", "Base")
    assert inherits(b"class A(Base) = 1", "Base"), "nobody knows"
    assert not inherits(b"class A(x(B), metaclass=Base): ...", "Base")


def test_contents_are_read_once_and_what_cannot_be_read_is_none() -> None:
    read: list[str] = []

    def reader(path: str) -> bytes:
        read.append(path)
        if path == "broken.py":
            raise OSError
        return b"x = 1\n"

    project = Files({"here.py": b"y = 2\n"}, ["there.py", "broken.py"], reader)
    assert [project.data(path) for path in ("here.py", "there.py", "there.py", "broken.py", "nowhere.py")] == [
        b"y = 2\n",
        b"x = 1\n",
        b"x = 1\n",
        None,
        None,
    ]
    assert read == ["there.py", "broken.py"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("other.x = 1", True),
        ("def f(self):\n    self.child.x = 1", True),
        ("def f(self):\n    other.self.x = 1", True),
        ("y[0].x = 1", True),
        ("y \\\n  .x = 1", True),
        ("myself.x = 1", True),
        ("def f(self):\n    self.x = other.x", False),
        ("def f(self):\n    self . x = 1", False),
        ("# other.x = 1", False),
        (" " * 200_000 + "# x", False),
    ],
)
def test_an_attribute_of_others_is_ruled_out_by_the_text_and_told_by_syntax(code: str, expected: bool) -> None:
    project = Project({"x.py": code.encode()})
    module = project.module("x.py")
    assert module is not None
    assert module.sets_outside("x") is expected


def test_packages_of_nested_projects_can_be_imported_from_anywhere() -> None:
    names = [
        "libs/one/src/one/__init__.py",
        "libs/one/src/one/bus.py",
        "libs/one/copies/one/bus.py",
        "libs/two/redis.py",
        "libs/two/json/__init__.py",
        "libs/three/both/__init__.py",
        "libs/four/both/__init__.py",
        "loose/package/__init__.py",
        "my-layer/python/ids.py",
        "examples/python/celery.py",
        "app/main.py",
    ]
    files = Files({}, names, projects=["", "libs/one", "libs/two", "libs/three", "libs/four"])
    assert files.find("one", 0, "app") == "libs/one/src/one/__init__.py"
    assert files.find("one.bus", 0, "app") == "libs/one/src/one/bus.py", "and not the copy of it"
    assert files.find("ids", 0, "app") == "my-layer/python/ids.py"
    for name in ("redis", "json", "both", "package", "celery"):
        assert files.find(name, 0, "app") is None, (
            "a script, the standard library's, one of two, none that is installed"
        )
