"""From calls that may send to `Send`s: what fills a slot, and how long a value lives."""
