"""The database itself refuses to change or remove an audit entry."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FORWARD = {
    "sqlite": [
        f"CREATE TRIGGER audit_entry_no_{act} BEFORE {act.upper()} ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'An audit entry is never changed or removed.'); END;"
        for act in ("update", "delete")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_entry_is_permanent() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'An audit entry is never changed or removed.'; END $$",
        "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_is_permanent()",
    ],
}
BACKWARD = {
    "sqlite": ["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"],
    "postgresql": ["DROP TRIGGER audit_entry_no_change ON audit_entry", "DROP FUNCTION audit_entry_is_permanent()"],
}


def forward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in FORWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in BACKWARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("audit", "0001_initial"),)
    operations = (migrations.RunPython(forward, backward),)
