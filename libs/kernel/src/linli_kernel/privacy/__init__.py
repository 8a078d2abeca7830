"""How personal data is stored and shown: encrypted columns, keyed look-up, masks and grouping.

No function here writes a log or keeps a value.
"""

from linli_kernel.privacy.display import group_digits, group_identity_number
from linli_kernel.privacy.keyring import Algorithm, DecryptionError, KeyRing, KeyRingError
from linli_kernel.privacy.masks import (
    IdentityStyle,
    Masking,
    mask_address,
    mask_bank_account,
    mask_identity_number,
    mask_identity_number_on_screen,
    mask_name,
    mask_phone,
)

__all__ = [
    "Algorithm",
    "DecryptionError",
    "IdentityStyle",
    "KeyRing",
    "KeyRingError",
    "Masking",
    "group_digits",
    "group_identity_number",
    "mask_address",
    "mask_bank_account",
    "mask_identity_number",
    "mask_identity_number_on_screen",
    "mask_name",
    "mask_phone",
]
