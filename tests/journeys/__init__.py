"""Whole stories, told through a real browser where a person would be in one."""
