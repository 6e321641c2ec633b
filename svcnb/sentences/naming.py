"""Names instead of ids: what a study calls its components, groups, activities, experts, messages and penalties."""

from __future__ import annotations

from svcnb.errors import InputError
from svcnb.i18n import words_in
from svcnb.methods.criteria import CRITERIA
from svcnb.sentences.codes import MEASURES, read_code
from svcnb.steps.candidates import FACTORS
from svcnb.steps.characteristics import CALLED_HIGH, CALLED_LOW
from svcnb.steps.contents import CONTENTS
from svcnb.steps.factors import factor_names
from svcnb.steps.parts import part_name, parts_of, whole, with_parts

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
    study = with_parts(study, decisions)
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
    names["text"] = _factors(decisions, words)
    _name_parts(names, (decisions.get("characterisation", {}).get("groups") or {}), words)
    names["measure"] = {code: _lower(words(name)) for code, name in MEASURES.items()}
    names["goal"] = {f"{group}:{code}": f"{name}: {measure}" for group, name in names["group"].items()
                     for code, measure in names["measure"].items()}
    names["criterion"] = {code: read_code(code, words) for code in CRITERIA}
    names["content"] = {number: words(name) for number, (name, _) in CONTENTS.items()}
    names["message"] = {key: f"«{text}»" if words.language == "es" else f"“{text}”"
                        for key, text in _column(study, "messages", "message_id", "text").items()}
    names["penalty"] = _penalties(study, names["group"], words)
    return names


def _factors(decisions, words) -> dict[str, str]:
    """What the study calls a factor, and groups that have much or little of it; from the step itself, else from the rules
    that ask for its scores."""
    rules = [(decisions.get("clusters", {}).get("rule") or {}), *(decisions.get(step, {}) for step in ("comparison", "segmentation"))]
    named = next(filter(None, map(factor_names, (decisions.get("factors") or {}, *(rule.get("factors") or {} for rule in rules)))), {})
    said = {}
    for plain in FACTORS.values():
        name = named.get(plain.replace("Factor ", "F"))
        said[plain] = f"{plain}: {name}" if name else plain
        said |= {template.replace("{factor}", plain): words(template, factor=said[plain]) for template in (CALLED_HIGH, CALLED_LOW)}
    return said


def _name_parts(names, groups, words) -> None:
    """Groups that are split keep their names; a part that nobody named is called by its rule in the reader's language."""
    if not isinstance(groups, dict) or not parts_of(groups):
        return
    names["group"] = {**{key: words(str(row["name"])) for key, row in whole(groups).items()}, **names["group"]}
    inner, english = words.of_study(words.currency, {**words.names, "text": names["text"]}), words_in("en")
    for key, row in groups.items():
        by_rule = part_name(row["part"], english) if row.get("part") else ""
        if by_rule and row.get("name") == by_rule:
            names["group"][key] = names["text"][by_rule] = part_name(row["part"], inner)


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


def capital(text: str) -> str:
    """The text with its first letter as a capital.

    >>> capital("delivery time")
    'Delivery time'
    """
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
