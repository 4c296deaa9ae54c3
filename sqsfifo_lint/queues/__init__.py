"""What is known of queues: what the project declares, and which declaration a send goes to."""
