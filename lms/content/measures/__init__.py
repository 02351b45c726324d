"""What can be measured of content that is sound: keys, reading, words, and what rules are used for.

A file may be right in every line and still teach badly. These measures read the documents of a run
of the compiler and change nothing; ``lms check --measures`` prints the worst of each.
"""
