"""A policy's version stays while a ticket or a clock names it: asked when one is to be deleted.

Foreign keys asked it the other way round, at every ticket and clock that is computed anew, which
a change of hours does a million times; versions are hardly ever deleted.
"""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE FUNCTION keep_named_versions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM tickets_ticket
               WHERE policy_version_id = OLD.id OR base_version_id = OLD.id)
        OR EXISTS (SELECT FROM tickets_clock WHERE policy_version_id = OLD.id)
    THEN
        RAISE foreign_key_violation USING
            MESSAGE = format('policy version %s is named by tickets', OLD.id),
            HINT = 'Deactivate the policy instead: what was promised stays explainable.';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER keep_named_versions BEFORE DELETE ON sla_policyversion
    FOR EACH ROW EXECUTE FUNCTION keep_named_versions();
"""
BACK = """
DROP TRIGGER keep_named_versions ON sla_policyversion;
DROP FUNCTION keep_named_versions();
"""
FIELDS = (("ticket", "policy_version"), ("ticket", "base_version"), ("clock", "policy_version"))


class Migration(migrations.Migration):
    dependencies = [("sla", "0003_default_policy"), ("tickets", "0011_outreach")]

    operations = [
        *(
            migrations.AlterField(
                model,
                name,
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="sla.policyversion",
                ),
            )
            for model, name in FIELDS
        ),
        migrations.RunSQL(GUARD, BACK),
    ]
