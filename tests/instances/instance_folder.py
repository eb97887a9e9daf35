"""A small instance folder as files, to be spoilt one cell at a time."""

from __future__ import annotations

from pathlib import Path

from instances import InputError, Instance

TOML = """schema_version = 1
name = "Small"

[hub]
min = 1000
target_min = 2000
target_max = 3000
max = 4000

[[role]]
id = "gp"
min_per_10k = 3.5

[[care_model]]
id = "MCP"

[[care_model]]
id = "PACS"
max_km = 50.0

[policy]
keep_together = [["A", "B"]]
"""
PRACTICES = """id,name,patients,latitude,longitude,refuses,fte_gp
A,Abbey Road,1000,52.1,-1.1,,1.5
B,Brook Lane,2000,52.2,-1.2,PACS,
C,Castle Street,3000,52.3,-1.3,MCP; PACS,2
"""
HOSPITALS = """id,name,kind,trust,latitude,longitude,leads
H,General,acute,RXX,52.2,-1.1,PACS
"""
WHOLE = "a whole number of registered patients, 0 or more"  # what is expected of `patients`
FILES = {"instance.toml": TOML, "practices.csv": PRACTICES, "hospitals.csv": HOSPITALS}


def write_folder(folder: Path, **changed: str | bytes | None) -> Path:
    """The TOML of a folder with files replaced, or left out (None); named by stem: `practices="id,..."`."""
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, str | bytes | None] = dict(FILES)
    for stem, content in changed.items():
        contents[f"{stem}.toml" if stem == "instance" else f"{stem}.csv"] = content
    for name, content in contents.items():
        if content is not None:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / "instance.toml"


def toml_with(old: str, new: str) -> dict[str, str]:
    """What `write_folder` takes to put `new` in place of `old` in the TOML."""
    return _changed("instance", TOML, old, new)


def practices_with(old: str, new: str) -> dict[str, str]:
    """The same for the table of practices."""
    return _changed("practices", PRACTICES, old, new)


def hospitals_with(old: str, new: str) -> dict[str, str]:
    """The same for the table of hospitals."""
    return _changed("hospitals", HOSPITALS, old, new)


def _changed(stem: str, text: str, old: str, new: str) -> dict[str, str]:
    assert old in text
    return {stem: text.replace(old, new)}


def faults_of(path: Path) -> list[str]:
    """Every fault that reading finds, as a user sees it; none if the file reads."""
    try:
        Instance.read(path)
    except InputError as error:
        return [str(fault) for fault in error.faults]
    return []
