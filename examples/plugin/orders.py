"""Code of Acme's: it sends with a library that only the plugin knows."""

import acme_ids
from acme_bus import Bus


def on_order(order: dict) -> None:
    bus = Bus()
    bus.publish("acme-invoices.fifo", order["body"], order["customer_id"], dedup_key=acme_ids.new_id())
    bus.publish("invoices.fifo", order["body"], order["customer_id"], dedup_key=order["event_id"])
