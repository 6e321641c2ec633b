"""Groups that are split: who belongs to which part, what a part is called, what the tables say of it (method.md 4.5, A-24).

A group in force that is a part keeps in its record, as ``part``, the group it comes from and the rule by which a customer
joins it. Groups join before they are split, so a part has the customers of all groups that joined. A customer of whom the
characteristic is not known belongs to the larger part. What the tables say of the whole group holds for its parts:
ratings (of five and more customers rated one by one their mean), offers and messages as they are, volumes by each part's
share of the orders (house rules).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from svcnb.i18n import N_
from svcnb.methods.categories import as_categories
from svcnb.steps import clusters
from svcnb.steps.candidates import variable_name
from svcnb.steps.characteristics import CHARACTERISTICS, MEASURED, characteristics

CLUSTERS = "clusters"
PLACED = "group_part"  # column of the customers, as the steps after this one see them
BELOW, FROM, VALUES, REST, CLUSTER = "below", "from", "values", "rest", "cluster"
DIVIDED = {"service_demand": "units", "driver_rates": "volume", "behaviour": "orders_per_week"}  # by the share of the orders
COUNTED = {"group_rates": "n"}  # by the share of the customers
RATED = 5  # customers of a part rated one by one from which their mean stands for the part
OWN_IDS = {"offers": "offer_id", "messages": "message_id"}  # a row repeated for a part is a row of its own


def parts_of(groups: dict) -> dict[str, dict[str, dict]]:
    """Group that is split -> id of each part -> its rule, in the order of the groups.

    Examples
    --------
    >>> parts_of({"G1": {}, "G2a": {"part": {"of": "G2"}}, "G2b": {"part": {"of": "G2"}}})
    {'G2': {'G2a': {'of': 'G2'}, 'G2b': {'of': 'G2'}}}
    """
    found: dict[str, dict[str, dict]] = {}
    for group, row in groups.items():
        if isinstance(row, dict) and row.get("part"):
            found.setdefault(row["part"]["of"], {})[group] = row["part"]
    return found


def whole(groups: dict) -> dict[str, dict]:
    """The groups as if none were split: the parts of each make one again, under its own name.

    Examples
    --------
    >>> whole({"G1a": {"name": "x", "segment_id": "S1", "part": {"of": "G1", "name": "farms"}}})
    {'G1': {'name': 'farms', 'segment_id': 'S1'}}
    """
    out: dict[str, dict] = {}
    for group, row in groups.items():
        part = row.get("part") if isinstance(row, dict) else None
        if not part:
            out[group] = row
        elif part["of"] not in out:
            out[part["of"]] = {"name": part["name"], **{k: row[k] for k in ("segment_id", "joined") if k in row}}
    return out


def variable_text(by: str) -> str:
    """What a reader calls the characteristic that splits a group (a catalogue text)."""
    if by == CLUSTERS:
        return N_("the clusters of customers")
    return CHARACTERISTICS[by].name if by in CHARACTERISTICS else variable_name(by)


def part_name(part: dict, words, alone: bool = False) -> str:
    """What a part is called where nobody gave it a name: what sets it apart, then the group, unless ``alone``. Its own
    comes first, for pictures show the beginning of a long name."""
    kind = part["is"]
    if kind in (BELOW, FROM):
        template = N_("< {cut} {variable:word}") if kind == BELOW else N_("≥ {cut} {variable:word}")
        text = words(template, variable=variable_text(part["by"]), cut=float(part["cut"]))
    elif kind == CLUSTER:
        text = words(str(part["cluster_name"]))
    elif kind == VALUES:
        text = ", ".join(words(str(value)) for value in part["values"])
    else:
        text = words(N_("{variable:word}: all others"), variable=variable_text(part["by"]))
    return text if alone else words(N_("{part} ({name:word})"), part=text, name=str(part["name"]))


def part_of(values: pd.Series, parts: dict[str, dict]) -> pd.Series:
    """The part of each customer by the stated rule; who is not known, or fits none, joins the larger part.

    Parameters
    ----------
    values : the characteristic: numbers for a cut, cluster ids or categories otherwise
    parts : id -> rule

    Examples
    --------
    >>> cut = {"G1a": {"is": "below", "cut": 5.0}, "G1b": {"is": "from", "cut": 5.0, "larger": True}}
    >>> part_of(pd.Series([4.9, 5.0, None]), cut).tolist()
    ['G1a', 'G1b', 'G1b']
    """
    larger = next((key for key, part in parts.items() if part.get("larger")), next(iter(parts)))
    ids = {part["is"]: key for key, part in parts.items()}
    if BELOW in ids:
        numbers, cut = pd.to_numeric(values, errors="coerce").astype(float), float(parts[ids[BELOW]]["cut"])
        out = pd.Series(np.where(numbers < cut, ids[BELOW], ids[FROM]), index=values.index, dtype=object)
        return out.where(numbers.notna(), larger)
    texts, known = as_categories(values), {}
    for key, part in parts.items():
        known |= dict.fromkeys([part["cluster"]] if part["is"] == CLUSTER else part.get("values", ()), key)
    found = texts.map(known).astype(object)
    rest = ids.get(REST, larger)
    return found.where(found.notna(), texts.map(lambda one: larger if one is None else rest).astype(object))


def place(of: pd.Series, groups: dict, values: dict[str, pd.Series]) -> pd.Series:
    """The groups of customers with parts where a group is split.

    Parameters
    ----------
    of : whole group of each customer, None for none
    groups : groups in force
    values : what a group is split by -> that characteristic of each customer, index as ``of``
    """
    out = of.astype(object).copy()
    for group, parts in parts_of(groups).items():
        inside = (of == group).to_numpy(dtype=bool)
        by = next(iter(parts.values()))["by"]
        out[inside] = part_of(values[by][inside], parts).to_numpy()
    return out


def place_customers(of: pd.Series, customers: pd.DataFrame, decision: dict) -> pd.Series:
    """The same for a frame of customers: by the parts that the steps were given, else by its own columns, as for a customer
    to come; a column that is not there is not known."""
    groups = decision.get("groups") or {}
    split = parts_of(groups)
    if not split:
        return of
    if PLACED in customers.columns:
        own = customers[PLACED].set_axis(of.index)
        return own.where(of.isin(list(split)), of).astype(object).where(lambda group: group.notna(), None)
    nobody = pd.Series(None, index=of.index, dtype=object)
    values = {by: clusters.assign(customers, {"rule": decision.get("cluster_rule") or {}}).set_axis(of.index) if by == CLUSTERS
              else customers[by].set_axis(of.index) if by in customers.columns else nobody
              for by in {next(iter(parts.values()))["by"] for parts in split.values()}}
    return place(of, groups, values)


def values_by(study, by, cluster_rule: dict | None = None) -> dict[str, pd.Series]:
    """Each characteristic that splits a group, index customer_id.

    Parameters
    ----------
    study : its customers, and its orders where a characteristic comes from them
    by : names: ``clusters``, a characteristic of ``characteristics``, or a column of the customers
    cluster_rule : rule of the decision of step clusters
    """
    customers = study.table("customers").drop_duplicates("customer_id").set_index("customer_id")
    wanted, out = list(dict.fromkeys(by)), {}
    measured = characteristics(study).set_index("customer_id") if set(wanted) & set(MEASURED) else None
    for name in wanted:
        if name == CLUSTERS:
            found = clusters.assign(study, {"rule": cluster_rule or {}})
            out[name] = found[~found.index.duplicated()].reindex(customers.index)
        elif name in MEASURED:
            out[name] = measured[name].reindex(customers.index)
        else:
            out[name] = customers[name] if name in customers.columns else pd.Series(None, index=customers.index, dtype=object)
    return out


def with_parts(study, decisions: dict):
    """The study as the steps after characterisation see it: what its tables say of a split group, they say of its parts,
    and each customer has its part. The study itself where no group is split."""
    decided = decisions.get("characterisation") or {}
    groups = decided.get("groups") or {}
    return StudyWithParts(study, decisions) if parts_of(groups) else study


class StudyWithParts:
    """A study whose small tables know the parts of groups; everything else is asked of the study."""

    def __init__(self, study, decisions: dict):
        self._study, self._decisions = study, decisions
        self._decided = decisions["characterisation"]
        self._split = parts_of(self._decided["groups"])

    def __getattr__(self, name):
        return getattr(self._study, name)

    def table(self, name: str) -> pd.DataFrame:
        """The table with the rows of a split group repeated for, or divided among, its parts."""
        frame = self._study.table(name)
        if not len(frame):
            return frame
        if name == "customers":
            return frame.assign(**{PLACED: frame["customer_id"].map(self.placed)})
        if name == "driver_ratings":
            return self._rated(self._repeated(frame, "subject_id", rows=frame["subject_kind"] == "group"))
        if name == "penalties":
            return self._penalties(frame)
        if name in ("services", "parameters", "forces"):
            return self._listed(frame, name)
        if "group_id" in frame.columns and not (name in COUNTED and self._study.has("orders")):  # else the orders are counted
            return self._repeated(frame, "group_id", name)
        return frame

    @cached_property
    def placed(self) -> dict:
        """customer_id -> part."""
        from svcnb.steps.answers import assigned
        from svcnb.steps.joined import group_of_segment

        of = assigned(self._study, self._decisions.get("segmentation") or {})
        of = of.map(group_of_segment(self._decided["groups"])).astype(object)
        wanted = [next(iter(parts.values()))["by"] for parts in self._split.values()]
        found = place(of, self._decided["groups"], values_by(self._study, wanted, self._decided.get("cluster_rule")))
        return found[of.isin(list(self._split))].to_dict()

    def _repeated(self, frame, column, name="", rows=None) -> pd.DataFrame:
        """A row of the group for each part; ids that must differ do, volumes are divided, goals are the part's own."""
        mine = frame[column].isin(list(self._split)) & (True if rows is None else rows)
        if not mine.any():
            return frame
        kinds, out = frame.dtypes, [frame[~mine].assign(_at=np.flatnonzero(~mine), _part=0)]
        for group, parts in self._split.items():
            own = frame[mine & (frame[column] == group)]
            at = np.flatnonzero(mine & (frame[column] == group))
            for k, (key, part) in enumerate(parts.items()):
                copy = own.assign(**{column: key}, _at=at, _part=k)
                for divided, share in ((DIVIDED.get(name), "share_orders"), (COUNTED.get(name), "share_customers")):
                    if divided:
                        copy[divided] = _divided(copy[divided], part.get(share))
                if k and name in OWN_IDS:
                    copy[OWN_IDS[name]] = [f"{one}/{key}" for one in copy[OWN_IDS[name]]]
                if "goal_id" in copy.columns:
                    copy["goal_id"] = [goal.replace(f"{group}:", f"{key}:") if isinstance(goal, str) else goal
                                       for goal in copy["goal_id"]]
                out.append(copy)
        whole_frame = pd.concat(out).sort_values(["_at", "_part"], kind="stable").drop(columns=["_at", "_part"])
        return whole_frame.reset_index(drop=True).astype(kinds)

    def _rated(self, frame) -> pd.DataFrame:
        """A part of which enough customers are rated one by one is rated by their mean, not as the whole group."""
        single = frame[frame["subject_kind"] == "customer"].dropna(subset=["rating"])
        part = single["subject_id"].map(self.placed)
        n = single.groupby(part)["subject_id"].nunique()
        enough = list(n.index[n >= RATED])
        if not enough:
            return frame
        means = single[part.isin(enough)].assign(subject_id=part, subject_kind="group", value=float("nan")).groupby(
            ["subject_kind", "subject_id", "driver_id"], as_index=False)[["value", "rating"]].mean()
        kept = frame[~((frame["subject_kind"] == "group") & frame["subject_id"].isin(enough))]
        return pd.concat([kept, means[list(frame.columns)]], ignore_index=True)

    def _penalties(self, frame) -> pd.DataFrame:
        """The penalties of an offer go with its copies."""
        offers = self._study.table("offers")
        of = dict(zip(offers["offer_id"], offers["group_id"], strict=True))
        more = [frame]
        for group, parts in self._split.items():
            own = frame[frame["offer_id"].map(of) == group]
            more += [own.assign(offer_id=[f"{one}/{key}" for one in own["offer_id"]],
                                penalty_id=[f"{one}/{key}" for one in own["penalty_id"]]) for key in list(parts)[1:]]
        return pd.concat([one for one in more if len(one)], ignore_index=True).astype(frame.dtypes)

    def _listed(self, frame, name) -> pd.DataFrame:
        """Lists of groups and goals name all parts; a force points at one goal, that of the larger part."""
        column = "groups" if name == "services" else "goal_id"
        return frame.assign(**{column: [self._named(text, name == "forces") if isinstance(text, str) else text
                                        for text in frame[column]]})

    def _named(self, text: str, one: bool) -> str:
        out = []
        for item in (piece.strip() for piece in text.replace(",", ";").split(";")):
            group, colon, rest = item.partition(":")
            parts = self._split.get(group)
            ids = [group] if parts is None else [next((k for k, p in parts.items() if p.get("larger")), group)] if one else parts
            out += [f"{key}{colon}{rest}" for key in ids]
        return ";".join(out)


def _divided(values: pd.Series, share) -> pd.Series:
    """Each part's share of a volume; whole numbers stay whole."""
    numbers = pd.to_numeric(values, errors="coerce").astype(float) * (1.0 if share is None else float(share))
    return numbers.round().astype(values.dtype) if pd.api.types.is_integer_dtype(values.dtype) else numbers
