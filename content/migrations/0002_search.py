from django.db import migrations, models

POSTGRESQL = """
CREATE TABLE content_search_words (
    rowid bigint PRIMARY KEY, title tsvector NOT NULL, about tsvector NOT NULL, often tsvector NOT NULL, body tsvector NOT NULL
);
"""
# Without fastupdate a new page is found through the index at once, not through a list that every search must read.
INDEX = "CREATE INDEX content_search_words_{0} ON content_search_words USING gin ({0}) WITH (fastupdate = off)"
SQLITE = """
CREATE VIRTUAL TABLE content_search_words
USING fts5(title, about, often, body, tokenize = "unicode61 remove_diacritics 0")
"""


def make_table(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
        for column in ("title", "about", "often", "body"):
            schema_editor.execute(INDEX.format(column))
    else:
        schema_editor.execute(SQLITE)


def drop_table(apps, schema_editor):
    schema_editor.execute("DROP TABLE content_search_words")


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(help_text="What it was made from, such as page:12.", max_length=40, unique=True)),
                ("kind", models.CharField(choices=[("step", "Step on the way to residency"), ("page", "Guidance"), ("term", "Glossary"), ("date", "Date"), ("goal", "Goal of the IMG committee"), ("link", "Other site"), ("county", "County")], max_length=10)),
                ("title", models.CharField(max_length=250)),
                ("url", models.CharField(max_length=1000)),
                ("names", models.TextField()),
                ("text", models.TextField()),
                ("place", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=60, unique=True)),
            ],
        ),
        migrations.RunPython(make_table, drop_table),
    ]
