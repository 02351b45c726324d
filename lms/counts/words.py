"""What happens in a night, in words: kinds, places, people, questions, answers, acts."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.web.languages import once_per_language


@once_per_language
def kinds() -> dict[str, str]:
    """Each kind of irregularity, as a choice of the form for notes."""
    return {
        "zone": _("Observers kept behind a line, too far to see"),
        "figures-refused": _("Figures refused"),
        "filming-forbidden": _("Photographs forbidden by a home-made notice"),
        "sham-observer": _("A stranger registered in your organisation’s name"),
        "access-blocked": _("No way in for a voter in a wheelchair"),
        "box-not-shown": _("A box sealed before anybody could look into it"),
        "signed-in-advance": _("Ballots signed before they are issued"),
        "insult": _("An insult"),
        "no-document": _("A ballot issued without an identity document"),
        "temporary-registration": _("Temporary registration, and no written rule"),
        "pressure": _("Pressure on an observer"),
        "mobile-unannounced": _("The portable box left without a word"),
        "stuffed-bundle": _("Ballots stuffed into the box in the room"),
        "turnout-inflated": _("An hour’s turnout that was invented"),
        "list-padding": _("Voters on the list that nobody added"),
        "removal-by-chair": _("Told to leave, without a decision"),
        "removal-by-police": _("Police asked to remove an observer, without a decision"),
        "pretext-paper": _("A paper against an observer on a pretext"),
        "count-not-started": _("The count does not begin"),
        "unused-not-cancelled": _("Unused ballots not cancelled before the boxes are opened"),
        "order-broken": _("Boxes opened in the wrong order"),
        "mobile-surplus": _("More ballots in the portable box than were issued"),
        "layered-ballots": _("Ballots in layers, and a list that was made to fit"),
        "power-cut": _("The light goes out during the count"),
        "miscalled-choice": _("Choices called wrongly"),
        "invalid-pile": _("Valid ballots laid on the invalid pile"),
        "moved-pile": _("A pack moved from one pile to another"),
        "ballots-missing": _("Ballots missing from the sum of received ballots"),
        "signatures-short": _("Fewer signatures than ballots issued"),
        "issued-unexplained": _("A total of issued ballots that is not the sum of its parts"),
        "carried-out": _("Many ballots taken out of the room"),
        "last-hour-jump": _("A turnout that leaps in the last hour"),
        "digits-transposed": _("A figure written wrongly, so that the votes do not add up"),
        "not-written": _("An announced figure that was not written into the protocol"),
        "figures-changed": _("Votes written otherwise than they were announced"),
        "two-versions": _("A copy that differs from the protocol"),
        "copy-refused": _("The copy refused"),
        "chair-leaves": _("The chair leaves with the protocol"),
        "application-refused": _("An application not accepted"),
    }


@once_per_language
def happenings() -> dict[str, str]:
    """What is perceived of each happening. Some show in ballots or figures alone: no words."""
    return {
        "zone": _(
            "The chair points to a line of tape, nine metres from the tables: "
            "“Observers stay behind it.” From there you see backs."
        ),
        "figures-refused": _("“That is an internal figure,” says the chair. “We give no figures.”"),
        "filming-forbidden": _(
            "On the door hangs a printed sheet: “Photographs and video forbidden. The "
            "commission.” The chair nods at it."
        ),
        "sham-observer": _(
            "At the register a stranger gives the name of your organisation. Nobody at "
            "your organisation has told you of a second observer."
        ),
        "access-blocked": _(
            "A man in a wheelchair waits at three steps. The call button does nothing; "
            "he goes away."
        ),
        "box-not-shown": _(
            "Two boxes are opened and turned over. The third stands sealed: “We "
            "checked that one before you came.”"
        ),
        "signed-in-advance": _(
            "Beside one member lies a stack of ballots that already bear a signature."
        ),
        "insult": _(
            "A member says aloud about you: “They send us children now, and girls at that.”"
        ),
        "no-document": _(
            "A voter holds out a telephone with a photograph of an identity card. The "
            "member looks at the picture and issues a ballot."
        ),
        "temporary-registration": _(
            "“Today everybody with a temporary registration votes here,” says the "
            "chair. A written rule is not shown."
        ),
        "pressure": _(
            "A man who is not of the commission says quietly: “We know where you work. "
            "Think of it.”"
        ),
        "mobile-unannounced": _(
            "Two members carry the portable box out of the door. Nobody said that it would leave."
        ),
        "stuffed-bundle": _(
            "A member steps up to the box and pushes a thick folded bundle through the slot."
        ),
        "removal-by-chair": _(
            "“The count is internal. Observers leave now,” says the chair. No meeting "
            "was held and no paper is given."
        ),
        "removal-by-police": _(
            "A policeman comes to your chair: “The chair asks you to go.” He shows no "
            "written decision."
        ),
        "pretext-paper": _(
            "The secretary lays a paper before you: you “disturbed order by eating”. "
            "You are to sign it."
        ),
        "count-not-started": _(
            "The boxes stand in a corner with the lights half out. “First we rest,” "
            "says the chair. Hours pass."
        ),
        "unused-not-cancelled": _(
            "The stack of unused ballots stays on the window sill, whole. “Later,” "
            "says the secretary, and the next step begins."
        ),
        "order-broken": _("The chair has the boxes opened in another order than the law sets out."),
        "mobile-surplus": _(
            "From the portable box come more ballots than were said to have gone out "
            "with it. “Somebody wrote it down wrongly,” says a member."
        ),
        "layered-ballots": _(
            "From the box slide packs of ballots that lie in one another like the "
            "leaves of a book, without a crease."
        ),
        "power-cut": _(
            "The light goes out. In the dark, steps and paper. After four minutes the "
            "light is back; the street was lit all the time."
        ),
        "moved-pile": _(
            "While the chair talks, a member takes a tied pack from the second pile "
            "and lays it on the first."
        ),
        "copy-refused": _(
            "“Copies only for proxies. Come tomorrow,” says the chair. No refusal is "
            "given in writing."
        ),
        "chair-leaves": _(
            "The chair takes the protocol and a bag and leaves by the back door. No "
            "copy hangs in the room. A car starts."
        ),
        "application-refused": _(
            "A proxy holds out a written application. “We take no papers,” says the "
            "secretary, and pushes it back."
        ),
        "figures": "",
        "miscalled-choice": "",
        "invalid-pile": "",
        "spoiled-replaced": _(
            "A voter marks the wrong square and asks for another ballot. The first is "
            "cancelled, put aside and entered in the minutes; then a new one is issued."
        ),
        "digital-document": _(
            "A voter opens the official application and shows a live digital document. "
            "The member checks it and issues a ballot."
        ),
        "helper-chosen": _(
            "An old woman asks her neighbour, a voter too, to go into the booth with "
            "her. The neighbour’s name is written down."
        ),
        "order-asked": _(
            "A voter shouts at the queue. The chair asks him calmly to be quiet, and he is."
        ),
        "recount-in-sight": _(
            "The chair counts one pile a second time, aloud and in sight of everybody. "
            "The number stays the same."
        ),
        "one-more-look": _(
            "A proxy asks to see one ballot again. The chair holds it up for "
            "everybody, and the commission votes on it."
        ),
    }


@once_per_language
def steps() -> dict[str, tuple[str, str]]:
    """The title of each step, and a sentence on what is done in it."""
    return {
        "registration": (
            _("You are registered"),
            _(
                "The chair takes your paper and enters you in the register. Members set up "
                "tables and booths."
            ),
        ),
        "boxes-shown": (
            _("The boxes are shown"),
            _("The boxes are to be shown empty and then sealed, and the ballots counted out."),
        ),
        "morning": (
            _("The morning"),
            _("Voters come singly and in families. Members look into the list and issue ballots."),
        ),
        "mobile": (
            _("Voting outside the premises"),
            _("Two members take the portable box to those who asked for it in writing."),
        ),
        "afternoon": (_("The afternoon"), _("The queue comes and goes.")),
        "evening": (_("The last hours"), _("Few voters are left. Members look at the clock.")),
        "closing": (_("The doors close"), _("Voting is over. Whoever may be present stays.")),
        "waiting": (
            _("Before the count"),
            _("The tables are pushed together and the boxes brought."),
        ),
        "list-totalled": (
            _("The list is added up"),
            _("The signatures in the list are counted page by page, and the list is put away."),
        ),
        "unused-cancelled": (
            _("Unused ballots"),
            _("The ballots that were not issued are counted."),
        ),
        "portable-opened": (
            _("The portable box"),
            _("The seal of the portable box is shown and the box is opened."),
        ),
        "stationary-opened": (
            _("The boxes in the room"),
            _("Seals are shown, boxes opened and emptied onto the table."),
        ),
        "sorting": (
            _("Sorting"),
            _("Ballot by ballot: it is held up, read aloud and laid on its pile."),
        ),
        "doubtful": (
            _("Doubtful ballots"),
            _("A few ballots were put aside. The commission decides on each of them."),
        ),
        "totals": (
            _("The piles are counted"),
            _("The piles are counted and the figures go onto the board."),
        ),
        "announced": (_("The result is announced"), _("The chair reads out the result.")),
        "protocol": (_("The protocol"), _("The protocol is filled in, and you may read it.")),
        "copy": (_("The copy"), _("The protocol is signed. Now is the time to ask for the copy.")),
        "packing": (
            _("Packing"),
            _("Ballots, list and protocol are packed, sealed and taken away."),
        ),
    }


@once_per_language
def answers() -> dict[str, str]:
    """The ordinary answer to each question."""
    return {
        "figures": _("“Here they are,” says the chair, and reads from the sheet."),
        "rule": _("The chair shows the written rule."),
        "why": _("The chair explains what is being done and why."),
        "copy": _(
            "“When it is signed, you get it here,” says the chair. When it is, you do: "
            "signed and stamped."
        ),
    }


@once_per_language
def questions() -> dict[str, str]:
    return {
        "figures": _("What are the figures now?"),
        "rule": _("Please show me the written rule."),
        "why": _("What is being done now, and why?"),
        "copy": _("When do I get a signed and stamped copy?"),
    }


@once_per_language
def places() -> dict[str, str]:
    return {
        "seat": _("On the observers’ chairs"),
        "list": _("Beside the list tables"),
        "boxes": _("In sight of the boxes and booths"),
        "table": _("At the counting table"),
        "door": _("At the door"),
    }


@once_per_language
def sites() -> dict[str, str]:
    return {
        "seat": _("At the observers’ chairs"),
        "list": _("At the list tables"),
        "boxes": _("At the boxes"),
        "table": _("At the commission’s or counting table"),
        "door": _("At the door or outside"),
        "paper": _("In the protocol or its figures"),
    }


@once_per_language
def roles() -> dict[str, str]:
    return {
        "chair": _("The chair"),
        "secretary": _("The secretary"),
        "member": _("A member of the commission"),
        "police": _("A police officer"),
        "stranger": _("Somebody who is not of the commission"),
        "voter": _("A voter"),
        "nobody": _("Nobody in particular, or not known"),
    }


@once_per_language
def hows() -> dict[str, str]:
    return {
        "saw": _("I saw it myself"),
        "heard": _("I heard it said, or was told it when I asked the commission"),
        "figures": _("It follows from the figures"),
        "told": _("Somebody told me"),
        "suppose": _("I suppose so"),
    }


@once_per_language
def requests() -> dict[str, str]:
    return {
        "explain": _("I asked for an explanation"),
        "record": _("I asked that it be recorded"),
        "apply": _("I applied in writing"),
        "higher": _("I turned to the higher commission"),
        "annul": _("I demanded that the result be annulled"),
        "none": _("I asked for nothing"),
    }


@once_per_language
def witnesses() -> dict[str, str]:
    return {
        "proxy": _("A proxy of a candidate"),
        "other-observer": _("An observer of another organisation"),
        "journalist": _("A journalist"),
    }
