"""What is known about Python, its libraries and SQS: tables, one row per fact.

`apis` and `frameworks`: the calls that send. `declaring`: those that declare a queue. `sources`, `transforms` and
`clocks`: what yields a value, and what is made of one. `decorators`, `fields` and `retries`: how often code runs.
`logs`: what only logs. `model`: the types of the rows.

Code, in separate modules: `lookup` (a name in the tables), `resolutions` (formats and factors of clocks), `senders`
(the calls that send, by name) and `added` (rows that the configuration adds).
"""
