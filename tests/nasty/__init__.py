"""Nasty files, made by the tests themselves: ``CASES`` name -> Case, with what must come of each in golden.json."""
