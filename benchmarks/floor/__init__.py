"""The floor: every measured job done bare, in Flask, Jinja and ``sqlite3``.

Signed in by a cookie that is looked up, durable before the reply, on the same tables with the same
settings, in the same server. No form tokens, no roles, no translations, no rules: what is left is
what the job costs anybody.
"""
