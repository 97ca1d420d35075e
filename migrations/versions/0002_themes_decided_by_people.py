"""themes decided by people

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_campaign_consultation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "coding_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("theme_ids", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_coding_round_consultation_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_coding_round_made_by_id")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_coding_round_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_round")),
    )
    with op.batch_alter_table("coding_round", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_coding_round_consultation_id"), ["consultation_id"], unique=False
        )

    op.create_table(
        "theme_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.Integer(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "undo", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_id IS NULL)", name=op.f("ck_theme_step_undone_by_somebody")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_theme_step_by_id")),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_theme_step_consultation_id")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_theme_step_theme_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_theme_step_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_step")),
    )
    with op.batch_alter_table("theme_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_theme_step_consultation_id"), ["consultation_id"], unique=False)

    op.create_table(
        "coding_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contribution.id"], name=op.f("fk_coding_item_contribution_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["coding_round.id"], name=op.f("fk_coding_item_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_item")),
        sa.UniqueConstraint(
            "round_id", "contribution_id", name=op.f("uq_coding_item_round_id_contribution_id")
        ),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_coding_item_round_id_position")),
    )
    with op.batch_alter_table("coding_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coding_item_contribution_id"), ["contribution_id"], unique=False)

    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column(
            "language",
            sa.Enum(
                "cy",
                "en",
                "mixed",
                "other",
                name="textlanguage",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "stance",
            sa.Enum(
                "for",
                "against",
                "unclear",
                name="stance",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_passage_real_passage")),
        sa.ForeignKeyConstraint(
            ["contribution_id"], ["contribution.id"], name=op.f("fk_passage_contribution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.UniqueConstraint("contribution_id", "start", name=op.f("uq_passage_contribution_id_start")),
    )
    op.create_table(
        "coding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("theme_ids", sa.JSON(), nullable=False),
        sa.Column("coded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["coding_item.id"], name=op.f("fk_coding_item_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_coding_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding")),
        sa.UniqueConstraint("item_id", "person_id", name=op.f("uq_coding_item_id_person_id")),
    )
    with op.batch_alter_table("coding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coding_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.add_column(sa.Column("passages_version", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("has_content", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("campaign_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("adds_own_words", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index(batch_op.f("ix_contribution_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_contribution_campaign_id"), "campaign", ["campaign_id"], ["id"]
        )

    with op.batch_alter_table("theme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("parked_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("parked_because", sa.Text(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_theme_merged_into_id"), "theme", ["merged_into_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_theme_parked_by_id"), "person", ["parked_by_id"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_theme_parked_by_somebody"), "(parked_at IS NULL) = (parked_by_id IS NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_theme_parked_for_a_reason"), "(parked_at IS NULL) = (parked_because IS NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_theme_public_only_while_in_use"),
            "NOT is_public OR (parked_at IS NULL AND merged_into_id IS NULL)",
        )

    with op.batch_alter_table("theme_passage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("added_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_theme_passage_added_by_id"), "person", ["added_by_id"], ["id"]
        )

    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.add_column(sa.Column("far", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("middle", sa.LargeBinary(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "facts",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
                nullable=False,
                server_default="{}",
            )
        )
        batch_op.add_column(sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("parked_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("parked_because", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_topic_parent_id"), ["parent_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_topic_parent_id"), "topic", ["parent_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_topic_parked_by_id"), "person", ["parked_by_id"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_topic_parked_by_somebody"), "(parked_at IS NULL) = (parked_by_id IS NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_topic_parked_for_a_reason"), "(parked_at IS NULL) = (parked_because IS NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_topic_parked_for_a_reason"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_topic_parked_by_somebody"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_topic_parked_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_topic_parent_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_topic_parent_id"))
        batch_op.drop_column("parked_because")
        batch_op.drop_column("parked_by_id")
        batch_op.drop_column("parked_at")
        batch_op.drop_column("facts")
        batch_op.drop_column("middle")
        batch_op.drop_column("parent_id")
        batch_op.drop_column("far")

    with op.batch_alter_table("theme_passage", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_theme_passage_added_by_id"), type_="foreignkey")
        batch_op.drop_column("added_by_id")

    with op.batch_alter_table("theme", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_theme_public_only_while_in_use"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_theme_parked_for_a_reason"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_theme_parked_by_somebody"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_theme_parked_by_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_theme_merged_into_id"), type_="foreignkey")
        batch_op.drop_column("parked_because")
        batch_op.drop_column("parked_by_id")
        batch_op.drop_column("parked_at")
        batch_op.drop_column("merged_into_id")

    with op.batch_alter_table("contribution", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_contribution_campaign_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_contribution_campaign_id"))
        batch_op.drop_column("adds_own_words")
        batch_op.drop_column("campaign_id")
        batch_op.drop_column("has_content")
        batch_op.drop_column("passages_version")

    with op.batch_alter_table("coding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coding_person_id"))

    op.drop_table("coding")
    op.drop_table("passage")
    with op.batch_alter_table("coding_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coding_item_contribution_id"))

    op.drop_table("coding_item")
    with op.batch_alter_table("theme_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_theme_step_consultation_id"))

    op.drop_table("theme_step")
    with op.batch_alter_table("coding_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coding_round_consultation_id"))

    op.drop_table("coding_round")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_consultation_id"))

    op.drop_table("campaign")
