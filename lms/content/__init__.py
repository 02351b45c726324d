"""Content: what authors write, compiled into documents that rooms can show.

``compiling.compile_tree`` reads a tree of files, ``library.Library`` answers questions about the
documents, ``publishing`` freezes them. The format is described in ``docs/authoring.md``.
"""
