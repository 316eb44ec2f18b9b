"""The first texts on next steps, for the administrator to read, to check against their sources, and to change."""

from django.db import migrations

NG12 = "NICE NG12, Suspected cancer: recognition and referral, skin cancers (verify the current edition)"
NG14 = "NICE NG14, Melanoma: assessment and management (verify the current edition)"
EADO = "European consensus-based interdisciplinary guideline for melanoma, part 1: diagnostics (EADO, verify)"
AAD = "AAD guidelines of care for the management of primary cutaneous melanoma, 2019 (verify)"

TEXTS = (
    (
        "",
        "benign",
        "What a clinician would consider: the history and an examination of the whole skin; dermoscopy of this "
        "lesion and a comparison with the patient's other lesions; a photograph with dermoscopy as a baseline; "
        "advice on looking at one's own skin and on when to come back. A low estimate is no reason to leave out "
        "any of these: a new, changing, bleeding or symptomatic lesion is examined whatever the estimate says.",
        f"{NG12}; {NG14}",
    ),
    (
        "",
        "indeterminate",
        "What a clinician would consider: the software cannot tell, so dermoscopy by a trained person decides. "
        "A lesion that needs no excision at the first presentation is photographed, if possible with dermoscopy, "
        "and compared with that photograph after about three months. A raised or nodular lesion, one that "
        "changes or one that worries the patient or the examiner is referred or excised rather than followed up.",
        f"{NG14}; {EADO}",
    ),
    (
        "benign",
        "indeterminate",
        "What a clinician would consider: the estimate leans to a benign class and is still indeterminate, so "
        "dermoscopy by a trained person decides. Where it shows nothing suspicious and the lesion is flat, "
        "short-term follow-up: a photograph with dermoscopy now, and a comparison after about three months. Any "
        "change, or any doubt: referral or excision.",
        f"{NG14}; {EADO}",
    ),
    (
        "malignant",
        "indeterminate",
        "What a clinician would consider: the estimate leans to a malignant class and is still indeterminate, so "
        "an early examination with dermoscopy by a dermatologist decides between excision and short-term "
        "follow-up. A raised or nodular lesion is excised rather than followed up.",
        f"{NG14}; {EADO}",
    ),
    (
        "",
        "malignant",
        "What a clinician would consider: prompt examination with dermoscopy by a dermatologist, by urgent "
        "referral where none is at hand. Where a melanoma is suspected, complete excision with a narrow margin "
        "for histopathology, rather than a partial biopsy or follow-up. Examination of the whole skin and of the "
        "regional lymph nodes. The estimate is not a diagnosis: histopathology is.",
        f"{NG12}; {EADO}; {AAD}",
    ),
)


def write_texts(apps, _schema_editor):
    next_step = apps.get_model("reports", "NextStep")
    for lesion_class, band, text, source in TEXTS:
        next_step.objects.create(lesion_class=lesion_class, band=band, version=1, text=text, source=source)


class Migration(migrations.Migration):

    dependencies = [("reports", "0004_next_steps")]

    operations = [migrations.RunPython(write_texts, migrations.RunPython.noop, elidable=False)]
