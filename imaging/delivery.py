"""Answers that carry a private picture: kept by the browser, but asked for again before every use."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response


def private_picture(
    request: HttpRequest, *, etag: str, content_type: str, read: Callable[[], bytes]
) -> HttpResponseBase:
    """The picture, or 304 where the browser has it; `read` is called only if the bytes are sent.

    The caller has checked the permission. `no-cache` lets the browser keep the picture and makes it ask
    each time, so that the permission is checked each time too.
    """
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(read(), content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
