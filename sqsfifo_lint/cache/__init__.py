"""What earlier runs have found, kept on disk. It is believed only while all that it depended on is as it was."""
