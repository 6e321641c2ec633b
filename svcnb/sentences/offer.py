"""The reading of the page of step 7."""

from __future__ import annotations

from svcnb.i18n import N_


def read_offer(result, words) -> str:
    """How many offers can be published and why not all, what may be promised, how many principles hold."""
    offers, checks = result.table("offers"), result.table("principles")
    if offers.empty:
        return words(N_("There is no offer yet: no group of customers is decided and no offer is written."))
    sentences = [_publishable(offers, words)]
    penalty = result.quantities.get("expected_penalty")
    if penalty is not None and penalty.value is not None:
        sentences.append(words(N_("With the deviations of today the penalties would cost {cost:$} a year ({n} orders)."),
                               cost=penalty.value, n=penalty.n))
    messages = result.table("messages")
    if len(messages):
        allowed, gap = int((messages["state"] == "allowed").sum()), int(messages["gap"].sum())
        sentences.append(words(N_("{allowed} of {n} messages may be published; {gap} promise what is not given "
                                  "(gap G4)."), allowed=allowed, n=len(messages), gap=gap))
    broken = [words(name) for name in checks.loc[checks["state"] == "broken", "name"]] if len(checks) else []
    if broken:
        sentences.append(words(N_("Principles broken: {names}."), names=", ".join(broken)))
    return " ".join(sentences)


def _publishable(offers, words) -> str:
    ready, n = int(offers["publishable"].sum()), len(offers)
    if ready == n:
        return words(N_("All {n} offers answer the eight questions of the customer."), n=n)
    worst = offers.sort_values(["answered", "group_id"], kind="stable").iloc[0]
    return words(N_("{ready} of {n} offers can be published: the others leave questions of the customer unanswered, most "
                    "of all {group} with {answered} of 8."), ready=ready, n=n, group=worst["group_id"],
                 answered=int(worst["answered"]))
