"""The compiled part of the build; everything else is declared in ``pyproject.toml``.

``EXTENSIONS`` lists every compiled module. Before anything is built, a tree with the import names
(``tocsin/dsl`` → ``dsl/`` and so on) is laid out under ``build/names``: setuptools finds the
packages there, Cython the ``.pxd`` files, and type checkers the modules.

Environment: ``TOCSIN_DEBUG=1`` builds with bounds checks and line trace;
``TOCSIN_SANITIZE=address,undefined`` builds with those sanitizers. Either rebuilds all modules.
"""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext


class Module(NamedTuple):
    """How one compiled module is built; paths are relative to the checkout."""

    source: str  # the .pyx file
    extra: tuple[str, ...] = ()  # C++ files compiled into it
    headers: tuple[str, ...] = ()  # headers of ours: a change rebuilds the module
    simdjson: bool = False  # compile against, and link, the JSON parser


ROOT = Path(__file__).resolve().parent
NATIVE = tuple(sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("matcher/native/*.h")))

EXTENSIONS: dict[str, Module] = {
    "tocsin.matcher._classify": Module("matcher/_classify.pyx", headers=NATIVE),
    "tocsin.matcher._arrow": Module("matcher/_arrow.pyx", headers=NATIVE),
    "tocsin.matcher._lines": Module(
        "matcher/_lines.pyx", headers=("matcher/native/arena.h", "matcher/native/lines.h")
    ),
    "tocsin.matcher._engine": Module("matcher/_engine.pyx", headers=NATIVE, simdjson=True),
}

BUILD = ROOT / "build"
NAMES = BUILD / "names"
FLAVOUR = BUILD / "flavour"
FOLDERS: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
    "setuptools"
]["package-dir"]
DEBUG = os.environ.get("TOCSIN_DEBUG", "") not in {"", "0"}
SANITIZE = os.environ.get("TOCSIN_SANITIZE", "")
MICROSOFT = sys.platform == "win32"
DIRECTIVES = {
    "language_level": "3",
    "embedsignature": True,
    "binding": True,
    "wraparound": False,
    "cdivision": True,
    "boundscheck": DEBUG,
    "initializedcheck": DEBUG,
    "linetrace": DEBUG,
}


def weave() -> str:
    """Return a folder in which every package lies under its import name."""
    umbrella = NAMES / "tocsin"
    umbrella.mkdir(parents=True, exist_ok=True)
    targets = {p.name: p for p in (ROOT / "tocsin").iterdir() if p.name != "__pycache__"}
    for package, folder in FOLDERS.items():
        if package != "tocsin":
            targets[package.removeprefix("tocsin.")] = ROOT / folder
    for stale in umbrella.iterdir():
        linked = stale.is_symlink() and stale.exists() and stale.name in targets
        if not linked:
            shutil.rmtree(stale) if stale.is_dir() and not stale.is_symlink() else stale.unlink()
    for name, target in targets.items():
        if not (umbrella / name).is_symlink():
            link(umbrella / name, target)
    return str(NAMES)


def link(name: Path, target: Path) -> None:
    """Make ``name`` stand for ``target``: a link, or a copy where links are not allowed."""
    try:
        name.symlink_to(os.path.relpath(target, name.parent), target.is_dir())
    except OSError:  # a Windows account that may not make links
        copy = shutil.copytree if target.is_dir() else shutil.copy2
        copy(target, name)


def simdjson() -> Path:
    """Return the folder with simdjson.h and simdjson.cpp, as the pysimdjson package ships them.

    The list of installed files is asked, since under build isolation the package lies beside
    the interpreter's own folders.
    """
    for file in metadata.files("pysimdjson") or ():
        if file.name == "simdjson.cpp":
            return Path(str(file.locate())).resolve().parent
    message = "the installed pysimdjson has no simdjson.cpp; 7.0.2 is needed to build Tocsin"
    raise SystemExit(message)


def compile_flags() -> list[str]:
    """Return the compiler's flags; none names a processor, so a build runs on any of its kind."""
    if MICROSOFT:
        return ["/std:c++17", "/EHsc"]
    if SANITIZE:
        return ["-std=c++17", "-O1", "-g", "-fno-omit-frame-pointer", f"-fsanitize={SANITIZE}"]
    if DEBUG:
        return ["-std=c++17", "-O0", "-g"]
    return ["-std=c++17", "-O3", "-g0", "-fvisibility=hidden"]  # calls within a module are direct


def extension(name: str, module: Module) -> Extension:
    """Return the extension of one row of the table."""
    made = Extension(
        name,
        [module.source, *module.extra],
        language="c++",
        depends=list(module.headers),
        include_dirs=[str(ROOT / Path(module.source).parent)],
        define_macros=[("CYTHON_TRACE_NOGIL", "1"), ("TOCSIN_DEBUG", "1")] if DEBUG else [],
        extra_compile_args=compile_flags(),
        extra_link_args=[f"-fsanitize={SANITIZE}"] if SANITIZE else [],
    )
    if module.simdjson:
        made.include_dirs.append(str(simdjson()))
    return made


class BuildExtensions(build_ext):
    """Compiles the JSON parser once, apart: a change of ours need not build it again."""

    def run(self) -> None:
        """Build all that is not up to date, and note of which flavour it is."""
        super().run()
        FLAVOUR.parent.mkdir(exist_ok=True)
        FLAVOUR.write_text(flavour(), "utf-8")

    def build_extension(self, ext: Extension) -> None:
        """Build one module, with the parser's object where its row asks for it."""
        if EXTENSIONS[ext.name].simdjson:
            ext.extra_objects = [*ext.extra_objects, self.simdjson_object()]
        super().build_extension(ext)

    def simdjson_object(self) -> str:
        """Return the parser's object file, compiled if it is not there yet."""
        source = simdjson() / "simdjson.cpp"
        folder = BUILD / "vendor" / flavour()
        for found in folder.rglob("simdjson.o*"):
            if found.stat().st_mtime > source.stat().st_mtime:
                return str(found)
        folder.mkdir(parents=True, exist_ok=True)
        copied = folder / "simdjson.cpp"  # the same object path wherever the package lies
        shutil.copy2(source, copied)
        objects = self.compiler.compile(
            [os.path.relpath(copied)],
            include_dirs=[str(source.parent)],
            extra_postargs=compile_flags(),
        )
        kept = folder / Path(objects[0]).name
        shutil.move(objects[0], kept)
        return str(kept)


def flavour() -> str:
    """Return a word for this kind of build; another kind than the last one rebuilds all."""
    words = [f"{sys.implementation.cache_tag}", "debug" if DEBUG else "release"]
    return "-".join([*words, *filter(None, [SANITIZE.replace(",", "-")])])


def changed() -> bool:
    """Return whether the last build was of another flavour, so that all is built again."""
    return FLAVOUR.exists() and FLAVOUR.read_text("utf-8") != flavour()


def main() -> None:
    """Lay out the names and build."""
    names = weave()
    force = changed()
    made = [extension(name, module) for name, module in EXTENSIONS.items()]
    setup(
        cmdclass={"build_ext": BuildExtensions},
        options={"build_ext": {"force": force, "parallel": os.cpu_count()}},
        ext_modules=cythonize(
            made,
            include_path=[names],
            # coverage of .pyx files wants the C++ beside the source
            build_dir=None if DEBUG else str(Path("build") / "cython"),
            force=force,
            compiler_directives=DIRECTIVES,
        )
        if made
        else [],
    )


if __name__ == "__main__":
    main()
