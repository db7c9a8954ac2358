"""The index of a customer's tickets leaves out those that have none: they are written more often."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0007_lists"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_customer",
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("customer__isnull", False)),
                fields=["customer", "-last_message_at"],
                name="ticket_customer",
            ),
        ),
    ]
