"""Starts the auth service alone: python -m services.auth."""

from shared.messaging.runtime import run

from services.auth.service import AuthService

if __name__ == "__main__":
    run(AuthService)
