"""What the code does with messages that it receives.

`deliveries` of `aws` notes what is met: a receive, a loop over messages, a deletion. `find` puts together what belongs
to one receive, or to one Lambda function; the others ask what that amounts to: `loops`, whether a loop goes on after a
failure; `parallel`, whether messages of one receive are worked on at the same time; `deletes`, whether one is deleted
before the work on it is done. What is done around a node is read from the syntax, as in `handling`.
"""

from sqsfifo_lint.consumers.find import find_consumers

__all__ = ["find_consumers"]
