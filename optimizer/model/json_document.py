"""JSON files that the same pydantic model writes and reads, with every fault of a file named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from instances import Fault, InputError, Instance
from instances.files import read_text


class Part(BaseModel):
    """A part of a document. Keys that it does not know are left alone, so that other tools may add theirs."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class InstanceMark(Part):
    """Which instance a document is about."""

    name: str = ""
    sha256: str | None = Field(default=None, description="of the instance's content, settings applied")
    settings: tuple[str, ...] = Field(default=(), description="what --set changed in the file")
    file: str | None = Field(default=None, description="where it was read from, as seen from the document's folder")


def instance_mark(instance: Instance, settings: Sequence[str] = (), file: str | None = None) -> InstanceMark:
    return InstanceMark(name=instance.name, sha256=instance.sha256, settings=tuple(settings), file=file)


class JsonDocument(Part):
    """The whole of a file."""

    indent: ClassVar[int | None] = 2
    where_used: ClassVar[frozenset[str]] = frozenset()  # keys that are left out where they say nothing

    def to_json(self) -> str:
        content = self.model_dump(mode="json")
        empty = {name for name in self.where_used if not getattr(self, name)}
        content = {key: value for key, value in content.items() if key not in empty}
        return json.dumps(content, indent=self.indent, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """The document in a file; raise `InputError` listing every fault."""
        path = Path(path)
        text = read_text(path)
        try:
            return cls.model_validate(json.loads(text))
        except json.JSONDecodeError as error:
            raise InputError([Fault(path.name, f"JSON text ({error.msg})", row=error.lineno)]) from None
        except RecursionError:
            raise InputError([Fault(path.name, "JSON text that is nested less deeply")]) from None
        except ValidationError as error:
            raise InputError(_faults(path.name, error)) from None
        except ValueError:  # of whole numbers with thousands of digits
            raise InputError([Fault(path.name, "JSON text with numbers of a usual size")]) from None


def _faults(file: str, error: ValidationError) -> list[Fault]:
    faults = []
    for detail in error.errors(include_url=False):
        key = ".".join(str(step) for step in detail["loc"]) or None
        missing = detail["type"] == "missing"
        value = None if missing or isinstance(detail["input"], dict | list) else str(detail["input"])
        expected = "this key, as caregroup solve writes it" if missing else _in_json(detail["msg"])
        faults.append(Fault(file, expected, column=key, value=value))
    return faults


def _in_json(text: str) -> str:
    """Pydantic's words in those of JSON, which has no tuples, to follow a colon."""
    return text[:1].lower() + text[1:].replace("a valid tuple", "a list")
