"""A language server: the check of open buffers and of the workspace, and what an editor asks about a send.

`session` is the only module that asks the engine, `schedule` says when; the others put what comes out in LSP's terms.
"""
