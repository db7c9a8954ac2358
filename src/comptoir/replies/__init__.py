"""What agents write with: templates and their texts by language, variables, hints. No messages."""
