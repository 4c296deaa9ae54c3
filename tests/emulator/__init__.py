"""The rules' claims about SQS, shown by running the rules' own examples against an emulator."""
