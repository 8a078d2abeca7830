"""Which form values are masked on screens, and how an edited form finds back to what was not touched.

Whole numbers are shown by `reveal` only, for a purpose.
"""

from collections.abc import Callable
from typing import Any

from linli_kernel.privacy import mask_bank_account, mask_identity_number_on_screen, mask_phone

from linli_services_desk.matters.domain import Definition, prefill_fields

MASKS: dict[str, Callable[[str], str]] = {
    "identity_number": mask_identity_number_on_screen,
    "phone": mask_phone,
    "bank_account": mask_bank_account,
}


def sensitive_fields(definition: Definition) -> dict[str, Callable[[str], str]]:
    return {field: MASKS[name] for field, name in prefill_fields(definition).items() if name in MASKS}


def masked_form(definition: Definition, form: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the form as shown, and which of its fields are masked."""
    masks = sensitive_fields(definition)
    hidden = [name for name in form if name in masks and isinstance(form[name], str)]
    return {name: masks[name](value) if name in hidden else value for name, value in form.items()}, hidden


def masked_applicant(applicant: dict[str, Any]) -> dict[str, Any]:
    return {
        name: MASKS[name](value) if name in MASKS and isinstance(value, str) else value
        for name, value in applicant.items()
    }


def unmasked_changes(definition: Definition, current: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """Drop values that are only the mask of what is stored."""
    shown, _ = masked_form(definition, current)
    return {name: value for name, value in sent.items() if name not in shown or value != shown[name] or value is None}
