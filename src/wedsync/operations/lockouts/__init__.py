"""Letting somebody in again after too many wrong passwords."""
