"""Instances with settings replaced, unchecked: what `widened` of a rule is made of."""

from __future__ import annotations

from typing import Any

from instances import Instance


def with_hubs(instance: Instance, **settings: Any) -> Instance:
    return instance.model_copy(update={"hub": instance.hub.model_copy(update=settings)})


def with_policy(instance: Instance, **settings: Any) -> Instance:
    return instance.model_copy(update={"policy": instance.policy.model_copy(update=settings)})


def with_models(instance: Instance, **settings: Any) -> Instance:
    """The same for all care models."""
    models = tuple(model.model_copy(update=settings) for model in instance.care_model)
    return instance.model_copy(update={"care_model": models})


def with_waves(instance: Instance, **settings: Any) -> Instance:
    """The same for all waves."""
    waves = tuple(wave.model_copy(update=settings) for wave in instance.wave)
    return instance.model_copy(update={"wave": waves})


def with_practices(instance: Instance, **cells: Any) -> Instance:
    """The same in all rows."""
    practices = tuple(practice.model_copy(update=cells) for practice in instance.practices)
    return instance.model_copy(update={"practices": practices})


def everybody(instance: Instance) -> int:
    """Patients of all practices: no hub or network has more."""
    return max(sum(practice.patients for practice in instance.practices), 1)
