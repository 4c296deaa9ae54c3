"""From calls that may send to `Send`s. Nobody outside imports more than this exports.

The way of a group ID, one file a stop:

1. `find` lets the search of `flow` run the code that sends; each call that it meets and `evidence` takes for a send is
   a path, as is each further caller who hands in what the ID is made of (`paths.depends`).
2. `paths` makes a draft of each message of a path, and `slots` says what the path gives to its slots: the ID as atoms
   made of pieces, each piece with its material and the context in which it was made.
3. `lifetimes` holds that context against the message's: how long is the piece used again? `holders` and `retries` say
   before that what is the message's own, and what a retry makes again.
4. `traces` makes steps of the piece's links, and finds the argument that a person has to change.
5. `messages` puts that together, and merges the paths: the group ID is now a `Slot` of a `Message`, which rules judge.

Beside that way: `queues` (where does it go), `batches` (do entries share an ID, how many are there), `tasks` (Celery's
own retries), `overrides` (does other code give the IDs).
"""

from sqsfifo_lint.sends.find import FoundSends, find_sends
from sqsfifo_lint.sends.overrides import overriding

__all__ = ["FoundSends", "find_sends", "overriding"]
