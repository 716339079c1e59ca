"""Alembic's entry: runs the steps on the connection that the store opened. Nothing is read from a file of settings."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
