"""The story behind data/demo, one module a room; generate.py writes what they return."""
