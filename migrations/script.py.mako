"""${message}

Revision ${up_revision}, ${"the first" if down_revision is None else f"after {down_revision}"}. Made ${create_date}.
"""
<%
history = config.config_ini_section
first = down_revision is None
%>
import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
% if first:
from migrations.beginnings import begin, end
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
% if first:
    begin(op.get_bind(), ${repr(history)})
% endif
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
% if first:
    end(op.get_bind(), ${repr(history)})
% endif
