"""Graded sets: prompts with the answers that are right, written without the code under test."""
