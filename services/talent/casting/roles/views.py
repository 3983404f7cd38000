"""What talent shows of a role."""

from services.talent.casting.roles.api import RoleView
from services.talent.casting.roles.calls import Role


def role(role: Role) -> RoleView:
    """A role and its call."""
    return RoleView(
        role.id, role.production_id, role.title, role.requirements, role.state, role.call, role.described_at
    )
