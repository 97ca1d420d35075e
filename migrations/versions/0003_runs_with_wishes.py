"""runs with wishes

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("topic_run", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "wishes",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
                nullable=False,
                server_default="{}",
            )
        )
        batch_op.add_column(sa.Column("previous_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_topic_run_previous_id"), "topic_run", ["previous_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("topic_run", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_topic_run_previous_id"), type_="foreignkey")
        batch_op.drop_column("previous_id")
        batch_op.drop_column("wishes")
