"""Where a tour of the application goes."""

from __future__ import annotations

from patients.models import Visit


def addresses(visits: list[Visit]) -> list[str]:
    """Every page that an administrator can open, about the patient of `visits`."""
    photo = visits[0].photos.get(view="front")
    patient = f"/patients/{visits[0].patient_id}/"
    return [
        "/",
        "/patients/",
        "/patients/new/",
        patient,
        f"{patient}edit/",
        f"{patient}consents/new/",
        f"{patient}visits/new/",
        f"{patient}treatments/new/",
        f"{patient}adverse-events/new/",
        f"{patient}phototherapy/",
        f"{patient}scores/",
        f"{patient}scores/new/",
        "/phototherapy/protocols/",
        "/phototherapy/protocols/nb_uvb/new/",
        f"/visits/{visits[0].pk}/",
        f"/visits/{visits[0].pk}/edit/",
        f"/photos/{photo.pk}/",
        f"/photos/{photo.pk}/edit/",
        f"{patient}compare/",
        f"/photos/{visits[-1].photos.get(view='front').pk}/change/",
        "/cohort/",
        "/cohort/patients/?track=front&month=6",
        "/lesions/",
        "/lesions/next-steps/",
        f"{patient}lesions/new/",
        "/models/",
        "/repeatability/",
        "/models/repeats/",
        f"{patient}repeats/",
        "/accounts/password/",
        "/accounts/users/",
        "/accounts/users/new/",
        "/audit/",
    ]
