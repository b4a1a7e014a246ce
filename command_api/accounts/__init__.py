"""Accounts: register, sign in, stay signed in, sign out."""
