"""Names instead of ids: what a study calls its components, groups, activities, experts, messages and penalties."""

from __future__ import annotations

from svcnb.errors import InputError
from svcnb.methods.criteria import CRITERIA
from svcnb.sentences.codes import MEASURES, read_code
from svcnb.steps.contents import CONTENTS

TABLES = {  # kind -> table, id, name
    "component": ("components", "component_id", "name"), "activity": ("activities", "activity_id", "name"),
    "service": ("services", "service_id", "name"), "expert": ("experts", "expert_id", "name"),
    "competitor": ("competitors", "competitor_id", "name"), "driver": ("cost_drivers", "driver_id", "name"),
    "parameter": ("parameters", "parameter_id", "name"), "force": ("forces", "force_id", "text")}


def words_of_study(words, study, decisions: dict):
    """The words of a language for one study: its currency behind amounts, its names where ids are.

    Parameters
    ----------
    words : svcnb.i18n.Words
    study : svcnb.study.Study
    decisions : step -> decision in force; segments and groups are called as they were decided
    """
    return words.of_study(study.settings.currency, names_of(study, decisions, words))


def names_of(study, decisions: dict, words) -> dict[str, dict[str, str]]:
    """Kind -> id -> name. What nobody named stays out, so that its id is shown."""
    names = {kind: {key: words(name) for key, name in _column(study, *place).items()} for kind, place in TABLES.items()}
    if words.language == "es":
        names["component"] |= _column(study, "components", "component_id", "spanish")
    for kind, step in (("segment", "segmentation"), ("group", "characterisation")):
        records = decisions.get(step, {}).get(f"{kind}s") or {}
        records = {**records, **{g: one for row in records.values() if isinstance(row, dict)
                                 for g, one in (row.get("joined") or {}).items()}}  # groups that joined keep their names
        names[kind] = {key: words(str(record["name"])) for key, record in records.items()
                       if isinstance(record, dict) and record.get("name")}
    names["cluster"] = {key: words(str(name)) for key, name in (decisions.get("clusters", {}).get("names") or {}).items()}
    names["measure"] = {code: _lower(words(name)) for code, name in MEASURES.items()}
    names["goal"] = {f"{group}:{code}": f"{name}: {measure}" for group, name in names["group"].items()
                     for code, measure in names["measure"].items()}
    names["criterion"] = {code: read_code(code, words) for code in CRITERIA}
    names["content"] = {number: words(name) for number, (name, _) in CONTENTS.items()}
    names["message"] = {key: f"«{text}»" if words.language == "es" else f"“{text}”"
                        for key, text in _column(study, "messages", "message_id", "text").items()}
    names["penalty"] = _penalties(study, names["group"], words)
    return names


def _penalties(study, groups, words) -> dict[str, str]:
    """A penalty has no name of its own: what it is paid for, and whose offer it belongs to."""
    of = _column(study, "offers", "offer_id", "group_id")
    offers = _column(study, "penalties", "penalty_id", "offer_id")
    return {key: f"{_lower(read_code(parameter, words))} ({groups.get(of.get(offers.get(key)), offers.get(key, '–'))})"
            for key, parameter in _column(study, "penalties", "penalty_id", "parameter").items()}


def _column(study, table, key, value) -> dict[str, str]:
    try:
        rows = study.table(table)
    except InputError:  # the step that reads it says what is wrong with it
        return {}
    if not {key, value} <= set(rows.columns):
        return {}
    return {str(one): str(name) for one, name in zip(rows[key], rows[value], strict=True)
            if isinstance(name, str) and name}


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
