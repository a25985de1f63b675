"""The merchant's logo."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import asdict

from services.customers.domain.logo import Logo
from services.customers.domain.merchant import HANDLE, Merchant
from services.customers.domain.settings import set_logo
from services.customers.repository import Logos, MerchantAccount
from services.customers.usecases.quicker import whatever_it_is_by_now
from services.customers.views import View
from shared.kernel.access import require_merchant_side
from shared.kernel.context import Context
from shared.kernel.errors import DomainError, NotFound
from shared.kernel.happening import IdempotencyKey
from shared.storage import Outcome


class MerchantLogo:
    """Setting it, taking it away, and its pictures."""

    def __init__(self, merchant: MerchantAccount, logos: Logos) -> None:
        self._merchant = merchant
        self._logos = logos

    def set_logo(
        self, context: Context, *, image: str, version: int | None, key: IdempotencyKey
    ) -> View | None:
        """Make a logo of a picture in base64. Raises DomainError ``invalid_logo``, or Stale by ``version``."""
        require_merchant_side(context)
        # Pillow takes memory that a service to whom nobody sends a logo can save.
        from services.customers.pictures import make_logo

        try:
            content = b64decode(image, validate=True)
        except ValueError as error:
            raise DomainError("invalid_logo") from error
        logo, pictures = make_logo(content)
        # Before the merchant names it: whoever reads that can have the pictures.
        self._logos.keep(logo.version, {form: asdict(picture) for form, picture in pictures.items()})
        return self._change(context, logo, key, version)

    def remove_logo(self, context: Context, *, key: IdempotencyKey) -> View | None:
        """From now on the name stands alone; documents that show the logo keep it."""
        require_merchant_side(context)
        return self._change(context, None, key)

    def get_logo(self, *, version: str | None, form: str) -> View:
        """A logo's picture: of the present one where no version is named. Raises NotFound."""
        present = self._merchant.get().value.logo
        wanted = version or (present.version if present else None)
        picture = self._logos.picture(wanted, form) if wanted else None
        if picture is None:
            raise NotFound
        return {
            "version": wanted,
            "width": picture["width"],
            "height": picture["height"],
            "image": b64encode(picture["png"]).decode(),
        }

    def _change(
        self, context: Context, logo: Logo | None, key: IdempotencyKey, version: int | None = None
    ) -> View | None:
        def change() -> View | None:
            expected = self._merchant.get().version if version is None else version

            def decide(old: Merchant) -> Outcome[Merchant]:
                merchant, happenings = set_logo(old, logo, expected + 1)
                return Outcome(merchant, happenings, {"logo": asdict(logo) if logo else None})

            return self._merchant.aggregates.change(
                HANDLE, bill_group=None, context=context, decide=decide, key=key, expect_version=expected
            )

        return whatever_it_is_by_now(version, change)
