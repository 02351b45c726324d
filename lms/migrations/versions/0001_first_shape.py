"""The first shape of the tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.db import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=True),
        sa.Column("login_skeleton", sa.String(length=64), nullable=True),
        sa.Column("secret_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("person_key", sa.LargeBinary(length=100), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(length=1000), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login_skeleton", name=op.f("uq_accounts_login_skeleton")),
    )
    op.create_table(
        "documents",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_documents")),
    )
    op.create_table(
        "failures",
        sa.Column("bucket", sa.LargeBinary(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_failures")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "kind IN ('observers', 'commission')", name=op.f("ck_organisations_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("name", name=op.f("uq_organisations_name")),
    )
    op.create_table(
        "published_files",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_published_files")),
    )
    op.create_table(
        "releases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("number", name=op.f("uq_releases_number")),
    )
    op.create_table(
        "status_lists",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_status_lists")),
    )
    op.create_table(
        "trail",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("deed", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_trail")),
        sa.UniqueConstraint("digest", name=op.f("uq_trail_digest")),
    )
    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trail_deed"), ["deed"], unique=False)
        batch_op.create_index(batch_op.f("ix_trail_subject"), ["subject"], unique=False)

    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("quiz", sa.String(length=160), nullable=False),
        sa.Column("quiz_kind", sa.String(length=10), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.String(length=10), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("deadline", UTCDateTime(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_attempts_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_attempts_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_account", ["account_id"], unique=False)
        batch_op.create_index(
            "ix_attempts_one_open",
            ["account_id", "quiz"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "check_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.String(length=160), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("earned", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_check_answers_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_check_answers_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_answers")),
        sa.UniqueConstraint(
            "account_id", "client_key", name=op.f("uq_check_answers_account_id_client_key")
        ),
    )
    with op.batch_alter_table("check_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_check_answers_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "device_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_device_sessions_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_device_sessions_digest")),
    )
    with op.batch_alter_table("device_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_device_sessions_account_id"), ["account_id"], unique=False
        )

    op.create_table(
        "elections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_elections_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elections")),
        sa.UniqueConstraint(
            "organisation_id", "name", name=op.f("uq_elections_organisation_id_name")
        ),
    )
    with op.batch_alter_table("elections", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_elections_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=160), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_evidence_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint(
            "account_id", "rule", "origin", name=op.f("uq_evidence_account_id_rule_origin")
        ),
    )
    op.create_table(
        "pledges",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=80), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_pledges_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_pledges_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("account_id", "programme", name=op.f("pk_pledges")),
    )
    op.create_table(
        "readings",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("lesson", sa.String(length=160), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_readings_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", "lesson", name=op.f("pk_readings")),
    )
    op.create_table(
        "release_items",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["digest"], ["documents.digest"], name=op.f("fk_release_items_digest_documents")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_release_items_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("release_id", "kind", "slug", name=op.f("pk_release_items")),
    )
    op.create_table(
        "rule_standings",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=160), nullable=False),
        sa.Column("last", sa.String(length=8), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_rule_standings_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", "rule", name=op.f("pk_rule_standings")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("scenario", sa.String(length=160), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_runs_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_runs_release_id_releases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index("ix_runs_account", ["account_id"], unique=False)
        batch_op.create_index(
            "ix_runs_one_open",
            ["account_id", "scenario"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )

    op.create_table(
        "attempt_results",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("earned", sa.Integer(), nullable=False),
        sa.Column("possible", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("missed_rules", sa.JSON(), nullable=False),
        sa.Column("missed_critical", sa.JSON(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_results_attempt_id_attempts")
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_attempt_results")),
    )
    op.create_table(
        "attempt_steps",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("question", sa.String(length=160), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_steps_attempt_id_attempts")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "sequence", name=op.f("pk_attempt_steps")),
        sa.UniqueConstraint(
            "attempt_id", "client_key", name=op.f("uq_attempt_steps_attempt_id_client_key")
        ),
    )
    op.create_table(
        "cohorts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("programme", sa.String(length=80), nullable=False),
        sa.Column("election_id", sa.Uuid(), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["election_id"], ["elections.id"], name=op.f("fk_cohorts_election_id_elections")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_cohorts_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohorts")),
        sa.UniqueConstraint(
            "organisation_id", "name", name=op.f("uq_cohorts_organisation_id_name")
        ),
    )
    with op.batch_alter_table("cohorts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cohorts_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "run_choices",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scene", sa.String(length=160), nullable=False),
        sa.Column("choice", sa.String(length=160), nullable=False),
        sa.Column("client_key", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_choices_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "sequence", name=op.f("pk_run_choices")),
        sa.UniqueConstraint("run_id", "client_key", name=op.f("uq_run_choices_run_id_client_key")),
    )
    op.create_table(
        "certificates",
        sa.Column("serial", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("programme", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("election_id", sa.Uuid(), nullable=True),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("status_index", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("pdf_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_reason", sa.String(length=40), nullable=True),
        sa.Column("replaced_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(purpose = 'deployment') = (election_id IS NOT NULL)",
            name=op.f("ck_certificates_election_of_deployment"),
        ),
        sa.CheckConstraint(
            "purpose IN ('training', 'deployment')", name=op.f("ck_certificates_purpose")
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_reason IS NULL)",
            name=op.f("ck_certificates_revoked_for_a_reason"),
        ),
        sa.CheckConstraint("issued_by <> account_id", name=op.f("ck_certificates_not_oneself")),
        sa.CheckConstraint(
            "status_index BETWEEN 0 AND 131071", name=op.f("ck_certificates_status_index")
        ),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_certificates_days")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_certificates_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["attempt_results.attempt_id"],
            name=op.f("fk_certificates_attempt_id_attempt_results"),
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_certificates_cohort_id_cohorts")
        ),
        sa.ForeignKeyConstraint(
            ["election_id"], ["elections.id"], name=op.f("fk_certificates_election_id_elections")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["accounts.id"], name=op.f("fk_certificates_issued_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_certificates_release_id_releases")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["accounts.id"], name=op.f("fk_certificates_revoked_by_accounts")
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_certificates")),
        sa.UniqueConstraint("status_index", name=op.f("uq_certificates_status_index")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_certificates_token_sha256")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificates_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_certificates_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(
            "ix_certificates_one_for_election",
            ["account_id", "programme", "election_id"],
            unique=True,
            sqlite_where=sa.text(
                "revoked_at IS NULL AND replaced_at IS NULL AND purpose = 'deployment'"
            ),
            postgresql_where=sa.text(
                "revoked_at IS NULL AND replaced_at IS NULL AND purpose = 'deployment'"
            ),
        )
        batch_op.create_index(
            "ix_certificates_one_for_training",
            ["account_id", "programme"],
            unique=True,
            sqlite_where=sa.text(
                "revoked_at IS NULL AND replaced_at IS NULL AND purpose = 'training'"
            ),
            postgresql_where=sa.text(
                "revoked_at IS NULL AND replaced_at IS NULL AND purpose = 'training'"
            ),
        )

    op.create_table(
        "one_time_codes",
        sa.Column("selector", sa.String(length=4), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("secret_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("issuer_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_one_time_codes_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_one_time_codes_cohort_id_cohorts")
        ),
        sa.ForeignKeyConstraint(
            ["issuer_id"], ["accounts.id"], name=op.f("fk_one_time_codes_issuer_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_one_time_codes_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("selector", name=op.f("pk_one_time_codes")),
    )
    op.create_table(
        "roles_held",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("cohort_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_roles_held_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohorts.id"], name=op.f("fk_roles_held_cohort_id_cohorts")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_roles_held_organisation_id_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles_held")),
        sa.UniqueConstraint(
            "account_id",
            "role",
            "organisation_id",
            "cohort_id",
            name=op.f("uq_roles_held_account_id_role_organisation_id_cohort_id"),
        ),
    )
    with op.batch_alter_table("roles_held", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roles_held_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roles_held_cohort_id"), ["cohort_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("roles_held", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roles_held_cohort_id"))
        batch_op.drop_index(batch_op.f("ix_roles_held_account_id"))

    op.drop_table("roles_held")
    op.drop_table("one_time_codes")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_certificates_one_for_training",
            sqlite_where=sa.text(
                "revoked_at IS NULL AND replaced_at IS NULL AND purpose = 'training'"
            ),
            postgresql_where=sa.text(
                "revoked_at IS NULL AND replaced_at IS NULL AND purpose = 'training'"
            ),
        )
        batch_op.drop_index(
            "ix_certificates_one_for_election",
            sqlite_where=sa.text(
                "revoked_at IS NULL AND replaced_at IS NULL AND purpose = 'deployment'"
            ),
            postgresql_where=sa.text(
                "revoked_at IS NULL AND replaced_at IS NULL AND purpose = 'deployment'"
            ),
        )
        batch_op.drop_index(batch_op.f("ix_certificates_cohort_id"))
        batch_op.drop_index(batch_op.f("ix_certificates_account_id"))

    op.drop_table("certificates")
    op.drop_table("run_choices")
    with op.batch_alter_table("cohorts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cohorts_organisation_id"))

    op.drop_table("cohorts")
    op.drop_table("attempt_steps")
    op.drop_table("attempt_results")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_runs_one_open",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index("ix_runs_account")

    op.drop_table("runs")
    op.drop_table("rule_standings")
    op.drop_table("release_items")
    op.drop_table("readings")
    op.drop_table("pledges")
    op.drop_table("evidence")
    with op.batch_alter_table("elections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_elections_organisation_id"))

    op.drop_table("elections")
    with op.batch_alter_table("device_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_sessions_account_id"))

    op.drop_table("device_sessions")
    with op.batch_alter_table("check_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_answers_account_id"))

    op.drop_table("check_answers")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_attempts_one_open",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index("ix_attempts_account")

    op.drop_table("attempts")
    with op.batch_alter_table("trail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trail_subject"))
        batch_op.drop_index(batch_op.f("ix_trail_deed"))

    op.drop_table("trail")
    op.drop_table("status_lists")
    op.drop_table("releases")
    op.drop_table("published_files")
    op.drop_table("organisations")
    op.drop_table("failures")
    op.drop_table("documents")
    op.drop_table("accounts")
