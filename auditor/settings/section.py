"""The rule that every table of the policy file keeps: an unknown key or a wrong type is an error."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the policy file; strict, and never changed once it is read."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
