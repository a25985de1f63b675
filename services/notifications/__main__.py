"""Starts the notifications service alone: python -m services.notifications."""

from shared.messaging.runtime import run

from services.notifications.service import NotificationsService

if __name__ == "__main__":
    run(NotificationsService)
