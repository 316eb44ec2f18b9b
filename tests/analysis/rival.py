"""Signs or edits a photo when it is told to: `python -m tests.analysis.rival DEED PHOTO USER`."""

import os
import sys

import django


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(deed: str, photo: str, user_key: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "clinic.settings"
    django.setup()

    import numpy as np

    from analysis.models import Review
    from analysis.review_rules import ReviewRefused
    from analysis.reviews import save_masks, sign_review
    from clinic.accounts.models import User
    from tests.analysis.results import SHAPE

    user = User.objects.get(pk=user_key)
    review = (
        Review.objects.unsigned().select_related("photo", "measurement__run__photo").get(photo=int(photo))
    )
    vitiligo = np.zeros(SHAPE, np.uint8)
    vitiligo[150:160, 120:170] = 1
    say("ready")
    sys.stdin.readline()
    try:
        if deed == "sign":
            sign_review(review=review, signer=user)
        else:
            seen = review.result
            save_masks(run=seen.run, author=user, reason=deed, based_on=seen.version, vitiligo=vitiligo)
    except ReviewRefused as refusal:
        say(refusal.code)
    else:
        say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
