"""Whose things are, and who may become whom: what a dump says only by the names of roles, which are a server's own."""

import asyncpg

from cli.backing_up.manifest import Manifest, Member, Owned

OURS = """n.nspname NOT IN ('pg_catalog', 'information_schema', 'public') AND n.nspname NOT LIKE 'pg\\_%'"""

# Most belongs to whoever migrates. What an extension brings belongs to whoever makes that.
OWNED = f"""
    WITH things (kind, class, oid, name, owner) AS (
        SELECT 'SCHEMA', 'pg_namespace'::regclass, n.oid, quote_ident(n.nspname), n.nspowner
        FROM pg_namespace AS n WHERE {OURS}
      UNION ALL
        SELECT 'TABLE', 'pg_class'::regclass, c.oid, format('%I.%I', n.nspname, c.relname), c.relowner
        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE {OURS} AND c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname <> 'projections_next'
      UNION ALL
        SELECT 'FUNCTION', 'pg_proc'::regclass, p.oid, p.oid::regprocedure::text, p.proowner
        FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE {OURS}
    )
    SELECT t.kind, t.name, r.rolname FROM things AS t JOIN pg_roles AS r ON r.oid = t.owner
    WHERE t.owner <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'eventstore')
        AND NOT EXISTS (
            SELECT FROM pg_depend AS d WHERE d.classid = t.class AND d.objid = t.oid AND d.deptype = 'e'
        )
    ORDER BY t.kind, t.name"""  # noqa: S608 - our own condition

# Everybody to whom something was granted.
GRANTEES = f"""
    SELECT DISTINCT r.rolname FROM pg_roles AS r JOIN (
        SELECT a.grantee FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, aclexplode(c.relacl) AS a
        WHERE {OURS}
      UNION ALL
        SELECT a.grantee FROM pg_namespace AS n, aclexplode(n.nspacl) AS a WHERE {OURS}
      UNION ALL
        SELECT a.grantee FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace, aclexplode(p.proacl) AS a
        WHERE {OURS}
    ) AS g ON g.grantee = r.oid
    WHERE r.oid <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'eventstore') ORDER BY 1"""  # noqa: S608 - as above

MEMBERS = """SELECT DISTINCT g.rolname, m.rolname FROM pg_auth_members AS a
             JOIN pg_roles AS g ON g.oid = a.roleid JOIN pg_roles AS m ON m.oid = a.member
             WHERE g.rolname = ANY ($1::text[]) AND m.rolname = ANY ($1::text[]) ORDER BY 1, 2"""


async def owners(connection: asyncpg.Connection) -> tuple[list[str], list[Member], list[Owned]]:
    """The roles that a restored database needs, which of them may become which, and what is theirs."""
    owned = [Owned(*row) for row in await connection.fetch(OWNED)]
    granted = [row[0] for row in await connection.fetch(GRANTEES)]
    roles = sorted({*granted, *(each.owner for each in owned)})
    members = [Member(*row) for row in await connection.fetch(MEMBERS, roles)]
    return roles, members, owned


MISSING = "SELECT name FROM unnest($1::text[]) AS name WHERE to_regrole(quote_ident(name)) IS NULL"
IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
SETTABLE = "SELECT current_setting('server_version_num')::integer >= 160000"


async def make_roles(connection: asyncpg.Connection, manifest: Manifest) -> list[str]:
    """Make the roles that are missing, without passwords: these are the server's, and in no backup. Their names."""
    missing = [row[0] for row in await connection.fetch(MISSING, manifest.roles)]
    settable = await connection.fetchval(SETTABLE)
    for name in missing:
        await connection.execute(f"CREATE ROLE {quoted(name)}")
        if not await connection.fetchval(IS_SUPERUSER):
            # Else we could not give them what is theirs.
            await connection.execute(f"GRANT {quoted(name)} TO CURRENT_USER")
    for each in manifest.members:
        if each.member in missing and settable:
            # As the migration has it: with none of those rights until it becomes that role.
            await connection.execute(f"GRANT {quoted(each.role)} TO {quoted(each.member)} WITH INHERIT FALSE")
        elif each.member in missing:
            await connection.execute(f"ALTER ROLE {quoted(each.member)} NOINHERIT")
            await connection.execute(f"GRANT {quoted(each.role)} TO {quoted(each.member)}")
    return missing


async def give_back(connection: asyncpg.Connection, manifest: Manifest) -> None:
    """Everything to whose it was. What a dump restores belongs to whoever restores it."""
    for each in manifest.owned:
        # The names were quoted by the database that was backed up.
        await connection.execute(f"ALTER {each.kind} {each.name} OWNER TO {quoted(each.owner)}")


def quoted(name: str) -> str:
    """As an identifier."""
    return '"' + name.replace('"', '""') + '"'
