"""The words of the interface in Russian and Kazakh: catalogues, and the tools that keep them.

The source language is English and stands in code and templates; docs/translating.md tells how.
"""
