"""Text, and code, beside a program that is not about it."""

from __future__ import annotations

import keyword

from tests.guises.model import Files, of_files, of_text
from tests.guises.text import at_end, attributes_of, below_head, with_docstring, without_comments, words_of


@of_text
def words_in_docstring(text: str) -> str:
    """A docstring is text: nothing is bound, read or called by what it says, in whichever quotes."""
    words = [f"{word} '{word}' \"{word}\" .{word} self.{word} = {word}" for word in words_of(text)]
    return with_docstring(text, "\n".join(["Words.", *words]))


@of_text
def code_in_docstring(text: str) -> str:
    """The same with the whole program as an example."""
    return with_docstring(text, "Example::\n\n" + without_comments(text).replace('"""', "'''"))


@of_text
def code_in_comments(text: str) -> str:
    """A program that is commented out does nothing."""
    lines = without_comments(text).replace("#", "").splitlines()
    return at_end(text, "".join(f"# - {line}\n" for line in lines))


def unrelated_class(text: str) -> str:
    """A class that nobody uses, and that has attributes of all names of the file."""
    sets = "".join(f"        self.{name} = given\n" for name in attributes_of(text) if not name.startswith("__"))
    return f"class Unrelated_:\n    def fill_unrelated_(self, given):\n{sets}        pass\n"


@of_text
def unrelated_class_below(text: str) -> str:
    """What a class sets on its own objects says nothing about the objects of another."""
    return at_end(text, unrelated_class(text)) if attributes_of(text) else text


@of_text
def unrelated_class_above(text: str) -> str:
    """The same, in sight of all that follows."""
    return below_head(text, f"{unrelated_class(text)}\n\n") if attributes_of(text) else text


@of_text
def unrelated_function(text: str) -> str:
    """Names that a function binds are its own: variables, parameters, nested functions, keywords that it passes."""
    words = [w for w in words_of(text) if not keyword.iskeyword(w) and not keyword.issoftkeyword(w)]
    words = [w for w in words if not w.startswith("__")]
    if not words or "global" in text:
        return text
    sets = "".join(f"    {word} = None\n" for word in words)
    functions = "".join(f"    def {word}({word}=None):\n        return {word}\n\n" for word in words[:20])
    passes = ", ".join(f"{word}=None" for word in words)
    return at_end(text, f"def unrelated_():\n{sets}{functions}    return dict({passes})\n")


@of_files
def unrelated_file(files: Files) -> Files:
    """A file that is not imported, and sends nothing, is about something else."""
    text = "\n".join(files.values())
    words = " ".join(
        f"{word} '{word}' \"{word}\"" for word in dict.fromkeys(w for t in files.values() for w in words_of(t))
    )
    names = sorted({name for t in files.values() for name in attributes_of(t) if not name.startswith("__")})
    sets = "".join(f"        self.{name} = given\n" for name in names)
    body = f"class Unrelated_:\n    def fill_unrelated_(self, given):\n{sets}        pass\n"
    return {"unrelated_.py": f'"""Words.\n\n{words}\n"""\n\n\n{body}'} if text else {}
