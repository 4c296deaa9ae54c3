"""What is known about queues: what the project declares, and which declaration a send goes to."""
