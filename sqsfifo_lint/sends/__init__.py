"""From calls that may send to `Send`s. Other rooms import only what this exports.

The stages of a group ID, one file each:

1. `find` lets the search of `flow` run the code that sends. Each call that it finds and that `evidence` takes for a
   send is a path, as is each further caller that hands in what the ID is made of (`paths.depends`).
2. `paths` drafts each message of a path, and `slots` says what the path gives to its slots: the ID as atoms made of
   pieces, each piece with its material and the context in which it was made.
3. `lifetimes` compares that context with the message's: how long is the piece reused? Before that, `holders` and
   `retries` say what is the message's own, and what a retry makes again, `rounds` says which loop sends different
   messages, and `identity` whether data that each of its rounds reads is the same.
4. `traces` turns the piece's links into steps, and finds the argument that has to be changed.
5. `messages` puts that together, and merges the paths: the group ID is now a `Slot` of a `Message`, which rules judge.

Beside these stages: `queues` (where does it go), `batches` (do entries share an ID, how many are there), `tasks`
(Celery's own retries), `overrides` (does other code give the IDs).
"""

from sqsfifo_lint.sends.find import FoundSends, find_sends
from sqsfifo_lint.sends.overrides import overriding
from sqsfifo_lint.sends.queues import queue_in
from sqsfifo_lint.sends.slots import NOT_TAKEN, given

__all__ = ["NOT_TAKEN", "FoundSends", "find_sends", "given", "overriding", "queue_in"]
